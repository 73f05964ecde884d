/** A file that one of several processes makes, whole or not at all: whoever dies while making it leaves none. */

import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, rmSync, writeFileSync } from 'node:fs'

/** What file systems without hard links say. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/**
 * Written aside, then given its name, which fails where the name is taken: false then. Throws what the file system says,
 * such as `ENOSPC`. Where it has no links the name comes first, and the text a moment later.
 */
export function createExclusively(path: string, text: string, mode = 0o666): boolean {
  if (existsSync(path)) return false
  const aside = `${path}.${randomUUID()}`
  try {
    writeFileSync(aside, text, { mode, flag: 'wx' })
    return unlessTaken(() => linkSync(aside, path))
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return unlessTaken(() => writeFileSync(path, text, { mode, flag: 'wx' }))
  } finally {
    rmSync(aside, { force: true })
  }
}

function unlessTaken(make: () => void): boolean {
  try {
    make()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
