/** What the pure rooms may not use, and how it is found. A line may excuse itself with `// pure-ok: reason`. */

import { isBuiltin } from 'node:module'
import { findImports, roomOf } from './imports.ts'
import { lineAt, mask } from './mask.ts'

export const PURE_ROOMS = ['core', 'market', 'indicators', 'rules', 'kernel', 'sim', 'stats', 'strategies']

/** Rooms whose numbers decide something: there even the last bit counts. */
const DECIDING_ROOMS = ['core', 'market', 'rules', 'kernel', 'sim']

interface Ban {
  readonly pattern: RegExp
  readonly why: string
  readonly rooms: readonly string[]
}

const BANS: readonly Ban[] = [
  { pattern: /\b(?:async|await|Promise)\b/g, why: 'the pure rooms never wait', rooms: PURE_ROOMS },
  { pattern: /(?<![.\w])Date\b(?!\s*:)/g, why: 'time is a field of the event', rooms: PURE_ROOMS },
  { pattern: /\bMath\s*\.\s*random\b/g, why: 'chance comes from the seeded generator', rooms: PURE_ROOMS },
  {
    pattern: /(?<![.\w])(?:console|process|performance|globalThis)\s*[.[]/g,
    why: 'the pure rooms see nothing but their arguments',
    rooms: PURE_ROOMS,
  },
  {
    pattern: /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\s*\(/g,
    why: 'the pure rooms never wait',
    rooms: PURE_ROOMS,
  },
  {
    pattern: /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|cbrt|expm?1?|log(?:10|2|1p)?|pow|hypot)\b|\*\*/g,
    why: 'its last bit may differ between engine versions',
    rooms: DECIDING_ROOMS,
  },
]

/** What breaks the purity of `path`, one line each; nothing for files of other rooms. */
export function purityFaults(path: string, source: string): string[] {
  const room = roomOf(path)!
  // The registry only says how each strategy is loaded; nothing in it decides.
  if (!PURE_ROOMS.includes(room) || path === 'strategies/registry.ts') return []
  const code = mask(source, { texts: true })
  const lines = source.split('\n')
  const faults: string[] = []
  const note = (line: number, what: string, why: string) => {
    // The excuse stands on the line itself or on the one above, and must give a reason.
    const excused = [line, line - 1].some((n) => /\/\/ pure-ok: \S.{4}/.test(lines[n - 1] ?? ''))
    if (!excused) faults.push(`${path}:${line}: ${what}: ${why}`)
  }
  for (const { pattern, why, rooms } of BANS) {
    if (!rooms.includes(room)) continue
    for (const match of code.matchAll(pattern)) note(lineAt(source, match.index), match[0], why)
  }
  for (const { specifier, typeOnly, dynamic, line } of findImports(source)) {
    if (dynamic) note(line, `import('${specifier}')`, 'the pure rooms never wait')
    else if (isBuiltin(specifier)) note(line, specifier, 'the pure rooms see nothing but their arguments')
    else if (!specifier.startsWith('.') && !typeOnly && !(specifier === 'zod' && room === 'strategies')) {
      note(line, specifier, 'a package may only be imported for its types')
    }
  }
  return faults
}
