/** Runs a golden case and reads off what must not move. */

import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { simulate, summarise } from '../../engine/run/backtest.ts'
import { canonicalJson, sha256Hex } from '../../engine/run/canonical.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { type Executed, execute } from '../../engine/run/execute.ts'
import { makeInstruments, makeMarket } from '../../engine/run/market.ts'
import { loadTerms } from '../../engine/run/terms.ts'
import type { GoldenCase } from './cases.ts'

export interface Golden {
  readonly inputs: string
  readonly decisions: string
  readonly outcomes: string
  readonly bars: number
  readonly trades: number
  readonly fills: number
  readonly skips: Readonly<Record<string, number>>
  readonly finalEquity: number
  /** Digest of all metrics' values. */
  readonly metrics: string
}

async function prepare({ config, series, strategy }: GoldenCase) {
  const candles = series()
  const { venue, timeframeMs } = candles[0]!
  const data = { venue, symbols: candles.map(({ symbol }) => symbol), timeframe: formatTimeframe(timeframeMs) }
  const resolved = resolveConfig({ strategy: { name: 'golden' }, data, ...config }, 'golden')
  const market = makeMarket(candles)
  return { config: resolved, market, terms: await loadTerms(resolved), create: await strategy() }
}

/** A whole simulation with its result. */
export async function runCase(one: GoldenCase): Promise<Golden> {
  const { config, market, terms, create } = await prepare(one)
  const { result, metrics } = simulate(config, market, terms, { create, hash: 'golden', params: {} })
  const { digest, bars, trades, skips, finalEquity, metrics: values } = summarise(result, metrics)
  return { ...digest, bars, trades, fills: result.fills, skips, finalEquity, metrics: sha256Hex(canonicalJson(values)) }
}

/** The case with every row by `step`. */
export async function runCasePlainly(one: GoldenCase): Promise<Executed> {
  const { config, market, terms, create } = await prepare(one)
  return execute(config, market, makeInstruments(config, market.grid), create(), { terms, plain: true })
}
