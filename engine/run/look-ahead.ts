/**
 * The look-ahead check of a run, two ways. The watched run catches any read of a later row on the spot. The prefix
 * re-runs are the proof: with the data cut off after a bar, every decision up to that bar must be the same; where one
 * isn't, each column's future is taken away in turn to name the one that mattered.
 */

import { type Candles, FIELDS, type Field } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import { Purpose } from '../core/order.ts'
import { decodeRecords, RECORD_BYTES } from '../core/record.ts'
import type { Strategy } from '../core/strategy.ts'
import { DecisionKind } from '../kernel/recorder.ts'
import { utcText } from '../kernel/watched.ts'
import { ByteStore } from './byte-store.ts'
import type { ResolvedConfig } from './config/index.ts'
import { execute } from './execute.ts'
import { type Market, makeInstruments, makeMarket } from './market.ts'
import type { Terms } from './terms.ts'

/** How many bars the prefix re-runs cut after: decisions, spread over the run. */
const CUTS = 12

/** Throws LOOK_AHEAD (exit code 1), naming bar and column, if the strategy's decisions use what wasn't known yet. */
export function checkLookAhead(config: ResolvedConfig, market: Market, terms: Terms, create: () => Strategy): void {
  // The whole run's units for every cut of it: they must not depend on what comes later.
  const instruments = makeInstruments(config, market.grid)
  execute(config, market, instruments, create(), { terms, checked: true, equity: null })
  const decide = (on: Market): Uint8Array => {
    const decisions = new ByteStore()
    execute(config, on, instruments, create(), { terms, decisions: decisions.add, equity: null })
    return decisions.bytes()
  }
  const whole = decide(market)
  for (const row of cutRows(whole, market)) {
    const untilMs = market.grid.time[row]! + market.grid.timeframeMs
    const same = (other: Uint8Array): boolean => prefix(other, untilMs).equals(prefix(whole, untilMs))
    if (same(decide(cut(market, row + 1)))) continue
    throw new TandemError(
      `look-ahead: decisions up to bar ${row} (${utcText(market.grid.time[row]!)}) change when ${guilty(market, row, decide, same)} after it is taken away`,
      { code: 'LOOK_AHEAD', where: 'strategy', hint: 'something it computes uses later bars', exitCode: 1 },
    )
  }
}

/**
 * Rows to cut after: where decisions were made, evenly chosen, and the middle of the run; none before every symbol has
 * a bar, since a market without one of its symbols is another market.
 */
function cutRows(decisions: Uint8Array, market: Market): number[] {
  const { time, timeframeMs, rows } = market.grid
  const closes = new Set(decodeRecords(decisions).map(({ timeMs }) => timeMs - timeframeMs))
  const decided: number[] = []
  const startMs = Math.max(...market.grid.symbols.map(({ series }) => series.candles.time[0]!))
  for (let row = 0; row < rows - 1; row++) if (time[row]! >= startMs && closes.has(time[row]!)) decided.push(row)
  const chosen = new Set<number>([Math.floor(rows / 2)])
  const step = Math.max(1, decided.length / CUTS)
  for (let i = 0; i < decided.length; i += step) chosen.add(decided[Math.floor(i)]!)
  return [...chosen].filter((row) => row > 0 && row < rows - 1 && time[row]! >= startMs).sort((a, b) => a - b)
}

/**
 * The records of decisions up to a time. A refusal still being counted may end later: its count is left out. The next
 * bar opens at that time too: a stop or target of then guards an entry that filled at that open, and is left out.
 */
function prefix(decisions: Uint8Array, untilMs: number): Buffer {
  const kept: Uint8Array[] = []
  for (let at = 0; at < decisions.byteLength; at += RECORD_BYTES) {
    const record = decisions.slice(at, at + RECORD_BYTES)
    const view = new DataView(record.buffer)
    const atMs = view.getFloat64(0, true)
    if (atMs > untilMs) break
    const kind = record[8]!
    const purpose = kind === DecisionKind.order ? record[9]! & 0xf : 0
    if (atMs === untilMs && (purpose === Purpose.stop || purpose === Purpose.target)) continue
    if (kind === DecisionKind.refusal) {
      view.setInt32(20, 0, true)
      view.setFloat64(40, 0, true)
    }
    kept.push(record)
  }
  return Buffer.concat(kept)
}

/** The market with nothing after the first `rows` rows. */
function cut(market: Market, rows: number): Market {
  const endMs = market.grid.time[rows - 1]!
  return remade(market, (candles) => {
    let bars = 0
    while (bars < candles.time.length && candles.time[bars]! <= endMs) bars += 1
    const part = (column: Float64Array): Float64Array => column.slice(0, bars)
    const { time, open, high, low, close, volume } = candles
    return {
      time: part(time),
      open: part(open),
      high: part(high),
      low: part(low),
      close: part(close),
      volume: part(volume),
    }
  })
}

/** A market of the same series with their candles changed; exogenous series stay: they are laid out by known time. */
function remade(market: Market, change: (candles: Candles, symbol: number) => Candles): Market {
  const series = market.grid.symbols.map(({ series: one }, symbol) => ({
    ...one,
    candles: change(one.candles, symbol),
  }))
  return { ...makeMarket(series, market.columns.exogenous), funding: market.funding, marks: market.marks }
}

/** The name of the column whose future decides; `the data` where no single one does. */
function guilty(
  market: Market,
  row: number,
  decide: (market: Market) => Uint8Array,
  same: (decisions: Uint8Array) => boolean,
): string {
  const afterMs = market.grid.time[row]!
  for (const [symbol, { series }] of market.grid.symbols.entries()) {
    for (const field of FIELDS) {
      if (!same(decide(remade(market, (c, k) => (k === symbol ? withoutFuture(c, field, afterMs) : c))))) {
        return `${field} of ${series.symbol}`
      }
    }
  }
  return 'the data'
}

/** The candles with one column held at its last known value. */
function withoutFuture(candles: Candles, field: Field, afterMs: number): Candles {
  let known = 0
  while (known < candles.time.length && candles.time[known]! <= afterMs) known += 1
  const column = candles[field].slice()
  column.fill(known === 0 ? 0 : column[known - 1]!, known)
  return { ...candles, [field]: column }
}
