/** One look at an account: balances, positions, open orders, and what they are worth at the venue's last prices. */

import { type Dec, Rounding, toDec, ZERO } from '../../core/dec.ts'
import { type Instrument, notional, type Rulebook } from '../../core/instrument.ts'
import { ExchangeError, type ExchangePort, type VenueOrder, type VenuePosition } from '../../live/exchange.ts'
import { type BalanceSnapshot, marginBalance, spotBalance } from '../../rules/account.ts'
import type { VenueAccount } from './accounts-file.ts'
import { instrumentOf, money, priceOf, quantity, rulebookOf } from './money.ts'

const MINUTE_MS = 60_000
/** Illiquid markets print no candle for hours. */
const PRICE_REACH_MS = 12 * 60 * MINUTE_MS

/** A market of the account. */
export interface Holding {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  readonly isListed: boolean
  /** Signed base quantity. */
  readonly quantity: Dec
  /** The part of a spot holding that no order holds. */
  readonly free: Dec
  /** Last price; null where the venue shows none. */
  readonly price: Dec | null
  readonly value: Dec | null
  /** Of a leveraged position. */
  readonly position: VenuePosition | null
}

export interface AccountLook {
  readonly account: VenueAccount
  readonly atMs: number
  readonly balance: BalanceSnapshot
  /** Margin in use over equity; null where nothing can be borrowed or the venue doesn't say. */
  readonly marginUtilisation: number | null
  readonly holdings: readonly Holding[]
  readonly openOrders: readonly VenueOrder[]
  /** What is held in currencies that have no market in the account's quote: in no figure. */
  readonly unvalued: readonly { readonly asset: string; readonly total: string }[]
}

/** Asks the venue, whose own clock dates the prices. `known` are symbols to look at beside those held and configured. Throws an ExchangeError. */
export async function lookAt(
  account: VenueAccount,
  exchange: ExchangePort,
  nowMs: number,
  known: readonly string[] = [],
): Promise<AccountLook> {
  const venueMs = await exchange.serverTimeMs()
  // Orders and positions name markets by the venue's own words, which are known from here on.
  await exchange.markets([])
  const balances = await exchange.balances()
  const positions = exchange.abilities.positions ? await exchange.positions() : []
  const openOrders = await exchange.openOrders()
  const isDerivative =
    account.symbols.some((one) => one.includes(':')) || positions.some((one) => one.symbol.includes(':'))
  const assets = isDerivative
    ? []
    : balances.filter(({ asset, total }) => asset !== account.quote && Number(total) !== 0)
  const held = assets.map(({ asset }) => `${asset}/${account.quote}`)
  const symbols = [
    ...new Set([
      ...held,
      ...positions.map(({ symbol }) => symbol),
      ...openOrders.map(({ symbol }) => symbol),
      ...account.symbols,
      ...known,
    ]),
  ].sort()
  const rulebooks = await marketsOf(exchange, symbols)
  const holdings: Holding[] = []
  for (const [id, symbol] of symbols.entries()) {
    const instrument = instrumentOf(id, account.user, account.venue, symbol)
    const rulebook = rulebooks.get(symbol)
    const position = positions.find((one) => one.symbol === symbol) ?? null
    const asset = balances.find(({ asset: one }) => !isDerivative && one === instrument.base)
    const units = position === null ? quantity(asset?.total ?? '0') : quantity(position.quantity)
    const price = rulebook === undefined ? null : await lastPrice(exchange, symbol, position, venueMs)
    holdings.push({
      instrument,
      rulebook: rulebook ?? rulebookOf(NO_DEMANDS),
      isListed: rulebook !== undefined,
      quantity: units,
      free: position === null ? quantity(asset?.free ?? '0') : units,
      price,
      value: price === null ? null : notional(instrument, price, units, Rounding.halfEven),
      position,
    })
  }
  const cash = balances.find(({ asset }) => asset === account.quote)
  const margin = isDerivative || holdings.some(({ position }) => position !== null) ? await exchange.margin() : null
  return {
    account,
    atMs: nowMs,
    balance: balanceOf(cash ?? { total: '0', free: '0' }, holdings, margin),
    marginUtilisation: utilisationOf(margin),
    holdings: holdings.filter(
      (one) =>
        one.quantity !== 0 || account.symbols.includes(one.instrument.symbol) || known.includes(one.instrument.symbol),
    ),
    openOrders,
    unvalued: assets
      .filter(({ asset }) => holdings.some(({ instrument, price }) => instrument.base === asset && price === null))
      .map(({ asset, total }) => ({ asset, total })),
  }
}

const NO_DEMANDS = {
  symbol: '',
  tick: null,
  step: null,
  minQuantity: null,
  minCost: null,
  leverages: [],
  status: 'closed',
} as const

/** Demands by symbol; one that the venue doesn't list is absent. One call where all are listed. */
async function marketsOf(exchange: ExchangePort, symbols: readonly string[]): Promise<ReadonlyMap<string, Rulebook>> {
  const listed = new Map<string, Rulebook>()
  const isUnknown = (error: unknown): boolean => (error as { code?: string }).code === 'UNKNOWN_SYMBOL'
  const add = async (some: readonly string[]): Promise<void> => {
    for (const market of await exchange.markets(some)) {
      if (market.status !== 'closed') listed.set(market.symbol, rulebookOf(market))
    }
  }
  try {
    await add(symbols)
  } catch (error) {
    if (!isUnknown(error)) throw error
    for (const symbol of symbols)
      await add([symbol]).catch((one: unknown) => (isUnknown(one) ? undefined : Promise.reject(one)))
  }
  return listed
}

/** The position's mark where there is one, else the last close. */
async function lastPrice(
  exchange: ExchangePort,
  symbol: string,
  position: VenuePosition | null,
  nowMs: number,
): Promise<Dec | null> {
  if (position?.markPrice != null) return priceOf(Number(position.markPrice))
  try {
    const candles = await exchange.candles(symbol, MINUTE_MS, nowMs - PRICE_REACH_MS)
    const last = candles.at(-1)?.close
    return last !== undefined && last > 0 ? priceOf(last) : null
  } catch (error) {
    if (error instanceof ExchangeError && error.kind === 'rejected') return null
    throw error
  }
}

/** RULES A1. */
function balanceOf(
  cash: { readonly total: string; readonly free: string },
  holdings: readonly Holding[],
  margin: {
    readonly equity: string | null
    readonly usedMargin: string | null
    readonly freeMargin: string | null
  } | null,
): BalanceSnapshot {
  if (margin?.equity != null) {
    const equity = money(margin.equity)
    const locked =
      margin.freeMargin === null ? money(margin.usedMargin ?? '0') : toDec(equity - money(margin.freeMargin))
    return marginBalance({ cash: equity, unrealised: ZERO, initialMargin: locked, heldByOrders: ZERO })
  }
  const total = money(cash.total)
  const positionsAtMark = toDec(holdings.reduce((sum, { value }) => sum + (value ?? 0), 0))
  return spotBalance({ cash: total, heldByOrders: toDec(total - money(cash.free)), positionsAtMark })
}

function utilisationOf(
  margin: { readonly equity: string | null; readonly usedMargin: string | null } | null,
): number | null {
  if (margin?.equity == null || margin.usedMargin === null) return null
  const equity = Number(margin.equity)
  return equity > 0 ? Number(margin.usedMargin) / equity : null
}
