/** Whether a path is a directory: a run's folder rather than a run file. */

import { stat } from 'node:fs/promises'

export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() === true
}
