/** What a rebalancing of a live account reports: as the simulated venue's, with what prices did meanwhile told apart. */

import { type Dec, decToNumber, Rounding, toDec } from '../../core/dec.ts'
import { notional } from '../../core/instrument.ts'
import type { RebalanceRequest } from '../../rules/rebalance.ts'
import type { RebalanceResult } from '../../rules/rebalance-plan.ts'
import { type RebalanceVerdict, rebalanceVerdict } from '../../rules/rebalance-verdict.ts'
import type { RebalanceReport } from '../rebalance.ts'
import type { AccountLook } from './look.ts'
import { MONEY_DECIMALS } from './money.ts'

export const LEVERAGE_WARNING =
  "leverage can't change on an open position: positions at another leverage are closed first and opened again"

/** What trading cost, in units of money. */
export interface TradingCost {
  readonly fees: number
  readonly slippage: number
}

export const numberOf = (units: number): number => decToNumber(units as Dec, MONEY_DECIMALS)

export interface PlannedTrade {
  readonly symbol: string
  readonly action: 'close' | 'reduce' | 'open'
  readonly side: 'buy' | 'sell'
  readonly quantity: number
  readonly value: number
  readonly why: string
}

/** What a rebalancing would do at the prices of now. */
export interface RebalancePreview {
  readonly account: string
  readonly accountValue: number
  readonly leverage: number
  readonly total: number
  /** What the account can carry of it: 1 is all. */
  readonly scale: number
  readonly trades: readonly PlannedTrade[]
  readonly warnings: readonly string[]
}

/** As `tandem rebalance` reports one in simulation, and what only a real account has. */
export interface AccountRebalance
  extends Pick<
    RebalanceReport,
    'dryRun' | 'status' | 'why' | 'total' | 'scale' | 'warnings' | 'steps' | 'fees' | 'positions'
  > {
  readonly account: string
  readonly leverage: number
  /** `after` is null where the account couldn't be looked at again. */
  readonly accountValue: { readonly before: number; readonly after: number | null; readonly afterCloses: null }
  readonly verdict: LiveVerdict
  /** Null for a dry run. */
  readonly journal: string | null
}

/** RULES G5, where prices move meanwhile: what they did to the account is told apart from what trading cost. */
export interface LiveVerdict
  extends Pick<RebalanceVerdict, 'done' | 'offWeight' | 'offLeverage' | 'cost' | 'exposureChange'> {
  /** In quote: what else the account's value changed by. */
  readonly moved: number
}

/** What would come of it: every trade filled at the price of now, without costs. */
export function previewReport(preview: RebalancePreview, request: RebalanceRequest): AccountRebalance {
  const signed = preview.trades.map(({ symbol, side, value }) => ({ symbol, value: side === 'buy' ? value : -value }))
  const before = request.targets.map(({ instrument, price, held }) => ({
    symbol: instrument.symbol,
    value: numberOf(notional(instrument, price, held, Rounding.halfEven)),
  }))
  const positions = before.map(({ symbol, value }) => ({
    symbol,
    value: signed.reduce((sum, one) => sum + (one.symbol === symbol ? one.value : 0), value),
    leverage: preview.leverage,
  }))
  const size = (all: readonly { readonly value: number }[]) => all.reduce((sum, { value }) => sum + Math.abs(value), 0)
  const { account, leverage, total, scale, warnings, accountValue } = preview
  return {
    ...{ account, leverage, total, scale, warnings },
    dryRun: true,
    status: 'done',
    why: null,
    steps: preview.trades.map(({ why, ...trade }) => ({ ...trade, state: 'done', reason: why })),
    accountValue: { before: accountValue, after: accountValue, afterCloses: null },
    fees: 0,
    positions,
    verdict: {
      done: true,
      offWeight: [],
      offLeverage: [],
      cost: 0,
      moved: 0,
      exposureChange: size(positions) - size(before),
    },
    journal: null,
  }
}

/** What came of it; `after` is null where the account couldn't be looked at again. */
export function resultReport(
  preview: RebalancePreview,
  result: RebalanceResult,
  request: RebalanceRequest,
  after: AccountLook | null,
  cost: TradingCost,
  journal: string,
): AccountRebalance {
  const { account, leverage, total, accountValue } = preview
  const held = request.targets.map(({ instrument, held: before, price }) => {
    const now = after?.holdings.find((one) => one.instrument.symbol === instrument.symbol)
    const value = now?.value ?? notional(instrument, price, after === null ? before : (0 as Dec), Rounding.halfEven)
    return { symbol: instrument.symbol, value: numberOf(value), leverage: now?.position?.leverage ?? leverage }
  })
  return {
    ...{ account, leverage, total, journal },
    dryRun: false,
    status: result.status,
    why: result.why,
    scale: result.scale === null ? null : decToNumber(result.scale, 12),
    warnings: [...new Set([...preview.warnings.filter((one) => one === LEVERAGE_WARNING), ...result.warnings])],
    steps: result.steps.map((one) => ({
      symbol: one.symbol,
      action: one.action,
      side: one.side > 0 ? 'buy' : 'sell',
      quantity: numberOf(one.filled > 0 ? one.filled : one.quantity),
      value: numberOf(one.value),
      state: one.state,
      reason: one.reason,
    })),
    accountValue: {
      before: accountValue,
      after: after === null ? null : numberOf(after.balance.totalEquity),
      afterCloses: null,
    },
    fees: numberOf(cost.fees),
    positions: held,
    verdict: after === null ? NOT_SEEN : verdictOf(request, after, cost),
  }
}

/** The account couldn't be looked at again: nothing is said to be done. */
const NOT_SEEN: LiveVerdict = { done: false, offWeight: [], offLeverage: [], cost: 0, moved: 0, exposureChange: 0 }

function verdictOf(request: RebalanceRequest, after: AccountLook, paid: TradingCost): LiveVerdict {
  const positions = request.targets.map(({ instrument, weight }) => {
    const holding = after.holdings.find((one) => one.instrument.symbol === instrument.symbol)
    const value = holding?.value ?? (0 as Dec)
    return { instrument, value, leverage: holding?.position?.leverage ?? request.leverage, weight }
  })
  const exposureBefore = request.targets.reduce(
    (sum, { instrument, price, held }) => sum + Math.abs(notional(instrument, price, held, Rounding.halfEven)),
    0,
  )
  const { offWeight, offLeverage, cost, exposureChange } = rebalanceVerdict({
    positions,
    leverage: request.leverage,
    valueBefore: request.accountValue,
    valueAfter: after.balance.totalEquity,
    exposureBefore: toDec(exposureBefore),
    fees: toDec(paid.fees),
    slippage: toDec(paid.slippage),
    quoteDec: MONEY_DECIMALS,
  })
  const traded = numberOf(paid.fees + paid.slippage)
  const done = offWeight.length === 0 && offLeverage.length === 0
  return { done, offWeight, offLeverage, cost: traded, moved: traded - cost, exposureChange }
}
