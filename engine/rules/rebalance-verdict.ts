/**
 * Whether a rebalancing is done (RULES G5): each weight within 1 % of its target, the leverage as asked, the account's
 * value kept but for fees and slippage. A fall in exposure is no loss: the two are told apart.
 */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'

/** A position after the plan, in quote. */
export interface HeldAfter {
  readonly instrument: Instrument
  /** Signed. */
  readonly value: Dec
  readonly leverage: number
  readonly weight: number
}

export interface RebalanceVerdict {
  readonly done: boolean
  /** Every symbol whose share of the exposure is off, with both shares. */
  readonly offWeight: readonly { readonly symbol: string; readonly weight: number; readonly target: number }[]
  readonly offLeverage: readonly { readonly symbol: string; readonly leverage: number }[]
  /** In quote: what the account lost (fees and slippage), and by how much the exposure changed. */
  readonly cost: number
  readonly exposureChange: number
  readonly costExplained: boolean
}

/** G5: shares are of the exposure that there is, since it may have been scaled. */
export const WEIGHT_TOLERANCE = 0.01

export interface VerdictInput {
  readonly positions: readonly HeldAfter[]
  readonly leverage: number
  readonly valueBefore: Dec
  readonly valueAfter: Dec
  readonly exposureBefore: Dec
  /** Fees that the venue charged, and what fills cost against the prices they were sent at. */
  readonly fees: Dec
  readonly slippage: Dec
  readonly quoteDec: number
}

export function rebalanceVerdict(input: VerdictInput): RebalanceVerdict {
  const { positions, leverage, valueBefore, valueAfter, exposureBefore, fees, slippage, quoteDec } = input
  let exposure = 0
  let wanted = 0
  for (const { value, weight } of positions) {
    exposure += Math.abs(value)
    wanted += Math.abs(weight)
  }
  const offWeight = positions.flatMap(({ instrument, value, weight }) => {
    // Weights are relative to their sum: the rest is cash, which has no position.
    const target = wanted === 0 ? 0 : weight / wanted
    const share = exposure === 0 ? 0 : value / exposure
    return Math.abs(share - target) > WEIGHT_TOLERANCE ? [{ symbol: instrument.symbol, weight: share, target }] : []
  })
  const offLeverage = positions.flatMap((one) =>
    one.value !== 0 && one.leverage !== leverage ? [{ symbol: one.instrument.symbol, leverage: one.leverage }] : [],
  )
  const cost = toDec(valueBefore - valueAfter)
  const costExplained = cost === fees + slippage
  return {
    done: offWeight.length === 0 && offLeverage.length === 0 && costExplained,
    offWeight,
    offLeverage,
    cost: decToNumber(cost, quoteDec),
    exposureChange: decToNumber(toDec(exposure - exposureBefore), quoteDec),
    costExplained,
  }
}
