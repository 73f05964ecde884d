/** Runs of the real engine on series in memory, for tests: the one place that assembles them. */

import { expect } from 'vitest'
import type { CandleSeries, Candles, ExogenousSeries } from '../../engine/core/candles.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import type { RulesConfig } from '../../engine/rules/config.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { type Executed, type ExecuteOptions, execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'
import { rulesOf } from '../../engine/run/rules.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { audit } from './auditor.ts'

/** A run file's members, sections merged over the defaults below. */
export type ConfigChanges = Readonly<Record<string, unknown>>

/** A plain spot account: no profile, percent sizing, flat fees, no venue minimums. */
const PLAIN = {
  strategy: { name: 'sma-cross' },
  data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h' },
  account: { quote: 'USD', equity: 10_000, profile: 'none' },
  sizing: { mode: 'percent', fraction: 0.95 },
  costs: { fees: { maker: 0.001, taker: 0.001 } },
  rules: { emergencyLoss: 'off', venueMinimums: false },
}

export function plainConfig(changes: ConfigChanges = {}) {
  return resolveConfig({ ...PLAIN, ...changes }, 'test')
}

export function seriesOf(candles: Candles, symbol = 'BTC/USD', timeframeMs = 3_600_000): CandleSeries {
  return { venue: 'test', symbol, timeframeMs, candles, dataHash: `test ${symbol} ${candles.time.length}` }
}

export function marketOf(
  series: Candles | readonly CandleSeries[],
  exogenous: readonly ExogenousSeries[] = [],
): Market {
  return makeMarket('time' in series ? [seriesOf(series)] : series, exogenous)
}

/** Runs a strategy over a market; the configuration's symbols are the market's. The auditor judges every run. */
export function runOn(
  market: Market,
  strategy: Strategy,
  changes: ConfigChanges = {},
  options: ExecuteOptions = {},
): Executed {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { ...PLAIN.data, symbols }, ...changes })
  const outcomes = new ByteStore()
  const keep = (bytes: Uint8Array): void => {
    outcomes.add(bytes)
    options.outcomes?.(bytes)
  }
  const instruments = makeInstruments(config, market.grid)
  const executed = execute(config, market, instruments, strategy, { ...options, outcomes: keep })
  const initial = Math.round(config.account.equity * 10 ** instruments[0]!.quoteDec)
  expect(audit(executed, outcomes.bytes(), initial)).toEqual([])
  return executed
}

/** The rules of a plain configuration: see PLAIN. */
export function plainRules(changes: ConfigChanges = {}): RulesConfig {
  const config = plainConfig(changes)
  return rulesOf(config, plainTerms(config))
}
