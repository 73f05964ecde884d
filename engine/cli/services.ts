/** What commands need from other rooms, loaded only when a command asks for it; tests hand in their own. */

import type { ResolvedConfig } from '../run/config/schema.ts'
import type { StrategyRegistry } from '../run/strategy-loader.ts'

/** What an import or a synthetic market put into the store. */
export interface SeriesReport {
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: { readonly runs: number; readonly bars: number }
  readonly zeroVolumeRows: number
  readonly dataHash: string
}

interface SeriesPlace {
  readonly store: string
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number
}

export interface ImportRequest extends SeriesPlace {
  readonly format?: 'kraken' | 'binance' | 'csv'
  readonly dateFormat?: 'MM/DD/YYYY' | 'DD/MM/YYYY'
}

export interface SynthRequest extends SeriesPlace {
  readonly model: string
  readonly seed: number
  readonly bars: number
}

export interface Datasets {
  importFile(path: string, request: ImportRequest): Promise<SeriesReport>
  listSeries(store: string): Promise<readonly SeriesReport[]>
  synthesize(request: SynthRequest): Promise<SeriesReport>
}

export interface BacktestOptions {
  readonly store: string
  readonly runs: string
  /** The run's own directory; default: one named by the run's id, in `runs`. */
  readonly out?: string
  readonly report: boolean
  /** What `strategy.file` is relative to. */
  readonly baseFolder: string
  readonly log: (line: string) => void
}

/** What `tandem backtest --json` prints; more members may follow. */
export interface BacktestSummary {
  readonly runId: string
  readonly bars: number
  readonly initialEquity: number
  readonly finalEquity: number
  readonly trades: number
  readonly fees: number
  readonly funding: number
  readonly liquidations: number
  readonly exits: Readonly<Record<string, number>>
  readonly skips: Readonly<Record<string, number>>
  readonly files: Readonly<Record<string, string>>
}

export interface BacktestOutcome {
  readonly summary: BacktestSummary
}

export interface Backtests {
  runBacktest(config: ResolvedConfig, options: BacktestOptions): Promise<BacktestOutcome>
}

export interface Services {
  datasets(): Promise<Datasets>
  backtests(): Promise<Backtests>
  strategies(): Promise<StrategyRegistry>
}

const DATASETS: string = '../../datasets/index.ts'
const BACKTEST: string = '../run/backtest.ts'

/** The real ones. */
export const services: Services = {
  datasets: async () => (await import(DATASETS)) as Datasets,
  backtests: async () => (await import(BACKTEST)) as Backtests,
  strategies: async () => (await import('../run/builtin.ts')).builtinStrategies(),
}
