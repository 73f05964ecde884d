/** `data pull`: a venue's candles into the store, page by page, resumable, without the bar that isn't over. */

import { TandemError } from '../../engine/core/errors.ts'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { formatTime } from '../dates.ts'
import { gridOrigin } from '../grid.ts'
import { CandleBlocks } from '../import/sinks/blocks.ts'
import { CandleSink } from '../import/sinks/candle-sink.ts'
import { withWriterLock } from '../lock.ts'
import { readManifestIn } from '../manifest.ts'
import { type ImportReport, reportOf } from '../report.ts'
import { checkSeriesKey, type SeriesKey, seriesDirectory } from '../series.ts'
import { loadCandles } from '../store.ts'
import { writeSeries } from '../write.ts'
import { limitsOf } from './limits.ts'
import { pagesOf } from './pager.ts'
import { addToPart, beginPart, type PartHead, partPath, removePart, resumePart } from './part.ts'
import { type CandleRow, type Exchange, type Progress, type PullClock, SYSTEM_CLOCK } from './port.ts'
import { type Retrying, retrying } from './retry.ts'
import { tradeCandles } from './trade-candles.ts'

export interface PullOptions extends SeriesKey {
  readonly store: string
  /** First bar wanted, ms UTC; absent: after the last bar that the store has. */
  readonly fromMs?: number
  /** Bars that open before; absent: up to now. */
  readonly toMs?: number
  /** Makes the candles from the venue's trades, where it serves too few candles. */
  readonly fromTrades?: boolean
  readonly clock?: PullClock
  readonly onProgress?: (progress: Progress) => void
  /** A remark worth a line: resumed, waiting. */
  readonly onRemark?: (line: string) => void
}

export interface PullReport extends ImportReport {
  /** Rows that came in this pull, and those that an earlier one or the store had. */
  readonly pulledRows: number
  readonly resumedRows: number
  readonly retries: number
}

/**
 * Pulls a series. One that was pulled before is gone on with, or with an earlier `fromMs` pulled anew; one that came
 * from elsewhere is not touched. Throws `NEED_FROM`, `NOT_PULLED`, `VENUE_LIMIT`, `NOTHING_NEW`, `VENUE_BUSY` (what came
 * is kept), `VENUE_REFUSED`, `BAD_VENUE_DATA`.
 */
export async function pullCandles(exchange: Exchange, options: PullOptions): Promise<PullReport> {
  checkSeriesKey(options)
  const part = partPath(options.store, options)
  return withWriterLock(part, () => pull(exchange, options, part), { waitMs: 0 })
}

/** An address that never answered isn't waited for as long as one that is busy. */
const FIRST_TRIES = 4

/** A pull with all its question answered. */
interface Plan {
  readonly exchange: Exchange
  readonly options: PullOptions
  readonly timeframe: string
  readonly fromMs: number
  /** End of the last bar that is over, or what was asked for. */
  readonly toMs: number
}

async function pull(exchange: Exchange, options: PullOptions, part: string): Promise<PullReport> {
  const clock = options.clock ?? SYSTEM_CLOCK
  const timeframe = formatTimeframe(options.timeframeMs)
  const stored = await storedRows(options)
  let retries = 0
  const again = retrying(clock, (error) => {
    retries += 1
    if (retries === 1) options.onRemark?.(`${error.message}; trying again`)
  })
  const plan: Plan = {
    exchange,
    options,
    timeframe,
    fromMs: firstWanted(options, stored),
    toMs: lastOver(options, clock),
  }
  const before = stored.filter(([time]) => time < plan.fromMs)
  const head = headOf(plan)
  const resumed = await resumePart(part, head)
  const startMs = resumed?.doneMs ?? plan.fromMs
  checkVenueLimit(plan, startMs, clock)
  const first = retrying(clock, () => options.onRemark?.('no answer yet; trying again'), FIRST_TRIES)
  await first(() => exchange.prepare(options.symbol, options.fromTrades === true ? null : timeframe))
  if (resumed === null) await beginPart(part, head)
  else options.onRemark?.(`goes on after ${formatTime(resumed.doneMs)} with ${resumed.rows.length} candles`)
  const rows = resumed?.rows ?? []
  const resumedRows = rows.length + before.length
  for await (const page of pages(plan, startMs, again)) {
    await addToPart(part, page.rows, page.doneMs)
    for (const row of page.rows) rows.push(row)
    options.onProgress?.({ fromMs: plan.fromMs, toMs: plan.toMs, doneMs: page.doneMs, rows: rows.length, retries })
  }
  const all = [...before, ...rows].filter(([time]) => time < plan.toMs)
  const report = await keep(plan, all, before.length)
  await removePart(part)
  return { ...report, pulledRows: all.length - resumedRows, resumedRows, retries }
}

function pages(
  plan: Plan,
  startMs: number,
  again: Retrying,
): AsyncIterable<{ rows: readonly CandleRow[]; doneMs: number }> {
  const { exchange, options, timeframe, toMs } = plan
  const { symbol, timeframeMs } = options
  const range = { symbol, timeframe, timeframeMs, fromMs: startMs, toMs, limit: limitsOf(exchange.name).page }
  return options.fromTrades === true ? tradeCandles(exchange, range, again) : pagesOf(exchange, range, again)
}

async function keep(plan: Plan, rows: readonly CandleRow[], before: number): Promise<ImportReport> {
  const { options, exchange, timeframe } = plan
  const where = `${exchange.name} ${options.symbol} ${timeframe}`
  if (rows.length === before) {
    throw new TandemError(`nothing new up to ${formatTime(plan.toMs)}`, {
      code: 'NOTHING_NEW',
      where,
      hint: 'the bar at hand comes once it is over; check from and to',
    })
  }
  const names = ['time', 'open', 'high', 'low', 'close', 'volume']
  const sink = new CandleSink(options.timeframeMs, { file: where, names }, new CandleBlocks())
  for (const [index, row] of rows.entries()) sink.push(index + 1, ...row)
  const source = {
    kind: 'venue',
    exchange: exchange.name,
    via: options.fromTrades === true ? 'ccxt trades' : 'ccxt',
  } as const
  const blocks = sink.finish()
  try {
    return reportOf(await writeSeries(options.store, options, blocks, source))
  } finally {
    blocks.dispose()
  }
}

/** The rows that an earlier pull stored. Throws `NOT_PULLED` for a series from elsewhere. */
async function storedRows(options: PullOptions): Promise<CandleRow[]> {
  const manifest = await readManifestIn(seriesDirectory(options.store, options))
  if (manifest === null) return []
  if (manifest.source.kind !== 'venue') {
    throw new TandemError('the store has this series from elsewhere, and a pull would replace it', {
      code: 'NOT_PULLED',
      where: `${options.venue} ${options.symbol} ${formatTimeframe(options.timeframeMs)}`,
      hint: 'pull into another store with --store, or remove the series',
    })
  }
  const { time, open, high, low, close, volume } = (await loadCandles(options.store, options)).candles
  return [...time].map((at, row) => [at, open[row]!, high[row]!, low[row]!, close[row]!, volume[row]!])
}

/** Where the pull begins. Throws `NEED_FROM`. */
function firstWanted({ fromMs, timeframeMs }: PullOptions, stored: readonly CandleRow[]): number {
  const [first, last] = [stored[0], stored.at(-1)]
  const after = last === undefined ? undefined : last[0] + timeframeMs
  if (after !== undefined && (fromMs === undefined || fromMs >= first![0])) return after
  if (fromMs === undefined) {
    throw new TandemError('the store has nothing of this series to go on from', {
      code: 'NEED_FROM',
      where: '--from',
      hint: 'say where to begin, such as --from 2024-01-01',
    })
  }
  return Math.ceil(fromMs / timeframeMs) * timeframeMs
}

/** End of the last bar that is over and wanted: the one at hand still changes. */
function lastOver({ toMs, timeframeMs }: PullOptions, clock: PullClock): number {
  const nowMs = clock.nowMs()
  const origin = gridOrigin(nowMs, timeframeMs)
  const over = Math.floor((nowMs - origin) / timeframeMs) * timeframeMs + origin
  return Math.min(toMs ?? over, over)
}

/** Throws `VENUE_LIMIT` where the venue would give other bars than those asked for. */
function checkVenueLimit({ exchange, options }: Plan, fromMs: number, clock: PullClock): void {
  const { newestOnly, older } = limitsOf(exchange.name)
  if (newestOnly === undefined || options.fromTrades === true) return
  const { timeframeMs } = options
  // One less than it serves: the last of them isn't over.
  const oldestMs = (Math.floor(clock.nowMs() / timeframeMs) - newestOnly + 2) * timeframeMs
  if (fromMs >= oldestMs) return
  const message = `serves only the newest ${newestOnly} candles, from ${formatTime(oldestMs)} on, and ${formatTime(fromMs)} was asked for`
  throw new TandemError(message, { code: 'VENUE_LIMIT', where: exchange.name, hint: older ?? 'ask for later ones' })
}

function headOf({ exchange, options, timeframe, fromMs }: Plan): PartHead {
  const { symbol, fromTrades = false } = options
  return { exchange: exchange.name, symbol, timeframe, fromMs, fromTrades }
}
