/** Leveraged runs in memory: a venue's margin rules, fundings and mark prices of our own. */

import type { CandleSeries } from '../../engine/core/candles.ts'
import type { MarginRecord, PerpetualMarginRecord, SpotMarginRecord } from '../../engine/core/dated.ts'
import type { FundingSeries } from '../../engine/core/funding.ts'
import { type Market, makeMarket } from '../../engine/run/market.ts'
import { plainTerms, type Terms } from '../../engine/run/terms.ts'
import { type ConfigChanges, plainConfig, seriesOf } from './runs.ts'

export const HOUR_MS = 3_600_000

/** 0.5 % up to 5,000, then 1 %, then 2.5 %, with deductions; funding every eight hours. */
export function perpetualRecord(more: Partial<PerpetualMarginRecord> = {}): PerpetualMarginRecord {
  return {
    product: 'perp',
    venue: 'test',
    symbols: ['BTC/USD:USD', 'S0/USD:USD', 'S1/USD:USD', 'S2/USD:USD'],
    fromMs: 0,
    toMs: null,
    approximate: false,
    source: 'test',
    tiers: [
      { fromNotional: 0, maintenanceRate: 0.005, maxLeverage: 100 },
      { fromNotional: 5_000, maintenanceRate: 0.01, maxLeverage: 50 },
      { fromNotional: 60_000, maintenanceRate: 0.025, maxLeverage: 20 },
    ],
    cumulative: true,
    fundingHours: 8,
    maxFundingRate: null,
    liquidationFee: 0.01,
    partial: null,
    backstop: null,
    ...more,
  }
}

export function spotMarginRecord(more: Partial<SpotMarginRecord> = {}): SpotMarginRecord {
  return {
    product: 'spot',
    venue: 'test',
    symbols: ['BTC/USD', 'S0/USD', 'S1/USD', 'S2/USD'],
    fromMs: 0,
    toMs: null,
    approximate: false,
    source: 'test',
    leverages: [2, 3, 5, 10],
    callLevel: 0.8,
    stopLevel: 0.4,
    longFee: 0.00025,
    shortFee: 0.0001,
    rolloverHours: 4,
    ...more,
  }
}

/** Terms of a plain configuration under margin records. */
export function marginTermsOf(changes: ConfigChanges, records: readonly MarginRecord[]): Terms {
  return { ...plainTerms(plainConfig(changes)), margin: { venue: 'test', records } }
}

/** The same series under the name of a perpetual. */
export function asPerpetual(series: CandleSeries): CandleSeries {
  return { ...series, symbol: `${series.symbol.replace(/:.*/, '')}:USD` }
}

/** Fundings on the grid of their hours over a series, rates drawn from a small table. */
export function fundingOf({ venue, symbol, candles }: CandleSeries, hours = 8, scale = 1): FundingSeries {
  const first = Math.floor(candles.time[0]! / (hours * HOUR_MS)) * hours * HOUR_MS
  const last = candles.time.at(-1)! + HOUR_MS * 24
  const count = Math.floor((last - first) / (hours * HOUR_MS))
  const rates = [0.0001, -0.00003, 0.0007, 0, -0.0002, 0.00015]
  return {
    venue,
    symbol,
    time: Float64Array.from({ length: count }, (_, i) => first + i * hours * HOUR_MS),
    rate: Float64Array.from({ length: count }, (_, i) => scale * rates[i % rates.length]!),
    dataHash: `funding ${symbol}`,
  }
}

/** A mark price that follows the last price with less of its wicks. */
export function markOf(series: CandleSeries): CandleSeries {
  const { candles } = series
  const smooth = (column: Float64Array, share: number): Float64Array =>
    column.map((value, row) => candles.close[row]! + share * (value - candles.close[row]!) * 0.7 + 0.01)
  const marks = {
    ...candles,
    open: smooth(candles.open, 1),
    high: smooth(candles.high, 1),
    low: smooth(candles.low, 1),
    close: smooth(candles.close, 1),
  }
  return { ...series, candles: marks, dataHash: `marks ${series.symbol}` }
}

/** A market of perpetuals with their fundings, and marks where wanted. */
export function perpetualMarket(series: readonly CandleSeries[], withMarks = false): Market {
  const perpetuals = series.map(asPerpetual)
  return makeMarket(perpetuals, [], {
    funding: perpetuals.map((one) => fundingOf(one)),
    ...(withMarks ? { marks: perpetuals.map(markOf) } : {}),
  })
}

export { seriesOf }
