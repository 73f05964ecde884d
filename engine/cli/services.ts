/** What commands need from other rooms, loaded only when a command asks for it; tests hand in their own. */

import type { ImportPathOptions, ImportResult } from '../../datasets/import/import-path.ts'
import type { SyntheticOptions } from '../../datasets/synthetic/options.ts'
import type { BacktestOptions } from '../run/backtest.ts'
import type { ResolvedConfig } from '../run/config/schema.ts'
import type { StrategyRegistry } from '../run/strategy-loader.ts'
import type { ShownSummary } from './backtest-text.ts'

/** What an import or a synthetic market put into the store. */
export interface SeriesReport {
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number
  /** Of which price, where not of trades. */
  readonly price?: 'mark' | 'index'
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: { readonly runs: number; readonly bars: number }
  readonly zeroVolumeRows: number
  readonly dataHash: string
}

export type ImportRequest = ImportPathOptions

/** What `SyntheticOptions` has, and the store. */
export interface SynthRequest extends SyntheticOptions {
  readonly store: string
}

export interface Datasets {
  importPath(path: string, request: ImportRequest): Promise<ImportResult>
  parseUtcOffset(text: string): number
  listSeries(store: string): Promise<readonly SeriesReport[]>
  synthesize(request: SynthRequest): Promise<SeriesReport>
}

export interface Backtests {
  runBacktest(config: ResolvedConfig, options: BacktestOptions): Promise<{ readonly summary: ShownSummary }>
}

export interface Services {
  datasets(): Promise<Datasets>
  backtests(): Promise<Backtests>
  strategies(): Promise<StrategyRegistry>
}

/** The real ones. */
export const services: Services = {
  datasets: async () => {
    const [{ importPath }, { parseUtcOffset }, { listSeries }, { importSynthetic }] = await Promise.all([
      import('../../datasets/import/import-path.ts'),
      import('../../datasets/import/options.ts'),
      import('../../datasets/store.ts'),
      import('../../datasets/synthetic/synthetic.ts'),
    ])
    return { importPath, parseUtcOffset, listSeries, synthesize: importSynthetic }
  },
  backtests: async () => {
    const [{ runBacktest }, { backtestOperation }, { withOperation }] = await Promise.all([
      import('../run/backtest.ts'),
      import('../run/operations.ts'),
      import('../run/operation-lock.ts'),
    ])
    return {
      runBacktest: (config, options) =>
        withOperation(options.runs, backtestOperation(config, options), Date.now(), () => runBacktest(config, options)),
    }
  },
  strategies: async () => (await import('../run/builtin.ts')).builtinStrategies(),
}
