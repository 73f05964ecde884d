/**
 * A scenario file: YAML with a title, the chapter of the rules that it shows, its kind, and cases. What stands beside
 * `cases:` holds for every case; a case's own keys win, section by section. Everything wrong with it is one line.
 */

import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { explainIssue, foremost, type JsonSchema } from '../config/explain.ts'
import { type KeyPath, parseYaml, type YamlSource } from '../config/yaml-source.ts'
import type { ScenarioKind } from './kind.ts'
import { KIND_NAMES, loadKind } from './kinds.ts'

export interface ScenarioCase {
  readonly title: string | null
  /** As the kind's schema gives it. */
  readonly given: unknown
  readonly expect: unknown
  /** File and line where it begins. */
  readonly where: string
}

export interface Scenario {
  readonly title: string
  readonly chapter: readonly string[]
  readonly shows: string
  readonly kindName: string
  readonly kind: ScenarioKind
  readonly cases: readonly ScenarioCase[]
}

const headSchema = z.looseObject({
  title: z.string().min(1),
  chapter: z
    .union([z.string(), z.array(z.string()).min(1)], { error: 'expected a chapter of the rules such as B1' })
    .transform((one) => (typeof one === 'string' ? [one] : one)),
  shows: z.string().min(1),
  kind: z.enum(KIND_NAMES).default('run'),
  cases: z
    .array(z.looseObject({ title: z.coerce.string().optional() }))
    .min(1)
    .optional(),
})

type Section = Readonly<Record<string, unknown>>

/** Parses a scenario. Throws `BAD_YAML` or `BAD_SCENARIO` with the line and the key. */
export async function parseScenario(text: string, file: string): Promise<Scenario> {
  const source = parseYaml(text, file)
  const head = checked(headSchema, source.value, (path) => `${file}:${source.lineOf(path)}`)
  const { title, chapter, shows, kind: kindName, cases, ...shared } = head
  const kind = await loadKind(kindName)
  return {
    title,
    chapter,
    shows,
    kindName,
    kind,
    cases: (cases ?? [{}]).map((one, i) =>
      caseOf(kind, shared, one, cases === undefined ? [] : ['cases', i], source, file),
    ),
  }
}

function caseOf(
  kind: ScenarioKind,
  shared: Section,
  own: Section,
  at: KeyPath,
  source: YamlSource,
  file: string,
): ScenarioCase {
  const { title, ...rest } = own
  const merged = merge(shared, rest)
  const given = checked(kind.schema, merged, (path) => {
    const mine = [...at, ...path]
    return `${file}:${source.lineOf(isThere(own, path) ? mine : path)}`
  }) as { expect?: unknown }
  const where = `${file}:${source.lineOf(at)}`
  return { title: typeof title === 'string' ? title : null, given, expect: given.expect, where }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: (path: KeyPath) => string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const json = (): JsonSchema => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const { path, message, hint } = explainIssue(foremost(issues), value, json)
  throw new TandemError(`${path.length === 0 ? '' : `${path.join('.')}: `}${message}`, {
    code: 'BAD_SCENARIO',
    where: where(path),
    ...(hint === null ? {} : { hint }),
  })
}

function isThere(root: unknown, path: KeyPath): boolean {
  let node = root
  for (const step of path) {
    if (typeof node !== 'object' || node === null) return false
    node = (node as Record<string | number, unknown>)[step]
  }
  return path.length > 0 && node !== undefined
}

/** `over` on `under`: sections merge, everything else is replaced, null takes a key away. */
function merge(under: Section, over: Section): Section {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = isSection(old) && isSection(value) ? merge(old, value) : value
  }
  return merged
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
