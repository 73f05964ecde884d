/** Kraken's public calls: time, status, markets, prices. */

import { priceText } from '../text.ts'
import { KrakenError } from './errors.ts'
import type { Form } from './form.ts'
import type { MarketStatus, SpotMarket, SpotMarkets } from './markets.ts'

/** Candles that OHLC gives at the most: the newest, whatever was asked. */
const OHLC_ROWS = 720
const INTERVALS = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600]

export interface PublicWorld {
  readonly markets: SpotMarkets
  /** Whole exchange. */
  readonly status: MarketStatus
  /** Changes to the candles of an answer, for faults. */
  readonly bend: (rows: readonly (readonly unknown[])[]) => readonly (readonly unknown[])[]
}

type PublicCall = (world: PublicWorld, form: Form, nowMs: number) => unknown

export const PUBLIC_CALLS: Readonly<Record<string, PublicCall>> = {
  Time: (_world, _form, nowMs) => ({ unixtime: Math.floor(nowMs / 1000), rfc1123: rfc1123(nowMs) }),
  SystemStatus: ({ status }, _form, nowMs) => ({ status, timestamp: isoSeconds(nowMs) }),
  Assets: ({ markets }) => markets.assets(),
  AssetPairs: ({ markets }, form, nowMs) => markets.assetPairs(form.fields.get('pair'), nowMs),
  Ticker: ({ markets }, form, nowMs) =>
    Object.fromEntries(markets.list(form.fields.get('pair')).map((one) => [one.id, ticker(markets, one, nowMs)])),
  OHLC: ohlc,
  Trades: trades,
  Depth: depth,
}

function ohlc({ markets, bend }: PublicWorld, form: Form, nowMs: number): unknown {
  const market = markets.find(form.fields.get('pair'))
  const minutes = Number(form.fields.get('interval') ?? '1')
  if (!INTERVALS.includes(minutes)) throw new KrakenError('EGeneral:Invalid arguments:interval')
  const intervalMs = minutes * 60_000
  const { tape } = markets.floor
  // Coarser candles are made of the tape's; finer ones aren't known.
  if (intervalMs % tape.grid.timeframeMs !== 0) throw new KrakenError('EGeneral:Invalid arguments:interval')
  const since = Number(form.fields.get('since') ?? '0')
  if (!Number.isFinite(since)) throw new KrakenError('EGeneral:Invalid arguments:since')
  const { pairDecimals } = markets.terms(market, nowMs)
  const text = (price: number): string => priceText(price, pairDecimals)
  const candles = tape.candles(market.index, intervalMs, 0, nowMs, OHLC_ROWS)
  const rows: unknown[][] = candles
    .filter(({ openMs }) => openMs > since * 1000)
    .map((one) => [
      one.openMs / 1000,
      text(one.open),
      text(one.high),
      text(one.low),
      text(one.close),
      one.volume === 0 ? '0.0' : text((one.high + one.low + one.close) / 3),
      priceText(one.volume, 8),
      one.bars,
    ])
  const closed = candles.findLast(({ forming }) => !forming)
  return { [market.id]: bend(rows), last: closed === undefined ? 0 : closed.openMs / 1000 }
}

function ticker(markets: SpotMarkets, market: SpotMarket, nowMs: number): Record<string, unknown> {
  const { tape } = markets.floor
  const { pairDecimals, record } = markets.terms(market, nowMs)
  const { last24h, today } = tape.day(market.index, nowMs)
  const last = tape.last(market.index, nowMs)
  const price = (value: number): string => priceText(value, 5)
  const day = today ?? last24h
  const bid = priceText(last, pairDecimals)
  const pick = (read: (one: NonNullable<typeof day>) => number): string[] =>
    [today, last24h].map((one) => price(one === null ? last : read(one)))
  return {
    a: [price(last + Number(record.tick)), '1', '1.000'],
    b: [price(last), '1', '1.000'],
    c: [bid, '0.00000000'],
    v: [today, last24h].map((one) => priceText(one?.volume ?? 0, 8)),
    p: pick((one) => (one.high + one.low + one.close) / 3),
    t: [today?.bars ?? 0, last24h?.bars ?? 0],
    l: pick((one) => one.low),
    h: pick((one) => one.high),
    o: price(day?.open ?? last),
  }
}

/** One trade a closed bar, at its close: the tape knows no others. */
function trades({ markets }: PublicWorld, form: Form, nowMs: number): unknown {
  const market = markets.find(form.fields.get('pair'))
  const { tape } = markets.floor
  const since = Number(form.fields.get('since') ?? '0')
  const sinceMs = since > 1e15 ? since / 1e6 : since * 1000
  const { pairDecimals } = markets.terms(market, nowMs)
  const { timeframeMs } = tape.grid
  const candles = tape.candles(market.index, timeframeMs, sinceMs - timeframeMs, nowMs, 1000)
  const rows = candles
    .filter((one) => !one.forming && one.openMs + timeframeMs > sinceMs)
    .map((one) => {
      const atMs = one.openMs + timeframeMs
      const text = priceText(one.close, pairDecimals)
      const side = one.close >= one.open ? 'b' : 's'
      return [text, priceText(one.volume, 8), atMs / 1000, side, 'm', '', Math.round(atMs / timeframeMs)]
    })
  const lastMs = rows.length === 0 ? sinceMs : (rows.at(-1)![2] as number) * 1000
  return { [market.id]: rows, last: `${Math.round(lastMs)}000000` }
}

/** The best price on each side alone: bars don't tell of books. */
function depth({ markets }: PublicWorld, form: Form, nowMs: number): unknown {
  const market = markets.find(form.fields.get('pair'))
  const { pairDecimals, record } = markets.terms(market, nowMs)
  const last = markets.floor.tape.last(market.index, nowMs)
  const at = Math.floor(nowMs / 1000)
  const row = (price: number): unknown[] => [priceText(price, pairDecimals), '1.000', at]
  return { [market.id]: { asks: [row(last + Number(record.tick))], bids: [row(last)] } }
}

function rfc1123(ms: number): string {
  return `${new Date(ms)
    .toUTCString()
    .replace(/ (\d{4}) /, (_all, year: string) => ` ${year.slice(2)} `)
    .replace('GMT', '+0000')}`
}

export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
