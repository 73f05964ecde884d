/** One input read through: what format it has, and its rows, checked. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { findDateOrder } from './date-order.ts'
import type { Layout, RowKind, Sample } from './formats/format.ts'
import { detectLayout } from './formats/registry.ts'
import { type Content, openContent } from './input/content.ts'
import type { Input } from './input/input.ts'
import { JsonRows } from './input/json-rows.ts'
import { wholeLines } from './input/lines.ts'
import { sampleOf, tableOf } from './look.ts'
import type { ReadOptions } from './options.ts'
import { refusal } from './refuse.ts'
import { RowReader } from './rows.ts'
import type { CandleBlocks } from './sinks/blocks.ts'
import { CandleSink } from './sinks/candle-sink.ts'
import { FixingSink } from './sinks/fixing-sink.ts'
import { FundingSink } from './sinks/funding-sink.ts'
import type { RowOrigin, RowSink } from './sinks/sink.ts'
import { TradeSink } from './sinks/trade-sink.ts'
import { readTable } from './tables/table.ts'
import { type DateOrder, isSlashedDate } from './times.ts'

/** Candles (also those made of trades) or settlements of one input, with what was understood and done. */
export interface ReadInput {
  readonly layout: Layout
  readonly candles: CandleBlocks | null
  readonly funding: FundingSink | null
  readonly fixes: readonly AppliedFix[]
  readonly notes: readonly string[]
}

/** What an input is, by its beginning alone. Throws the refusals that show there. */
export async function lookAt(input: Input, options: ReadOptions): Promise<Layout> {
  const content = await openContent(input)
  try {
    return detectLayout(sampleOf(input, content, await tableOf(input, content), options), options.format)
  } finally {
    await content.close()
  }
}

/** Reads an input through. Every fault of a row is a refusal that names file, row and column. */
export async function readInput(input: Input, options: ReadOptions): Promise<ReadInput> {
  const content = await openContent(input)
  const table = await tableOf(input, content)
  const sample = sampleOf(input, content, table, options)
  const layout = withoutVolume(detectLayout(sample, options.format), options)
  const timeframeMs = options.timeframeMs ?? layout.hints.timeframeMs
  const origin = { file: input.label, names: layout.names }
  const sinks = makeSinks(layout.kind, timeframeMs, origin, options.fix === true)
  const shiftMs = shiftOf(layout, timeframeMs, options)
  const dateOrder = table === null ? await dateOrderOf(input, sample, layout, options) : undefined
  if (table !== null) await readTable(table, layout, origin, shiftMs, sinks.rows)
  else {
    const reader = new RowReader({ ...origin, layout, separator: sample.separator, dateOrder, shiftMs }, sinks.rows)
    if (content.shape === 'json') await readJson(input, content, layout, reader)
    else await readLines(input, content, layout, reader)
  }
  return finish(layout, sinks, timeframeMs, options, dateOrder)
}

/** A mark or index price has no volume: sources write 0, nothing or NaN. */
function withoutVolume(layout: Layout, options: ReadOptions): Layout {
  if (layout.kind !== 'candles' || (options.price ?? layout.hints.price) === undefined) return layout
  return { ...layout, cells: [...layout.cells.slice(0, 5), -1] }
}

interface Sinks {
  readonly rows: RowSink
  readonly candles: CandleSink | null
  readonly fixing: FixingSink | null
  readonly trades: TradeSink | null
  readonly funding: FundingSink | null
}

function makeSinks(kind: RowKind, timeframeMs: number | undefined, origin: RowOrigin, fix: boolean): Sinks {
  if (kind === 'funding') {
    const funding = new FundingSink(origin)
    return { rows: funding, candles: null, fixing: null, trades: null, funding }
  }
  if (timeframeMs === undefined) {
    const message = kind === 'trades' ? 'has trades, which become candles' : 'does not say its timeframe'
    throw refusal('NEED_TIMEFRAME', { file: origin.file }, message, 'say it with --timeframe, such as 1m or 1h')
  }
  const candles = new CandleSink(timeframeMs, origin)
  const none = { fixing: null, trades: null, funding: null }
  if (kind === 'trades') {
    const trades = new TradeSink(timeframeMs, origin, candles)
    return { ...none, rows: trades, candles, trades }
  }
  const fixing = fix ? new FixingSink(candles) : null
  return { ...none, rows: fixing ?? candles, candles, fixing }
}

function shiftOf(layout: Layout, timeframeMs: number | undefined, options: ReadOptions): number {
  const atEnd = options.stamps === 'end' && layout.kind === 'candles'
  return (atEnd ? -timeframeMs! : 0) - (options.utcOffsetMs ?? 0)
}

async function dateOrderOf(
  input: Input,
  sample: Sample,
  layout: Layout,
  options: ReadOptions,
): Promise<DateOrder | undefined> {
  const time = sample.rows[layout.skip]?.[layout.cells[0]!]
  if (options.dateFormat !== undefined || time === undefined || !isSlashedDate(time)) return options.dateFormat
  return findDateOrder(input, layout, sample.separator)
}

/** Hands the lines of a text to the reader, after those that the layout says to skip. */
export async function readLines(input: Input, content: Content, layout: Layout, reader: RowReader): Promise<void> {
  let toSkip = layout.skip
  let row = 0
  for await (const block of wholeLines(input.label, content.chunks())) {
    let from = 0
    while (toSkip > 0 && from < block.length) {
      const found = block.indexOf(0x0a, from)
      const to = found === -1 ? block.length : found
      row += 1
      for (let at = from; at < to; at++) {
        if (block[at]! > 0x20) {
          toSkip -= 1
          break
        }
      }
      from = to + 1
    }
    if (from < block.length) row = reader.readBlock(block.subarray(from), row)
  }
}

/** Hands the rows of a JSON text to the reader; an unfinished last one is left out where the layout says so. */
export async function readJson(input: Input, content: Content, layout: Layout, reader: RowReader): Promise<void> {
  const scanner = new JsonRows(input.label)
  let held: { bytes: Buffer; row: number } | null = null
  for await (const chunk of content.chunks()) {
    scanner.push(chunk, (bytes, from, to, row) => {
      if (layout.unfinishedLast !== true) return reader.readLine(bytes, from, to, row)
      if (held !== null) reader.readLine(held.bytes, 0, held.bytes.length, held.row)
      held = { bytes: Buffer.from(bytes.subarray(from, to)), row }
    })
  }
  scanner.finish()
}

function finish(
  layout: Layout,
  sinks: Sinks,
  timeframeMs: number | undefined,
  options: ReadOptions,
  dateOrder: DateOrder | undefined,
): ReadInput {
  sinks.trades?.flush()
  const mended = sinks.fixing?.finish() ?? []
  const candles = sinks.candles?.finish() ?? null
  const rows = candles?.rows ?? sinks.funding?.rows ?? 0
  const fixes: AppliedFix[] = []
  const did = (done: boolean, code: string, count: number, text: string): void => {
    if (done) fixes.push({ code, rows: count, text })
  }
  did(sinks.candles?.newestFirst === true, 'NEWEST_FIRST', rows, 'rows were newest first')
  const byEnd = options.stamps === 'end' && layout.kind === 'candles'
  did(byEnd, 'STAMPED_AT_END', rows, `bars stamped at their end moved back by ${formatTimeframe(timeframeMs ?? 0)}`)
  const offsetMs = options.utcOffsetMs ?? 0
  did(offsetMs !== 0, 'LOCAL_TIME', rows, `times of UTC${offsetMs > 0 ? '+' : ''}${offsetMs / 3_600_000} made UTC`)
  did(layout.unfinishedLast === true, 'UNFINISHED', 1, 'the last, unfinished bar left out')
  const notes = [...layout.notes]
  if (dateOrder !== undefined) notes.push(`dates are ${dateOrder}`)
  if (sinks.trades !== null) notes.push(`${sinks.trades.trades} trades`)
  return { layout, candles, funding: sinks.funding, fixes: [...fixes, ...mended], notes }
}

/** SHA-256 (hex) of a file on disk. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
