/** A scripted market: segments of bars one after the other, by symbol, on one grid of times. */

import { z } from 'zod'
import { hashCandles } from '../../../datasets/columns.ts'
import { syntheticCandles } from '../../../datasets/synthetic/synthetic.ts'
import { allocateCandles, type CandleSeries } from '../../core/candles.ts'
import { TandemError } from '../../core/errors.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { parseDateMs } from '../config/date.ts'
import { type Market, makeMarket } from '../market.ts'

const price = z.number().gt(0)
const count = z.int().min(1).max(1_000_000)

export const segmentSchema = z.union(
  [
    z.strictObject({ flat: price, bars: count.default(1) }),
    z.strictObject({ closes: z.array(price).min(1) }),
    z.strictObject({ bars: z.array(z.tuple([price, price, price, price])).min(1) }),
    z.strictObject({
      walk: z.strictObject({
        seed: z.int().min(0),
        bars: count,
        start: price,
        tick: z.number().gt(0).default(0.01),
        volatility: z.number().min(0).default(0.6),
        drift: z.number().default(0),
      }),
    }),
  ],
  {
    error:
      'expected flat: price (and bars:), closes: [...], bars: [[open, high, low, close], ...] or walk: { seed, bars, start }',
  },
)

type Segment = z.output<typeof segmentSchema>

export const marketSchema = z.strictObject({
  from: z.string().default('2019-01-01'),
  timeframe: z.string().default('1m'),
  symbols: z.record(z.string(), z.array(segmentSchema).min(1)),
})

export type ScriptedMarket = z.output<typeof marketSchema>

type Bar = readonly [open: number, high: number, low: number, close: number]

/** A venue of a case: what it lists (default: everything), and prices of its own where it has some. */
export interface ScriptedVenue {
  readonly name: string
  readonly symbols?: readonly string[] | undefined
  readonly prices: Readonly<Record<string, readonly Segment[]>>
}

/** The market of a case; the first venue's prices are the script's. All symbols must have as many bars. Throws `BAD_SCENARIO`. */
export function scriptedMarket(script: ScriptedMarket, venues: readonly ScriptedVenue[], where: string): Market {
  const startMs = parseDateMs(script.from)
  if (startMs === null) throw bad('market.from: expected a date such as 2019-01-01', where)
  const timeframeMs = parseTimeframe(script.timeframe, `${where}: market.timeframe`)
  const names = Object.keys(script.symbols)
  if (names.length === 0) throw bad('market.symbols: expected one symbol at least', where)
  const make = (venue: string, symbol: string, segments: readonly Segment[], at: string): CandleSeries => {
    const bars = barsOf(segments, { venue, symbol, timeframeMs })
    for (const [i, bar] of bars.entries()) checkBar(bar, `${at}.${symbol}: bar ${i}`, where)
    return seriesOf(bars, { venue, symbol, timeframeMs }, startMs)
  }
  const series = names.map((symbol) => make(venues[0]!.name, symbol, script.symbols[symbol]!, 'market.symbols'))
  const traded = venues.flatMap((venue, i) =>
    series
      .filter(({ symbol }) => venue.symbols === undefined || venue.symbols.includes(symbol))
      .map((one) => {
        const own = venue.prices[one.symbol]
        if (own !== undefined) return make(venue.name, one.symbol, own, `venues.${i}.prices`)
        return i === 0 ? one : { ...one, venue: venue.name }
      }),
  )
  const lengths = new Set([...series, ...traded].map(({ candles }) => candles.time.length))
  if (lengths.size > 1) throw bad(`market.symbols: all need as many bars, got ${[...lengths].join(' and ')}`, where)
  return venues.length === 1 ? makeMarket(series) : makeMarket(series, [], { traded })
}

type Key = Pick<CandleSeries, 'venue' | 'symbol' | 'timeframeMs'>

function barsOf(segments: readonly Segment[], key: Key): Bar[] {
  const bars: Bar[] = []
  for (const segment of segments) {
    if ('flat' in segment) {
      for (let i = 0; i < segment.bars; i++) bars.push([segment.flat, segment.flat, segment.flat, segment.flat])
    } else if ('closes' in segment) {
      for (const close of segment.closes) {
        const open = bars.at(-1)?.[3] ?? close
        bars.push([open, Math.max(open, close), Math.min(open, close), close])
      }
    } else if ('bars' in segment) bars.push(...segment.bars)
    else bars.push(...walked(segment.walk, key))
  }
  return bars
}

function walked(walk: Extract<Segment, { walk: unknown }>['walk'], key: Key): Bar[] {
  const { candles } = syntheticCandles({
    ...key,
    model: 'gbm',
    seed: `${walk.seed}/${key.symbol}`,
    bars: walk.bars,
    startPrice: walk.start,
    tick: walk.tick,
    annualVolatility: walk.volatility,
    annualDrift: walk.drift,
  })
  const { open, high, low, close } = candles
  return Array.from(close, (last, i): Bar => [open[i]!, high[i]!, low[i]!, last])
}

function checkBar([open, high, low, close]: Bar, name: string, where: string): void {
  if (high >= Math.max(open, close) && low <= Math.min(open, close)) return
  throw bad(
    `${name} is [${open}, ${high}, ${low}, ${close}], expected the high above and the low below the others`,
    where,
  )
}

function seriesOf(bars: readonly Bar[], key: Key, startMs: number): CandleSeries {
  const candles = allocateCandles(bars.length)
  bars.forEach(([open, high, low, close], i) => {
    candles.time[i] = startMs + i * key.timeframeMs
    candles.open[i] = open
    candles.high[i] = high
    candles.low[i] = low
    candles.close[i] = close
    candles.volume[i] = 1
  })
  return { ...key, candles, dataHash: hashCandles(candles) }
}

function bad(message: string, where: string): TandemError {
  return new TandemError(message, { code: 'BAD_SCENARIO', where })
}
