/** All files of one series, read and joined, with where they came from. */

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { formatTime } from '../dates.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import type { FundingRates } from '../funding/series.ts'
import { coarserSpacingOf } from '../grid.ts'
import type { Input } from './input/input.ts'
import { joinParts, type Part } from './join.ts'
import type { ReadOptions } from './options.ts'
import { fileSha256, type ReadInput, readInput } from './read.ts'
import { refusal } from './refuse.ts'
import type { Target } from './series-of.ts'
import type { CandleBlocks } from './sinks/blocks.ts'

export interface Gathered {
  readonly target: Target
  /** The rows, checked: one of the two. */
  readonly candles: CandleBlocks | null
  readonly funding: FundingRates | null
  readonly format: string
  readonly fixes: readonly AppliedFix[]
  readonly notes: readonly string[]
  /** Files on disk that the rows come from, each once. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
}

/** Reads the inputs of one series. Throws the importers' refusals. */
export async function gatherSeries(target: Target, inputs: readonly Input[], options: ReadOptions): Promise<Gathered> {
  const { timeframeMs, symbol } = target
  const asked = { ...options, symbol, ...(timeframeMs === null ? {} : { timeframeMs }) }
  const parts: Part[] = []
  const funding: { file: string; rates: FundingRates }[] = []
  const files = new Map<string, { name: string; sha256: string }>()
  const fixes: AppliedFix[] = []
  let first: ReadInput | null = null
  try {
    for (const input of inputs) {
      const read = await readInput(input, asked)
      first ??= read
      fixes.push(...read.fixes)
      if (read.candles !== null) parts.push({ file: input.label, candles: read.candles })
      if (read.funding !== null) {
        const settled = read.funding.finish(target.venue, options.utcOffsetMs !== undefined)
        fixes.push(...settled.fixes)
        funding.push({ file: input.label, rates: settled.rates })
      }
      const { container } = input
      if (!files.has(container)) {
        files.set(container, { name: basename(container), sha256: input.sha256() ?? (await fileSha256(container)) })
      }
    }
    const common = {
      target,
      format: first!.layout.format,
      notes: first!.notes,
      files: [...files.values()],
    }
    if (target.kind === 'funding') {
      return { ...common, candles: null, funding: joinFunding(funding), fixes: summed(fixes) }
    }
    const joined = joinParts(parts)
    parts.splice(0, parts.length, { file: inputs[0]!.label, candles: joined.candles })
    checkSpacing(inputs[0]!.label, joined.candles, timeframeMs!)
    return { ...common, candles: joined.candles, funding: null, fixes: summed([...fixes, ...joined.fixes]) }
  } catch (error) {
    for (const { candles } of parts) candles.dispose()
    throw error
  }
}

/** SHA-256 (hex) that stands for several files: over their list. */
export function listSha256(files: Gathered['files']): string {
  if (files.length === 1) return files[0]!.sha256
  const hash = createHash('sha256')
  for (const { name, sha256 } of files) hash.update(`${sha256}  ${name}\n`)
  return hash.digest('hex')
}

/** The same fix made to several files is one. */
function summed(fixes: readonly AppliedFix[]): readonly AppliedFix[] {
  const sums = new Map<string, AppliedFix>()
  for (const fix of fixes) {
    const before = sums.get(fix.code)
    sums.set(fix.code, before === undefined ? fix : { ...fix, rows: fix.rows + before.rows })
  }
  return [...sums.values()]
}

function checkSpacing(file: string, candles: CandleBlocks, timeframeMs: number): void {
  const spacing = coarserSpacingOf(() => timesOf(candles), timeframeMs)
  if (spacing === null) return
  const [is, asked] = [formatTimeframe(spacing), formatTimeframe(timeframeMs)]
  const message = `the rows are ${is} apart, so these are not ${asked} candles`
  throw refusal('WRONG_TIMEFRAME', { file }, message, `import them with timeframe ${is}`)
}

function* timesOf(candles: CandleBlocks): Generator<Float64Array> {
  for (const { time } of candles.pieces()) yield time
}

function joinFunding(parts: readonly { readonly file: string; readonly rates: FundingRates }[]): FundingRates {
  if (parts.length === 1) return parts[0]!.rates
  const sorted = [...parts].sort((a, b) => a.rates.time[0]! - b.rates.time[0]!)
  const rows = new Map<number, number>()
  for (const { file, rates } of sorted) {
    for (const [row, time] of rates.time.entries()) {
      const before = rows.get(time)
      if (before !== undefined && before !== rates.rate[row]) {
        const message = `the settlement of ${formatTime(time)} is different in another file`
        throw refusal('OVERLAP', { file }, message, 'remove the file that is wrong')
      }
      rows.set(time, rates.rate[row]!)
    }
  }
  const times = [...rows.keys()].sort((a, b) => a - b)
  return { time: Float64Array.from(times), rate: Float64Array.from(times, (time) => rows.get(time)!) }
}
