/** Which line of a strategy did something, from a stack: the first frame outside tandem's own engine. */

import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ENGINE = dirname(dirname(fileURLToPath(import.meta.url)))

/** `my-strategy.ts:12`, relative to the current folder where it lies in it; null where no frame is a strategy's. */
export function strategyLine(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const text of stack.split('\n')) {
    const match = /(?:\(|at )((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*?):(\d+):(\d+)\)?$/.exec(text.trim())
    if (match === null) continue
    const file = pathOf(match[1]!)
    if (file.startsWith(ENGINE) || file.includes('node_modules')) continue
    const [line, column] = [Number(match[2]), Number(match[3])]
    const source = throughMap(file, line, column)
    return source ?? `${shown(file)}:${line}`
  }
  return null
}

function pathOf(place: string): string {
  const plain = place.replace(/\?.*$/, '')
  return plain.startsWith('file://') ? fileURLToPath(plain) : plain
}

function shown(file: string): string {
  const short = relative('.', file)
  return short.startsWith('..') ? file : short
}

/** The place in the source of a bundle that carries its map. */
function throughMap(file: string, line: number, column: number): string | null {
  if (!file.endsWith('.mjs') || !existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  const match = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(text)
  if (match === null) return null
  const payload = JSON.parse(Buffer.from(match[1]!, 'base64').toString('utf8'))
  const entry = new SourceMap(payload).findEntry(line - 1, column - 1)
  if (!('originalSource' in entry)) return null
  // A bundle in the cache names its sources relative to itself.
  const source = resolve(join(dirname(file), entry.originalSource))
  return `${existsSync(source) ? shown(source) : entry.originalSource}:${entry.originalLine + 1}`
}
