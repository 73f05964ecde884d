/** YAML with positions: text in, a plain object and the line of every key out. */

import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { TandemError } from '../../core/errors.ts'

/** Keys and list indices from the root to a value. */
export type KeyPath = readonly (string | number)[]

export interface YamlSource {
  /** The document as plain data. Dates stay strings. */
  readonly value: unknown
  /** The line (from 1) of the key at `path`, or of the nearest key above it that is there. */
  lineOf(path: KeyPath): number
}

/** Parses one YAML document; `file` is named in errors. Throws `BAD_YAML`. An empty text gives `value` null. */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const fault = document.errors[0] ?? document.warnings[0]
  const fail = (message: string, line: number, cause: unknown): never => {
    throw new TandemError(message, { code: 'BAD_YAML', where: `${file}:${line}`, cause })
  }
  if (fault !== undefined) fail(explain(fault.code, fault.message), lines.linePos(fault.pos[0]).line, fault)
  let value: unknown = null
  try {
    value = document.toJS()
  } catch (error) {
    // Aliases without an anchor, and alias bombs, only show here.
    fail(`not valid YAML: ${(error as Error).message}`, 1, error)
  }
  return { value, lineOf: (path) => lineOf(document.contents, path, lines) }
}

function explain(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'not valid YAML: this key was already given above'
  if (code === 'MULTIPLE_DOCS') return 'not valid YAML: a second document begins here, expected one'
  if (code === 'TAB_AS_INDENT') return 'not valid YAML: a tab indents this line, use spaces'
  return `not valid YAML: ${message}`
}

function lineOf(root: Node | null, path: KeyPath, lines: LineCounter): number {
  let offset = root?.range?.[0] ?? 0
  let node: unknown = root
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step)
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else break
    if (isAlias(node)) break
  }
  return lines.linePos(offset).line
}
