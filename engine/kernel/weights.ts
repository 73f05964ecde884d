/** Target weights as the rules are asked about them: what is held, what is under way, what a market order costs. */

import { type Dec, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { rateOf } from '../rules/rate.ts'
import { type TargetPlan, targetOrders } from '../rules/target.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'

/** Weights given at a row's close; money in quote units. */
export interface WeightsAsked {
  readonly weights: Float64Array
  readonly firstOrderId: number
  readonly row: number
  readonly atMs: number
  readonly totalEquity: Dec
  readonly available: Dec
  /** Least order that refusals have taught. */
  readonly learned: (instrument: Instrument) => Dec
}

/** Orders and refusals that follow. */
export function weightOrders(options: DeskOptions, portfolio: Portfolio, asked: WeightsAsked): TargetPlan {
  const { instruments, rules, rulebook, grid } = options
  const { row, ...wanted } = asked
  const { atMs } = asked
  return targetOrders({
    ...wanted,
    instruments,
    rulebook: (instrument) => rulebook(instrument, atMs),
    rules,
    rateInBase: options.rateInBase,
    price: (instrument) => grid.symbols[instrument]!.close[row]!,
    held: portfolio.ledger.quantity,
    pending: (instrument) => portfolio.pendingEntry(instrument) || portfolio.pendingExit(instrument),
    costRate: toDec(dearestTaker(options, atMs) + rateOf(rules.halfSpreadRate + rules.slippageRate)),
  })
}

/** The highest taker fee of all instruments, as a rate. */
export function dearestTaker({ instruments, takerRate }: DeskOptions, atMs: number): Dec {
  let taker = 0
  for (const { id } of instruments) taker = Math.max(taker, takerRate(id, atMs))
  return toDec(taker)
}
