/** Who may import whom, as DESIGN has it, and how imports are found in a source. */

import { posix } from 'node:path'
import { lineAt, mask } from './mask.ts'

export interface FoundImport {
  readonly specifier: string
  /** Gone after compilation: `import type`, `export type … from`, `typeof import()`. */
  readonly typeOnly: boolean
  /** `import()`. */
  readonly dynamic: boolean
  readonly line: number
}

/** Every import and re-export of a TypeScript source. */
export function findImports(source: string): FoundImport[] {
  const code = mask(source, { texts: false })
  const bare = mask(source, { texts: true })
  const found: FoundImport[] = []
  const forms = /\b(?:(import|export)\s+(type\s+)?(?:[\w*{][^'"();]*?\sfrom\s*)?|(typeof\s+)?import\s*\(\s*)(['"])/g
  for (const match of bare.matchAll(forms)) {
    const start = match.index + match[0].length
    const specifier = code.slice(start, code.indexOf(match[4]!, start))
    const dynamic = match[1] === undefined
    const typeOnly = match[2] !== undefined || match[3] !== undefined
    found.push({ specifier, typeOnly, dynamic: dynamic && !typeOnly, line: lineAt(source, match.index) })
  }
  return found
}

/**
 * The rooms that each room may import, beside itself. `core?` allows types of core alone. Two rooms are wider than
 * DESIGN's list: server and cli may use core (typed errors), and cli starts server; nobody imports the public API, which may import all below.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  market: ['core'],
  indicators: ['core'],
  rules: ['core', 'market'],
  sim: ['core', 'market'],
  kernel: ['core', 'market', 'indicators', 'rules'],
  strategies: ['core'],
  stats: ['core?'],
  datasets: ['core'],
  live: ['core', 'market', 'rules'],
  loopback: ['core', 'market', 'sim'],
  reports: ['stats', 'core?'],
  promote: ['core', 'stats'],
  sweep: ['run', 'core', 'stats'],
  run: [
    ...['core', 'market', 'indicators', 'rules', 'kernel', 'sim', 'stats', 'strategies'],
    ...['datasets', 'live', 'loopback', 'reports', 'promote'],
  ],
  server: ['core', 'run', 'sweep', 'promote', 'datasets', 'reports'],
  cli: ['core', 'run', 'sweep', 'promote', 'datasets', 'reports', 'server'],
  index: ['core', 'run', 'stats', 'indicators', 'datasets', 'sweep', 'reports'],
}

/** `engine/core/x.ts` → core, `datasets/import/y.ts` → datasets, `engine/index.ts` → index; null outside all rooms. */
export function roomOf(path: string): string | null {
  const [top, second, third] = path.split('/')
  if (top !== 'engine') return ['strategies', 'datasets', 'reports'].includes(top!) ? top! : null
  return third === undefined ? second!.replace(/\.ts$/, '') : second!
}

/** Imports of `path` that cross a wall, one line each. Paths are relative to the repository, with `/`. */
export function importFaults(path: string, source: string): string[] {
  const room = roomOf(path)!
  const allowed = ALLOWED[room]
  if (allowed === undefined) return [`${path}: there is no room '${room}' in the import rules`]
  return findImports(source).flatMap(({ specifier, typeOnly, line }) => {
    if (!specifier.startsWith('.')) return []
    const target = posix.join(posix.dirname(path), specifier)
    const other = roomOf(target)
    const fine = other === room || allowed.includes(other ?? '') || (typeOnly && allowed.includes(`${other}?`))
    return fine ? [] : [`${path}:${line}: ${room} may not import ${other ?? target} (${specifier})`]
  })
}
