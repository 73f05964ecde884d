/**
 * What the returns by day of all trials tell: Sharpe ratios before and after a date, the probability of overfitting,
 * how much alike trials are. The database adds up blocks of days; no more than those sums is held in memory.
 */

import { mean, standardDeviation } from '../../stats/moments.ts'
import { overfittingOfBlocks } from '../../stats/overfitting.ts'
import type { SweepQuery } from '../results/query.ts'

/** Blocks of days, in time order, and how many of them come before the date. */
const BLOCKS = 16
const BLOCKS_BEFORE = 11
const LEAST_DAYS_A_BLOCK = 5
const YEAR = Math.sqrt(365)
/** Trials whose correlations stand for those of all. */
const CORRELATED = 200
const LOGIT_BINS = 24

export interface ReturnFacts {
  readonly bestDays: number | null
  readonly split: {
    readonly fromMs: number
    readonly cutMs: number
    readonly toMs: number
    readonly inSample: readonly (number | null)[]
    readonly outOfSample: readonly (number | null)[]
  } | null
  readonly splitReason: string | null
  readonly overfitting: {
    readonly trials: number
    readonly blocks: number
    readonly halves: number
    readonly probability: number
    readonly lossProbability: number
    readonly logits: readonly { readonly from: number; readonly to: number; readonly count: number }[]
  } | null
  readonly overfittingReason: string | null
  readonly correlation: { readonly mean: number; readonly sampled: number } | null
}

/** What is asked: the views of a sweep's files. */
type Asked = Pick<SweepQuery, 'sql' | 'has'>

interface Window {
  readonly startMs: number
  readonly periodMs: number
  readonly periods: number
}

/** The facts; `shown` are the trials whose split is wanted, in order, `best` the one whose days are counted. */
export async function returnFacts(
  query: Asked,
  compared: string,
  shown: readonly number[],
  best: number | undefined,
): Promise<ReturnFacts> {
  const none = (reason: string): ReturnFacts => ({
    bestDays: null,
    split: null,
    splitReason: reason,
    overfitting: null,
    overfittingReason: reason,
    correlation: null,
  })
  if (!query.has('returns')) return none('the returns by day weren’t kept (sweep.keep.returns)')
  const window = await commonWindow(query, compared)
  if (window === null) return none('no trial has returns')
  const bestDays = best === undefined ? null : await daysOf(query, best)
  const correlation = await meanCorrelation(query, compared, window)
  const size = Math.floor(window.periods / BLOCKS)
  if (size < LEAST_DAYS_A_BLOCK) {
    const reason = `${window.periods} days are fewer than ${BLOCKS} blocks of ${LEAST_DAYS_A_BLOCK}`
    return { ...none(reason), bestDays, correlation }
  }
  const sums = await blockSums(query, compared, window, size)
  return {
    bestDays,
    correlation,
    ...splitOf(sums, window, size, shown),
    ...overfittingOf(sums, size),
  }
}

/** The window that most trials have; others are left out, since their days can't be put side by side. */
async function commonWindow(query: Asked, compared: string): Promise<Window | null> {
  const { rows } = await query.sql(
    `with spans as (select trial, min(startMs) as first, max(startMs) as last, count(*) as n from returns
       where trial in (select trial from trials where ${compared}) group by trial)
     select first, last, n, count(*) from spans where n > 1 group by 1, 2, 3 order by 4 desc, 3 desc, 1 limit 1`,
  )
  const [first, last, periods] = (rows[0] ?? []).map(Number)
  if (first === undefined || last === undefined || periods === undefined) return null
  return { startMs: first, periodMs: (last - first) / (periods - 1), periods }
}

function sameWindow({ startMs, periods }: Window): string {
  return `trial in (select trial from returns group by trial having min(startMs) = ${startMs} and count(*) = ${periods})`
}

async function daysOf(query: Asked, trial: number): Promise<number> {
  const { rows } = await query.sql(`select count(*) from returns where trial = ${trial}`)
  return Number(rows[0]![0])
}

interface Sums {
  readonly trials: readonly number[]
  /** By block, then by trial. */
  readonly sums: readonly Float64Array[]
  readonly squares: readonly Float64Array[]
}

/** Sums of returns and of their squares by block; the oldest days that would make blocks unequal are left out. */
async function blockSums(query: Asked, compared: string, window: Window, size: number): Promise<Sums> {
  const { startMs, periodMs, periods } = window
  const left = periods - size * BLOCKS
  const { rows } = await query.sql(
    `with placed as (select trial, round((startMs - ${startMs}) / ${periodMs})::bigint - ${left} as place, value from returns
       where trial in (select trial from trials where ${compared}) and ${sameWindow(window)})
     select trial, place // ${size} as block, sum(value), sum(value * value) from placed where place >= 0
     group by 1, 2 order by 1, 2`,
  )
  const trials = [...new Set(rows.map(([trial]) => Number(trial)))]
  const place = new Map(trials.map((trial, i) => [trial, i]))
  const column = (): Float64Array => new Float64Array(trials.length)
  const sums = Array.from({ length: BLOCKS }, column)
  const squares = Array.from({ length: BLOCKS }, column)
  for (const [trial, block, sum, square] of rows) {
    sums[Number(block)]![place.get(Number(trial))!] = Number(sum)
    squares[Number(block)]![place.get(Number(trial))!] = Number(square)
  }
  return { trials, sums, squares }
}

/** Annual Sharpe ratio from sums over `n` days; null where nothing varies. */
function sharpeOf(sum: number, squares: number, n: number): number | null {
  const average = sum / n
  const variance = (squares - sum * average) / (n - 1)
  return variance > 1e-15 * (squares / n) && variance > 0 ? (average / Math.sqrt(variance)) * YEAR : null
}

function splitOf(
  { trials, sums, squares }: Sums,
  { startMs, periodMs, periods }: Window,
  size: number,
  shown: readonly number[],
): Pick<ReturnFacts, 'split' | 'splitReason'> {
  const place = new Map(trials.map((trial, i) => [trial, i]))
  const over = (from: number, to: number) => (trial: number) => {
    const i = place.get(trial)
    if (i === undefined) return null
    const add = (columns: readonly Float64Array[]): number =>
      columns.slice(from, to).reduce((total, column) => total + column[i]!, 0)
    return sharpeOf(add(sums), add(squares), (to - from) * size)
  }
  const first = startMs + (periods - size * BLOCKS) * periodMs
  return {
    splitReason: null,
    split: {
      fromMs: first,
      cutMs: first + BLOCKS_BEFORE * size * periodMs,
      toMs: startMs + periods * periodMs,
      inSample: shown.map(over(0, BLOCKS_BEFORE)),
      outOfSample: shown.map(over(BLOCKS_BEFORE, BLOCKS)),
    },
  }
}

/** Fewer halves for more trials, so that the work stays within seconds. */
function blocksFor(trials: number): number {
  if (trials <= 1000) return 16
  return trials <= 20_000 ? 8 : 4
}

function overfittingOf(all: Sums, size: number): Pick<ReturnFacts, 'overfitting' | 'overfittingReason'> {
  const trials = all.trials.length
  if (trials < 2) return { overfitting: null, overfittingReason: 'there is only one trial' }
  const blocks = blocksFor(trials)
  const joined = BLOCKS / blocks
  const join = (columns: readonly Float64Array[]): Float64Array[] =>
    Array.from({ length: blocks }, (_, block) =>
      columns[0]!.map((_, i) =>
        columns.slice(block * joined, (block + 1) * joined).reduce((total, column) => total + column[i]!, 0),
      ),
    )
  const found = overfittingOfBlocks({ sums: join(all.sums), squares: join(all.squares), rows: size * joined })
  const { probability, lossProbability, logits } = found
  return {
    overfittingReason: null,
    overfitting: { trials, blocks, halves: logits.length, probability, lossProbability, logits: binned(logits) },
  }
}

/** Counts in equal bins of which one ends at 0, so that both sides stand apart. */
function binned(logits: Float64Array): { from: number; to: number; count: number }[] {
  const reach = Math.max(1, ...[logits.reduce((a, b) => Math.max(a, Math.abs(b)), 0)])
  const width = (2 * reach) / LOGIT_BINS
  const counts = new Array<number>(LOGIT_BINS).fill(0)
  for (const logit of logits) {
    const bin = Math.ceil((logit + reach) / width - 1e-9) - 1
    counts[Math.max(0, Math.min(LOGIT_BINS - 1, bin))]! += 1
  }
  const edge = (bin: number): number => (2 * bin === LOGIT_BINS ? 0 : bin * width - reach)
  return counts.map((count, bin) => ({ from: edge(bin), to: edge(bin + 1), count }))
}

/** Mean off-diagonal correlation of daily returns over an even sample of the trials; null below two that vary. */
async function meanCorrelation(query: Asked, compared: string, window: Window): Promise<ReturnFacts['correlation']> {
  const { startMs, periodMs, periods } = window
  const { rows: chosen } = await query.sql(
    `with numbered as (select trial, row_number() over (order by trial) - 1 as place, count(*) over () as n from trials where ${compared} and ${sameWindow(window)})
     select trial from numbered where place % greatest(1, n // ${CORRELATED}) = 0 order by trial limit ${CORRELATED}`,
  )
  if (chosen.length < 2) return null
  const list = chosen.map(([trial]) => Number(trial))
  const { rows } = await query.sql(
    `select trial, startMs, value from returns where trial in (${list.join(', ')}) order by trial, startMs`,
  )
  const series = new Map(list.map((trial) => [trial, new Float64Array(periods)]))
  for (const [trial, at, value] of rows) {
    series.get(Number(trial))![Math.round((Number(at) - startMs) / periodMs)] = Number(value)
  }
  // The sum of all correlations is the variance of the sum of the standardised series.
  const total = new Float64Array(periods)
  let moving = 0
  for (const one of series.values()) {
    const average = mean(one)
    const deviation = standardDeviation(one, average)
    if (!(deviation > 1e-14)) continue
    moving += 1
    for (let i = 0; i < periods; i++) total[i] = total[i]! + (one[i]! - average) / deviation
  }
  if (moving < 2) return null
  const deviation = standardDeviation(total)
  return { mean: (deviation * deviation - moving) / (moving * (moving - 1)), sampled: moving }
}
