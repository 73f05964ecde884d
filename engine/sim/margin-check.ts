/**
 * Funds of an order under a venue's margin rules: the initial margin of all positions at their worst, resting orders
 * included, may be at most what is there for it, the order's fee taken off. That is equity in cross mode; on leveraged
 * spot a long counts at its cost (level of at least 100 %); in isolated mode it is the wallet, and a position counts with
 * the margin that was set apart. What only reduces needs none.
 */

import { type Dec, mulDiv, Rounding, toDec } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import { type OrderFields, Side } from '../core/order.ts'
import { LEVERAGE_ONE, leverageUnits, tierIndex } from '../market/margin-tiers.ts'
import { checkMarginFunds, worstExposure } from './admission.ts'
import type { MarginState, PriceOf } from './margin-state.ts'

export interface MarginLook {
  /** Value of an instrument's resting orders that may enlarge its position. */
  readonly resting: (instrument: Instrument) => { readonly buys: number; readonly sells: number }
  readonly mark: PriceOf
}

/** `value` and `fee` are the order's; `leverage` in units of 1e-12. */
export function admitsMargin(
  state: MarginState,
  instruments: readonly Instrument[],
  order: OrderFields,
  value: Dec,
  fee: Dec,
  leverage: Dec,
  look: MarginLook,
): RejectCode {
  let gross = 0
  for (const one of instruments) {
    if (!state.account.isLeveraged(one.id)) continue
    const held = heldValue(state, one.id, look.mark)
    const { buys, sells } = look.resting(one)
    const before = worstExposure({ held, buys, sells })
    if (one.id !== order.instrument) {
      gross += before
      continue
    }
    const buying = order.side === Side.buy
    const after = worstExposure({ held, buys: buying ? buys + value : buys, sells: buying ? sells : sells + value })
    if (after <= before) return RejectCode.none
    if (!leverageHolds(state, one.id, toDec(after))) return RejectCode.leverageTooHigh
    gross += after
  }
  const funds = state.isolated ? state.account.wallet : state.equity(look.mark)
  const code = checkMarginFunds(gross, toDec(funds - state.account.heldCash), fee, leverage)
  return code === RejectCode.none ? code : RejectCode.insufficientMargin
}

/** What `admitsMargin` says of an order that opens the account's only position, and nothing rests. */
export function admitsAlone(state: MarginState, id: number, value: Dec, fee: Dec, leverage: Dec): boolean {
  const { account } = state
  return (
    leverageHolds(state, id, value) &&
    checkMarginFunds(value, toDec(account.cash - account.heldCash), fee, leverage) === RejectCode.none
  )
}

/** Signed value whose initial margin the position has in use. */
function heldValue(state: MarginState, id: number, mark: PriceOf): number {
  const { account, leverage } = state
  const held = account.base[id]!
  if (held === 0) return 0
  const side = held > 0 ? 1 : -1
  if (state.isolated) {
    return side * mulDiv(account.isolated[id]!, leverageUnits(leverage), LEVERAGE_ONE, Rounding.ceil)
  }
  if (side > 0 && state.rules(id)?.product === 'spot') return account.cost[id]!
  return state.value(id, mark(id))
}

/** Whether a position of this value may have the account's leverage. */
function leverageHolds(state: MarginState, id: number, value: Dec): boolean {
  const rules = state.rules(id)
  if (rules?.product !== 'perp') return true
  return state.leverage <= rules.tiers[tierIndex(rules.tiers, value)]!.maxLeverage
}
