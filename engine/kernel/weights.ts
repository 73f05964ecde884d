/** Target weights as the rules are asked about them: what is held, what is under way, what a market order costs. */

import { type Dec, toDec } from '../core/dec.ts'
import { rateOf } from '../rules/rate.ts'
import { type TargetPlan, targetOrders } from '../rules/target.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'

/** Orders and refusals that follow from weights at a row's close; `money` in quote units. */
export function weightOrders(
  options: DeskOptions,
  portfolio: Portfolio,
  weights: Float64Array,
  firstOrderId: number,
  row: number,
  atMs: number,
  money: { readonly totalEquity: Dec; readonly available: Dec },
): TargetPlan {
  const { instruments, rules, rulebook, grid } = options
  return targetOrders({
    weights,
    firstOrderId,
    instruments,
    rulebook: (instrument) => rulebook(instrument, atMs),
    rules,
    price: (instrument) => grid.symbols[instrument]!.close[row]!,
    held: portfolio.ledger.quantity,
    pending: (instrument) => portfolio.pendingEntry(instrument) || portfolio.pendingExit(instrument),
    ...money,
    costRate: toDec(dearestTaker(options, atMs) + rateOf(rules.halfSpreadRate + rules.slippageRate)),
    atMs,
  })
}

/** The highest taker fee of all instruments, as a rate. */
export function dearestTaker({ instruments, takerRate }: DeskOptions, atMs: number): Dec {
  let taker = 0
  for (const { id } of instruments) taker = Math.max(taker, takerRate(id, atMs))
  return toDec(taker)
}
