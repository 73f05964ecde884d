/** Real market data and golden numbers lie beside the repository, in `../shared`; a clone without it skips with a message. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const sharedRoot = join(repositoryRoot, '..', 'shared')

export const hasShared = existsSync(sharedRoot)

/** Path of a file in `../shared`. Call it only inside `describeShared`. */
export function sharedPath(relative: string): string {
  return join(sharedRoot, relative)
}

/** A `describe` that runs where `../shared` is present and is skipped, saying so, elsewhere. */
export function describeShared(name: string, body: () => void): void {
  describe.skipIf(!hasShared)(hasShared ? name : `${name} [skipped: ../shared is absent]`, body)
}
