/**
 * `tandem check`: what a strategy must bear before it is believed. It runs; it decides the same twice, and the same by
 * both of the kernel's paths; it looks at nothing ahead; and its types hold. All of it on a made-up market, or on a run
 * file's data.
 */

import { dirname, resolve } from 'node:path'
import { syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import type { CandleSeries, Candles } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import { builtinStrategies } from './builtin.ts'
import { checkOnMarket, type MarketChecks } from './check-market.ts'
import { checkTypes } from './check-types.ts'
import { loadConfig, type ResolvedConfig, resolveConfig } from './config/index.ts'
import { applyOverride, parseOverride } from './config/overrides.ts'
import { loadMarket, type Market, makeMarket } from './market.ts'
import { writeOutMinimums } from './minimums.ts'
import { loadAfresh, loadStrategy } from './strategy-loader.ts'
import { parseParams } from './strategy-params.ts'
import { loadTerms } from './terms.ts'

export interface CheckReport extends MarketChecks {
  readonly file: string
  readonly strategy: string
  readonly strategyHash: string
  /** What it was run on. */
  readonly market: string
  readonly symbols: readonly string[]
  readonly bars: number
  readonly passed: boolean
}

export interface CheckOptions {
  readonly store: string
  /** A run file whose data, account and costs are used in place of the made-up ones. */
  readonly config?: string
  /** `path=value` changes to the run file or to the made-up configuration. */
  readonly set?: readonly string[]
  /** Where bundles and the compiler's configuration are kept. Default: `.tandem/cache` under the current folder. */
  readonly cacheFolder?: string
}

/** Checks the strategy in `file`. Throws where the file can't be loaded or the run file is wrong. */
export async function checkStrategy(file: string, options: CheckOptions): Promise<CheckReport> {
  const path = resolve(file)
  const cacheFolder = resolve(options.cacheFolder ?? '.tandem/cache')
  const loaded = await loadStrategy({ file: path }, { registry: await builtinStrategies(), cacheFolder })
  const { module, hash } = loaded
  const config = writeOutMinimums(configFor(path, options), options.store)
  const params = parseParams(module, config.strategy.params)
  const market = options.config === undefined ? syntheticMarket() : await loadMarket(config, options.store)
  const types = await checkTypes(path, cacheFolder)
  const afresh = await loadAfresh(loaded)
  const terms = await loadTerms(config)
  const result = checkOnMarket(
    config,
    market,
    terms,
    () => module.create(params),
    () => afresh.create(params),
  )
  const checks = [types, ...result.checks]
  return {
    file,
    strategy: module.name,
    strategyHash: hash,
    market: options.config ?? 'a made-up market with gaps',
    symbols: market.columns.grid.symbols.map(({ series }) => series.symbol),
    bars: market.grid.rows,
    fills: result.fills,
    nsPerBar: result.nsPerBar,
    passed: checks.every(({ status }) => status !== 'failed'),
    checks,
  }
}

/** The run file with this strategy in it (with its parameters, if it names this strategy), or a plain account. */
function configFor(file: string, { config: path, set = [] }: CheckOptions): ResolvedConfig {
  if (path === undefined) {
    const foreign = set.find((text) => /^(data|strategy\.(name|file))\b/.test(text))
    if (foreign !== undefined) {
      throw new TandemError('the made-up market and the strategy are given', {
        code: 'BAD_OVERRIDE',
        where: `--set ${foreign}`,
        hint: 'name other data in a run file and give it with --config',
      })
    }
    const made = set.map(parseOverride).reduce<unknown>(applyOverride, { ...PLAIN, strategy: { file } })
    return resolveConfig(made, set.length === 0 ? 'check' : '--set')
  }
  const { strategy } = loadConfig(path)
  const named = 'file' in strategy && resolve(dirname(path), strategy.file) === file
  return loadConfig(path, named ? set : [`strategy=${JSON.stringify({ file })}`, ...set])
}

const HOUR_MS = 3_600_000
const VENUE = 'synthetic'
const SYMBOLS = ['BTC/USD', 'ETH/USD', 'SOL/USD']
const START_PRICES = [30_000, 2_000, 100]
const BARS = 4000

/** Longs and shorts, several positions, flat fees, few rules: nothing keeps a strategy from showing what it does. */
const PLAIN = {
  data: { venue: VENUE, symbols: SYMBOLS, timeframe: '1h' },
  account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true },
  margin: { rules: 'plain' },
  sizing: { mode: 'percent', fraction: 0.3 },
  costs: { fees: { maker: 0.001, taker: 0.001 } },
  rules: { emergencyLoss: 'off', minimums: 'off', venueMinimums: false, feeGate: false },
}

/** Three symbols; all but the first lack some bars, each at rows of its own. */
function syntheticMarket(): Market {
  const series = SYMBOLS.map((symbol, k): CandleSeries => {
    const place = { venue: VENUE, symbol, timeframeMs: HOUR_MS }
    const made = syntheticCandles({ ...place, model: 'regime', seed: k + 1, bars: BARS, startPrice: START_PRICES[k]! })
    const has = (row: number): boolean => k === 0 || row % 50 !== 7 * k
    return { ...made, candles: kept(made.candles, has) }
  })
  return makeMarket(series)
}

function kept({ time, open, high, low, close, volume }: Candles, has: (row: number) => boolean): Candles {
  const part = (column: Float64Array): Float64Array => column.filter((_, row) => has(row))
  return {
    time: part(time),
    open: part(open),
    high: part(high),
    low: part(low),
    close: part(close),
    volume: part(volume),
  }
}
