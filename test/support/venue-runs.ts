/** Runs at several venues in memory, for tests: random markets, prices and costs of each venue's own. */

import type { CandleSeries } from '../../engine/core/candles.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { type Executed, type ExecuteOptions, execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { randomSeries } from './random-market.ts'
import { type ConfigChanges, plainConfig } from './runs.ts'

/** The strategy reads `test`; `coinbase` has prices and gaps of its own, `far` trades at those of `test`. */
export const VENUES = ['coinbase', 'test', 'far'] as const

export function venueMarket(seed: number, symbols: number, bars: number): Market {
  const read = randomSeries(seed, symbols, bars)
  const own = randomSeries(seed + 5000, symbols, bars, 10)
  const at = (venue: string, from: readonly CandleSeries[]): CandleSeries[] => from.map((one) => ({ ...one, venue }))
  return makeMarket(read, [], { traded: [...at('coinbase', own), ...at('test', read), ...at('far', read)] })
}

const preset = {
  name: 'three venues',
  source: 'the test',
  venues: {
    coinbase: { maker: 0.004, taker: 0.006, spread: 0.002 },
    test: { maker: 0.0016, taker: 0.0026, spread: 0.001 },
    far: { maker: 0.002, taker: 0.003, spread: 0.001 },
  },
}

const venueSpreads = Object.fromEntries(Object.entries(preset.venues).map(([name, { spread }]) => [name, spread]))

export const VENUE_TERMS: Terms = {
  fees: { kind: 'preset', preset },
  rulebooks: null,
  spread: 0.001,
  slippage: 0.0005,
  venueSpreads,
}

export interface VenueRun {
  readonly executed: Executed
  readonly decisions: Uint8Array
  readonly outcomes: Uint8Array
}

export function runAtVenues(
  market: Market,
  strategy: Strategy,
  changes: ConfigChanges = {},
  options: ExecuteOptions = {},
): VenueRun {
  const symbols = market.columns.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { venue: 'test', symbols, timeframe: '1h' }, venues: VENUES, ...changes })
  const [decisions, outcomes] = [new ByteStore(), new ByteStore()]
  const sinks = { decisions: decisions.add, outcomes: outcomes.add }
  const instruments = makeInstruments(config, market.grid)
  const executed = execute(config, market, instruments, strategy, { terms: VENUE_TERMS, ...sinks, ...options })
  return { executed, decisions: decisions.bytes(), outcomes: outcomes.bytes() }
}
