/** Every configured account at a glance (RULES A2): one that doesn't answer is shown with the age of its last figures. */

import { decToNumber } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import { ExchangeError } from '../../live/exchange.ts'
import { ProfileChoice } from '../../rules/profile-choice.ts'
import { PROFILES } from '../../rules/profile-presets.ts'
import { recall, remember } from './account-state.ts'
import type { VenueAccount } from './accounts-file.ts'
import { liquidationPrices } from './liquidation.ts'
import { type AccountLook, lookAt } from './look.ts'
import { MONEY_DECIMALS } from './money.ts'
import type { OpenAccount } from './open.ts'

export interface PositionFigures {
  readonly symbol: string
  /** Signed base quantity. */
  readonly quantity: number
  /** In the account's quote; null where there is no price. */
  readonly price: number | null
  readonly value: number | null
  readonly entryPrice: number | null
  readonly unrealised: number | null
  readonly leverage: number | null
  readonly liquidationPrice: number | null
  /** Who says so: the venue, or its dated margin rules where it is silent. */
  readonly liquidationFrom: 'venue' | 'rules' | null
  /** How far the price is from it, as a fraction of the price; null where it can't be liquidated, or isn't known. */
  readonly liquidationDistance: number | null
  readonly listed: boolean
}

export interface AccountFigures {
  readonly totalEquity: number
  readonly available: number
  readonly locked: number
  readonly positions: readonly PositionFigures[]
  readonly openOrders: number
  /** Capital profile that new entries would be under; null for none. */
  readonly profile: string | null
  readonly marginUtilisation: number | null
  /** In no figure: currencies without a market in the account's quote. */
  readonly unvalued: readonly { readonly asset: string; readonly total: string }[]
}

export interface AccountStatus {
  readonly account: string
  readonly user: string
  readonly venue: string
  readonly quote: string
  /** Markets that belong to it by the file of accounts, beside those that it holds. */
  readonly symbols: readonly string[]
  readonly connected: boolean
  /** Why it isn't connected. */
  readonly trouble: string | null
  /** When the figures were true, ms UTC; null where there have never been any. */
  readonly updatedMs: number | null
  readonly ageMs: number | null
  readonly figures: AccountFigures | null
}

/** Looks at all of them at once; what was seen is kept in `runs/accounts/` for the day that a venue is silent. */
export async function accountStatuses(
  accounts: readonly VenueAccount[],
  runs: string,
  open: OpenAccount,
  nowMs: () => number,
): Promise<readonly AccountStatus[]> {
  return Promise.all(accounts.map((account) => statusOf(account, runs, open, nowMs)))
}

async function statusOf(
  account: VenueAccount,
  runs: string,
  open: OpenAccount,
  nowMs: () => number,
): Promise<AccountStatus> {
  const { id, user, venue, quote, symbols } = account
  const base = { account: id, user, venue, quote, symbols }
  try {
    const { exchange, close } = await open(account)
    try {
      const look = await lookAt(account, exchange, nowMs())
      const figures = figuresOf(look, await liquidationPrices(look))
      remember(runs, id, () => ({ updatedMs: look.atMs, figures }))
      return {
        ...base,
        connected: true,
        trouble: null,
        updatedMs: look.atMs,
        ageMs: Math.max(0, nowMs() - look.atMs),
        figures,
      }
    } finally {
      await close()
    }
  } catch (error) {
    if (!(error instanceof ExchangeError) && !(error instanceof TandemError)) throw error
    const { updatedMs, figures } = recall(runs, id)
    const trouble = error instanceof TandemError ? error.line : error.message
    return {
      ...base,
      connected: false,
      trouble,
      updatedMs,
      ageMs: updatedMs === null ? null : nowMs() - updatedMs,
      figures,
    }
  }
}

/** Figures for people and JSON, from exact amounts; `computed` are liquidation prices that the venue doesn't tell. */
export function figuresOf(look: AccountLook, computed: ReadonlyMap<string, number>): AccountFigures {
  const { account, balance, holdings, openOrders, marginUtilisation, unvalued } = look
  const amount = (units: number): number => decToNumber(units as never, MONEY_DECIMALS)
  const number = (text: string | null | undefined): number | null => (text == null ? null : Number(text))
  const positions = holdings
    .filter(({ quantity }) => quantity !== 0)
    .map(({ instrument, quantity, price, value, position, isListed }): PositionFigures => {
      const now = price === null ? null : amount(price)
      const told = number(position?.liquidationPrice)
      const liquidationPrice = told ?? computed.get(instrument.symbol) ?? null
      const distance = now === null || liquidationPrice === null ? null : Math.abs(now - liquidationPrice) / now
      return {
        symbol: instrument.symbol,
        quantity: amount(quantity),
        price: now,
        value: value === null ? null : amount(value),
        entryPrice: number(position?.entryPrice),
        unrealised: number(position?.unrealised),
        leverage: position?.leverage ?? null,
        liquidationPrice,
        liquidationFrom: told !== null ? 'venue' : liquidationPrice !== null ? 'rules' : null,
        liquidationDistance: distance,
        listed: isListed,
      }
    })
  return {
    totalEquity: amount(balance.totalEquity),
    available: amount(balance.available),
    locked: amount(balance.locked),
    positions,
    openOrders: openOrders.length,
    profile: profileOf(account, balance.totalEquity),
    marginUtilisation,
    unvalued,
  }
}

function profileOf({ profile }: VenueAccount, equity: AccountLook['balance']['totalEquity']): string | null {
  if (profile === 'none') return null
  const choice = new ProfileChoice(
    { table: PROFILES, pinned: profile === 'auto' ? null : profile, hysteresis: 0 },
    MONEY_DECIMALS,
  )
  choice.evaluate(equity, 0)
  return choice.current.profile.name
}
