/** A text on disk, whole or not at all. */

import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TandemError } from '../core/errors.ts'

export interface Unwritable {
  readonly code: string
  /** What the file is to its reader: `the page`. */
  readonly what: string
  readonly hint: string
  /** Permissions; default: what the system gives. */
  readonly mode?: number
}

/** Writes under another name, then renames. Throws an error of the given code; nothing half-written stays. */
export async function writeWhole(path: string, text: string, unwritable: Unwritable): Promise<void> {
  const { code, what, hint, mode } = unwritable
  const partial = `${path}.partial-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, text, mode === undefined ? {} : { mode })
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TandemError(`${what} can't be written: ${why}`, { code, where: path, hint, cause })
  }
}
