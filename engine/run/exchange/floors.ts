/** The terms of the exchange's floors: Kraken's dated rules, fees and margin. */

import { loadFees, loadMargin, loadRulebooks } from '../../../datasets/dated/dated.ts'
import { loadFunding } from '../../../datasets/funding/store.ts'
import type { CandleSeries } from '../../core/candles.ts'
import type { MarginRecord, RulebookRecord } from '../../core/dated.ts'
import { TandemError } from '../../core/errors.ts'
import type { FundingSeries } from '../../core/funding.ts'
import { freeRulebook, type Instrument } from '../../core/instrument.ts'
import type { AccountSetup, FloorSetup } from '../../loopback/floor.ts'
import { futuresRecord } from '../../loopback/futures/records.ts'
import { ScheduleFees } from '../../market/fees.ts'
import { MarginTimeline } from '../../market/margins.ts'
import { toRulebook } from '../../market/rulebooks.ts'
import { Timeline } from '../../market/timeline.ts'
import { flatFees } from '../../sim/costs.ts'
import type { MarginTerms } from '../../sim/margin-terms.ts'
import { runFunding } from '../funding.ts'
import { isPerpetual } from '../market.ts'
import type { ExchangeOptions } from './options.ts'

/** Steps fine enough for anything, no minimums: what `minimums: false` shows to clients. */
const FREE: Omit<RulebookRecord, 'venue' | 'symbol'> = {
  fromMs: 0,
  toMs: null,
  tick: '0.00000001',
  step: '0.00000001',
  minQty: '0',
  minCost: '0',
  minBuyCost: '0',
  significantDigits: null,
  listedMs: null,
  delistedMs: null,
  approximate: true,
  source: 'no minimums',
}

/** The floor of the series that belong to it; null where there are none. */
export async function floorOf(
  kind: 'spot' | 'futures',
  all: readonly CandleSeries[],
  accounts: readonly AccountSetup[],
  options: ExchangeOptions,
): Promise<FloorSetup | null> {
  const venue = kind === 'spot' ? 'kraken' : 'krakenfutures'
  const series = all.filter(({ symbol }) => isPerpetual(symbol) === (kind === 'futures'))
  if (series.length === 0) return null
  const named = series.map((one) => ({ ...one, venue }))
  const records = await recordsOf(kind, named, options)
  const leveraged = kind === 'futures' || options.margin
  const margins = leveraged ? await loadMargin([venue]) : []
  const fundings = await Promise.all(series.map((one) => fundingOf(one, options)))
  const { fees, minimums } = options
  const feeRecords = fees === 'schedule' ? await loadFees([venue]) : null
  const at = (symbol: string, atMs: number): RulebookRecord => records.get(symbol)!.at(atMs)
  return {
    series: named,
    accounts,
    rulebook: at,
    toRulebook: (instruments) => {
      if (!minimums) return freeRulebook
      const books = instruments.map((one) => records.get(one.symbol)!.records.map((record) => toRulebook(record, one)))
      return (instrument, atMs) => books[instrument]![records.get(instruments[instrument]!.symbol)!.indexAt(atMs)]!
    },
    leverages: (symbol, atMs) => leveragesAt(margins, venue, symbol, atMs),
    fees: (instruments) =>
      feeRecords === null
        ? flatFees((fees as { maker: number }).maker, (fees as { taker: number }).taker)
        : new ScheduleFees(feeRecords, instruments),
    margin: leveraged ? (instruments, grid) => marginTerms(margins, venue, instruments, grid.time[0]!, fundings) : null,
    model: options.ambiguous,
    limitFill: 'through',
    participation: options.participation,
    spreadBps: options.spreadBps,
    slippageBps: options.slippageBps,
  }
}

async function recordsOf(
  kind: 'spot' | 'futures',
  series: readonly CandleSeries[],
  { minimums, log }: ExchangeOptions,
): Promise<ReadonlyMap<string, Timeline<RulebookRecord>>> {
  const known = kind === 'spot' ? await loadRulebooks(['kraken']) : []
  const found = new Map<string, Timeline<RulebookRecord>>()
  for (const { venue, symbol, candles } of series) {
    const own =
      kind === 'futures' ? [futuresRecord(symbol, candles.close[0]!)] : known.filter((one) => one.symbol === symbol)
    if (minimums && own.length === 0) log(`no rulebook for ${symbol}: it trades without minimums`)
    const records = minimums && own.length > 0 ? own : [{ ...FREE, venue, symbol }]
    found.set(symbol, new Timeline(records))
  }
  return found
}

function leveragesAt(records: readonly MarginRecord[], venue: string, symbol: string, atMs: number): readonly number[] {
  const own = records.filter((one) => one.venue === venue && one.symbols.includes(symbol))
  if (own.length === 0) return []
  const record = new Timeline(own).at(atMs)
  return record.product === 'spot' ? record.leverages : [record.tiers[0]!.maxLeverage]
}

async function fundingOf({ symbol }: CandleSeries, { store, venue }: ExchangeOptions): Promise<FundingSeries | null> {
  if (!isPerpetual(symbol)) return null
  try {
    return await loadFunding(store, { venue, symbol })
  } catch (error) {
    if (error instanceof TandemError && ['NO_SUCH_SERIES', 'NO_DATA_IN_RANGE'].includes(error.code)) return null
    throw error
  }
}

function marginTerms(
  records: readonly MarginRecord[],
  venue: string,
  instruments: readonly Instrument[],
  fromMs: number,
  fundings: readonly (FundingSeries | null)[],
): MarginTerms {
  const timelines = instruments.map((one) => (one.kind === 'spot' ? null : new MarginTimeline(records, venue, one)))
  const first = timelines.find((one) => one !== null)!.at(fromMs)
  return {
    mode: 'cross',
    leverage: first.product === 'spot' ? first.leverages[0]! : first.tiers[0]!.maxLeverage,
    rules: (id, atMs) => timelines[id]?.at(atMs) ?? null,
    nextChangeMs: (ms) => Math.min(...timelines.map((one) => one?.nextChangeMs(ms) ?? Number.POSITIVE_INFINITY)),
    funding: instruments.map((one) => {
      const series = one.kind === 'perpetual' ? (fundings[one.id % fundings.length] ?? null) : null
      if (series === null) return null
      const toMs = series.time.at(-1)! + 1
      const request = { name: one.symbol, series, intervalMs: null, fromMs, toMs }
      return runFunding({ ...request, policy: { assume: 0 } }).events
    }),
    marks: instruments.map(() => null),
  }
}
