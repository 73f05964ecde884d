/** Runs a command in this process, with texts instead of streams and stand-ins for the rooms behind it. */

import { z } from 'zod'
import type { ImportedSeries } from '../../datasets/import/import-path.ts'
import { parseUtcOffset } from '../../datasets/import/options.ts'
import { dispatch } from '../../engine/cli/dispatch.ts'
import type { SeriesReport, Services } from '../../engine/cli/services.ts'
import { defineStrategy } from '../../engine/core/strategy.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What the stand-ins were asked, in order. */
  readonly calls: readonly (readonly unknown[])[]
}

export const SERIES: SeriesReport = {
  venue: 'kraken',
  symbol: 'BTC/USD',
  timeframeMs: 3_600_000,
  rows: 24,
  firstMs: 1_546_300_800_000,
  lastMs: 1_546_383_600_000,
  gaps: { runs: 0, bars: 0 },
  zeroVolumeRows: 0,
  dataHash: 'ab'.repeat(32),
}

export const IMPORTED: ImportedSeries = {
  ...SERIES,
  kind: 'candles',
  price: null,
  sourceSha256: 'cd'.repeat(32),
  format: 'kraken',
  files: ['123.csv'],
  replaced: false,
  fixes: [{ code: 'NEWEST_FIRST', rows: 24, text: 'rows were newest first' }],
  notes: ['times in seconds, UTC'],
}

export const SUMMARY = {
  runId: 'r-1',
  bars: 24,
  initialEquity: 50,
  finalEquity: 49.5,
  trades: 3,
  fees: 0.31,
  funding: 0,
  liquidations: 0,
  margin: null,
  venues: [],
  accounts: [],
  reallocations: null,
  dust: [],
  profileResults: [],
  exits: { STOP: 1, TARGET: 2 },
  ambiguity: {
    model: 'pessimistic' as const,
    bars: 0,
    fills: 0,
    finalEquity: { pessimistic: 49.5 },
    range: { low: 49.5, high: 49.5 },
    trades: 0,
    pnl: 0,
    profitShare: 0,
    detail: null,
  },
  skips: {},
  files: { report: 'runs/r-1/report.html' },
}

const smaCross = defineStrategy({
  name: 'sma-cross',
  description: 'Two moving averages.',
  params: z.strictObject({
    fast: z.int().min(1).default(20).describe('bars'),
    side: z.enum(['long', 'both']).default('long'),
    weight: z.number().gt(0).lt(1),
    stop: z.number().optional(),
  }),
  create: () => ({ setup() {}, onBar() {} }),
})

/** `tandem …words`, with every room behind the commands replaced; `replaced` overrides single services. */
export async function runTandem(words: readonly string[], replaced: Partial<Services> = {}): Promise<Ran> {
  const calls: unknown[][] = []
  const texts = { stdout: '', stderr: '' }
  const services: Services = {
    datasets: async () => ({
      importPath: async (...asked) => {
        calls.push(['importPath', ...asked])
        return { dryRun: false, series: [IMPORTED], refused: [], passedOver: [] }
      },
      parseUtcOffset,
      listSeries: async (...asked) => {
        calls.push(['listSeries', ...asked])
        return [SERIES]
      },
      synthesize: async (...asked) => {
        calls.push(['synthesize', ...asked])
        return SERIES
      },
    }),
    backtests: async () => ({
      runBacktest: async (config, options) => {
        calls.push(['runBacktest', config, options])
        options.log('running')
        return { summary: SUMMARY }
      },
    }),
    strategies: async () => ({ 'sma-cross': async () => smaCross }),
    ...replaced,
  }
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      texts[name] += text
    },
  })
  const code = await dispatch(words, { stdout: sink('stdout'), stderr: sink('stderr'), services })
  return { code, ...texts, calls }
}
