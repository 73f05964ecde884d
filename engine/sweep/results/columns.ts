/** The columns of a sweep's results. */

import { trialMetrics } from '../../run/trial/trial-metrics.ts'
import { Figure, type TrialTexts } from '../batch.ts'
import type { Objective, Verdict } from '../objective.ts'
import type { Search } from '../search.ts'
import { type Axis, type Point, plainValue } from '../space/axis.ts'
import type { Cell, Column, ColumnType } from './table-writer.ts'

/** Columns between the axes and the metrics. */
const VERDICT: readonly Column[] = [
  { name: 'status', type: 'varchar' },
  { name: 'feasible', type: 'boolean' },
]

/** Columns after the metrics. */
const REST: readonly Column[] = [
  { name: 'refusals', type: 'bigint' },
  { name: 'skips', type: 'varchar' },
  { name: 'exits', type: 'varchar' },
  { name: 'ambiguousBars', type: 'bigint' },
  { name: 'ambiguousFills', type: 'bigint' },
  { name: 'decisions', type: 'varchar' },
  { name: 'outcomes', type: 'varchar' },
  { name: 'error', type: 'varchar' },
]

export interface ResultColumns {
  readonly columns: readonly Column[]
  /** Names of the axes' columns, in order. */
  readonly axes: readonly string[]
  /** Names of the objectives' columns, in order. */
  readonly objectives: readonly string[]
}

/** `types`: what the axes' values are, in order. */
export function resultColumns(
  axes: readonly Axis[],
  types: readonly ColumnType[],
  stage: Search['stage'],
  objectives: readonly Objective[],
): ResultColumns {
  const metrics = trialMetrics().map(
    ({ id, unit }): Column => ({ name: id, type: unit === 'count' ? 'bigint' : 'double' }),
  )
  const goals = objectives.map(
    (_, i): Column => ({ name: objectives.length === 1 ? 'objective' : `objective${i + 1}`, type: 'double' }),
  )
  const stages: Column[] = stage === null ? [] : [{ name: stage.name, type: 'bigint' }]
  const taken = [{ name: 'trial' }, ...stages, ...VERDICT, ...goals, ...metrics, ...REST].map(({ name }) =>
    name.toLowerCase(),
  )
  const names = axisColumnNames(axes, taken)
  const ofAxes = names.map((name, i): Column => ({ name, type: types[i]! }))
  return {
    columns: [{ name: 'trial', type: 'bigint' }, ...stages, ...ofAxes, ...VERDICT, ...goals, ...metrics, ...REST],
    axes: names,
    objectives: goals.map(({ name }) => name),
  }
}

/** An axis' column is called as its key; in full where that is another column's name. SQL doesn't tell case. */
function axisColumnNames(axes: readonly Axis[], taken: readonly string[]): string[] {
  const used = new Set(taken)
  return axes.map(({ key, path }) => {
    let name = used.has(key.toLowerCase()) ? path.join('.') : key
    while (used.has(name.toLowerCase())) name = `${name}_`
    used.add(name.toLowerCase())
    return name
  })
}

/** The type that holds all of an axis' values. */
export function typeOf(values: Iterable<unknown>): ColumnType {
  const seen = new Set<ColumnType>()
  for (const value of values) {
    const plain = plainValue(value)
    if (plain === null) continue
    if (typeof plain === 'number') seen.add(Number.isSafeInteger(plain) ? 'bigint' : 'double')
    else seen.add(typeof plain === 'boolean' ? 'boolean' : 'varchar')
  }
  if (seen.size === 1) return [...seen][0]!
  return [...seen].every((type) => type === 'bigint' || type === 'double') ? 'double' : 'varchar'
}

/** A point's values as cells of their columns. */
export function axisCells(point: Point, types: readonly ColumnType[]): Cell[] {
  return types.map((type, i) => {
    const plain = plainValue(point[i])
    return plain !== null && type === 'varchar' ? String(plain) : plain
  })
}

export interface ResultRow {
  readonly number: number
  readonly stage: number | null
  readonly point: readonly Cell[]
  readonly figures: Float64Array
  readonly digests: Uint8Array
  readonly texts: TrialTexts | null
  readonly verdict: Verdict
}

/** A row in the order of the columns. */
export function resultCells({ number, stage, point, figures, digests, texts, verdict }: ResultRow): Cell[] {
  const failed = figures[Figure.failed] === 1
  const row: Cell[] = [number]
  if (stage !== null) row.push(stage)
  row.push(...point, failed ? 'failed' : 'done', verdict.isFeasible, ...verdict.objectives)
  for (let i = Figure.metrics; i < figures.length; i++) row.push(Number.isNaN(figures[i]!) ? null : figures[i]!)
  const hex = failed ? null : Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength).toString('hex')
  row.push(
    failed ? null : figures[Figure.refusals]!,
    countsText(texts?.skips),
    countsText(texts?.exits),
    failed ? null : figures[Figure.ambiguousBars]!,
    failed ? null : figures[Figure.ambiguousFills]!,
    hex === null ? null : hex.slice(0, 64),
    hex === null ? null : hex.slice(64),
    texts?.error ?? null,
  )
  return row
}

function countsText(counts: Readonly<Record<string, number>> | undefined): string | null {
  return counts === undefined ? null : JSON.stringify(counts)
}
