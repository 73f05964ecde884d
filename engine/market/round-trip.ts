/** What it costs to go in and out again at a venue (RULES E). */

import type { CostPreset, PresetCosts } from '../core/dated.ts'
import { type Dec, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import { rateUnits } from './rates.ts'

/** Rates in units of 1e-12. A market fill pays half the spread and the slippage. */
export interface TradingCosts {
  readonly taker: Dec
  readonly spread: Dec
  readonly slippage: Dec
}

/** Two market fills: taker fee, half the spread and slippage each. */
export function roundTrip(costs: TradingCosts): Dec {
  return toDec(2 * costs.taker + costs.spread + 2 * costs.slippage)
}

/** A venue's costs under a preset. Throws `NO_PRESET_COSTS` where the preset doesn't know the venue. */
export function presetCosts(preset: CostPreset, venue: string): PresetCosts {
  const costs = Object.hasOwn(preset.venues, venue) ? preset.venues[venue] : undefined
  if (costs === undefined) {
    throw new TandemError(
      `${preset.name} has no costs for ${venue}, only for ${Object.keys(preset.venues).join(', ')}`,
      {
        code: 'NO_PRESET_COSTS',
        where: 'costs.fees',
        hint: 'use schedule, or { maker: …, taker: … }',
      },
    )
  }
  return costs
}

/** The same as rates, for the router and the fee gate. */
export function presetTradingCosts(preset: CostPreset, venue: string): TradingCosts {
  const { taker, spread } = presetCosts(preset, venue)
  return { taker: rateUnits(taker), spread: rateUnits(spread), slippage: 0 as Dec }
}

/** A preset's fees in the shape of the simulated venue's FeeModel: by venue, whatever the day and the volume. */
export class PresetFees {
  private readonly maker: readonly Dec[]
  private readonly taker: readonly Dec[]

  constructor(preset: CostPreset, instruments: readonly Instrument[]) {
    const costs = instruments.map((one) => presetCosts(preset, one.venue))
    this.maker = costs.map((one) => rateUnits(one.maker))
    this.taker = costs.map((one) => rateUnits(one.taker))
  }

  /** Rate in units of 1e-12. */
  rate(instrument: number, _atMs: number, maker: boolean): Dec {
    return maker ? this.maker[instrument]! : this.taker[instrument]!
  }

  filled(_instrument: number, _atMs: number, _valueQuote: number): void {
    // Volume changes nothing here.
  }
}
