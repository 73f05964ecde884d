/** The account as the rules see it (RULES A1, A2). Money is exact, in the account's quote units. */

import { type Dec, toDec } from '../core/dec.ts'

/** Three values, always together: `totalEquity = available + locked`, exactly. */
export interface BalanceSnapshot {
  readonly totalEquity: Dec
  readonly available: Dec
  readonly locked: Dec
}

/** What a spot venue reports. `cash` includes what open orders hold of it. */
export interface SpotFunds {
  readonly cash: Dec
  readonly heldByOrders: Dec
  /** Positions at mark. */
  readonly positionsAtMark: Dec
}

/** What a leveraged venue reports. */
export interface MarginFunds {
  readonly cash: Dec
  readonly unrealised: Dec
  /** Initial margin of open positions, and margin held by open orders. */
  readonly initialMargin: Dec
  readonly heldByOrders: Dec
}

/** A1, spot: available is free cash, locked is positions at mark plus what open orders hold. */
export function spotBalance(funds: SpotFunds): BalanceSnapshot {
  return balance(funds.cash + funds.positionsAtMark, funds.positionsAtMark + funds.heldByOrders)
}

/** A1, leveraged: equity is cash plus unrealised profit, locked is margin in use plus margin held by open orders. */
export function marginBalance(funds: MarginFunds): BalanceSnapshot {
  return balance(funds.cash + funds.unrealised, funds.initialMargin + funds.heldByOrders)
}

function balance(totalEquity: number, locked: number): BalanceSnapshot {
  return { totalEquity: toDec(totalEquity), available: toDec(totalEquity - locked), locked: toDec(locked) }
}

/** A2: one user's account at one venue. `balance` is null until the venue has answered once. */
export interface AccountState {
  readonly user: string
  readonly venue: string
  readonly balance: BalanceSnapshot | null
  readonly openPositions: number
  /** When the figures were last true, ms UTC; null before the first answer. */
  readonly updatedMs: number | null
  readonly connected: boolean
}

/** A configured account that hasn't answered yet: it is shown as disconnected, never left out. */
export function unknownAccount(user: string, venue: string): AccountState {
  return { user, venue, balance: null, openPositions: 0, updatedMs: null, connected: false }
}

/** The account after its venue answered. */
export function answered(
  state: AccountState,
  balance: BalanceSnapshot,
  openPositions: number,
  atMs: number,
): AccountState {
  return { ...state, balance, openPositions, updatedMs: atMs, connected: true }
}

/** The account after its venue didn't answer: disconnected, its last figures kept with their age. */
export function silent(state: AccountState): AccountState {
  return { ...state, connected: false }
}

/** Age of the figures in ms; null where there have been none. */
export function ageMs(state: AccountState, nowMs: number): number | null {
  return state.updatedMs === null ? null : nowMs - state.updatedMs
}
