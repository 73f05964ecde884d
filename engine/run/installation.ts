/** Where this copy of tandem lies and which version it is. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds this copy's package.json: above `dist/` once built, the repository in the source. */
export function installationRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The version in package.json. */
export function tandemVersion(): string {
  const text = readFileSync(join(installationRoot(), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
