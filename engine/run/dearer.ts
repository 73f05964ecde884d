/** A run's costs times a factor. */

import type { FundingSeries } from '../core/funding.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { MarginSource } from './margin.ts'
import type { Market } from './market.ts'
import type { Terms } from './terms.ts'

/** Fees, spread, slippage and impact times a factor; rebates stay as they are. */
export function dearer(terms: Terms, factor: number): Terms {
  const { venueSpreads } = terms
  const wider =
    venueSpreads === undefined
      ? {}
      : { venueSpreads: Object.fromEntries(Object.entries(venueSpreads).map(([venue, one]) => [venue, one * factor])) }
  return {
    ...terms,
    ...wider,
    feeFactor: factor,
    marketFactor: factor,
    spread: terms.spread * factor,
    slippage: terms.slippage * factor,
  }
}

/** Fees for borrowing times a factor. */
export function dearerBorrowing(source: MarginSource, factor: number): MarginSource {
  return {
    ...source,
    records: source.records.map((record) =>
      record.product === 'spot'
        ? { ...record, longFee: record.longFee * factor, shortFee: record.shortFee * factor }
        : record,
    ),
  }
}

/** Every funding rate times a factor, stored and assumed ones. */
export function dearerFunding(
  config: ResolvedConfig,
  market: Market,
  factor: number,
): { readonly config: ResolvedConfig; readonly market: Market } {
  const { funding } = config.margin
  const scaled = (one: FundingSeries | null): FundingSeries | null =>
    one === null ? null : { ...one, rate: one.rate.map((rate) => Number((rate * factor).toFixed(12))) }
  return {
    config:
      typeof funding === 'string'
        ? config
        : { ...config, margin: { ...config.margin, funding: { assume: funding.assume * factor } } },
    market: { ...market, funding: market.funding.map(scaled) },
  }
}
