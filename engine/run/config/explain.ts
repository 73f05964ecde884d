/** Turns a schema's findings into the words of a user: what was expected, what was found, what was probably meant. */

import type { z } from 'zod'
import { suggestion } from '../suggest.ts'
import type { KeyPath } from './yaml-source.ts'

type Issue = z.core.$ZodIssue

export interface Explanation {
  /** The key at fault. */
  readonly path: KeyPath
  readonly message: string
  readonly hint: string | null
}

/** The issue to show: an unknown key before all others, since a mistyped key is why another one is missing. */
export function foremost(issues: readonly Issue[]): Issue {
  return issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!
}

/** Explains one issue found in `input`. `schema` is the JSON Schema of the whole, which knows the possible keys. */
export function explainIssue(issue: Issue, input: unknown, schema: () => JsonSchema): Explanation {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    return { path: [...path, key], message: 'unknown key', hint: suggestion(key, keysAt(schema(), path)) }
  }
  const found = valueAt(input, path)
  if (found === undefined) {
    // A rule between keys may blame one that has its default: that one isn't missing.
    const message = issue.code === 'custom' ? expected(issue) : `missing, ${expected(issue)}`
    return { path, message, hint: null }
  }
  const options = choices(issue)
  const hint = options !== null && typeof found === 'string' ? suggestion(found, options) : null
  const near = hint?.startsWith('did you mean') === true ? hint : null
  return { path, message: `${expected(issue)}, got ${show(found)}`, hint: near }
}

function choices(issue: Issue): readonly string[] | null {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as readonly unknown[]).map(String)
  return null
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a section of keys',
  record: 'a section of keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

function expected(issue: Issue): string {
  // The schema's own words, where it has some.
  if (issue.message.startsWith('expected')) return issue.message
  const options = choices(issue)
  if (options !== null) return `expected ${options.length === 1 ? options[0] : `one of ${options.join(', ')}`}`
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum
      const relation = issue.code === 'too_small' ? (issue.inclusive ? 'at least' : 'above') : 'at most'
      const strict = issue.code === 'too_big' && issue.inclusive === false ? 'below' : relation
      if (issue.origin === 'array') return `expected a list of ${relation} ${limit}`
      if (issue.origin === 'string') return `expected a text of ${relation} ${limit} letters`
      return `expected a number ${strict} ${limit}`
    }
    default:
      return issue.message
  }
}

/** A value as an error shows it: short, on one line. */
export function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function valueAt(root: unknown, path: KeyPath): unknown {
  let node = root
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined
    node = (node as Record<string | number, unknown>)[step]
  }
  return node
}

/** The parts of a JSON Schema that lead from key to key. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  /** What stands at any other key, where keys are free; false where none may be. */
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** The keys that may stand at `path`. Alternatives give the union of theirs. */
export function keysAt(schema: JsonSchema, path: KeyPath): string[] {
  let nodes = alternatives(schema)
  for (const step of path) {
    nodes = nodes
      .map((node) => (typeof step === 'number' ? node.items : (node.properties?.[step] ?? node.additionalProperties)))
      .filter((node) => typeof node === 'object')
      .flatMap(alternatives)
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))]
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(alternatives)]
}
