/** One look at an account: balances, positions, open orders, and what they are worth at the venue's last prices. */

import { type Dec, Rounding, toDec, ZERO } from '../../core/dec.ts'
import { type Instrument, notional, type Rulebook } from '../../core/instrument.ts'
import {
  ExchangeError,
  type ExchangePort,
  type VenueBalance,
  type VenueMargin,
  type VenueOrder,
  type VenuePosition,
} from '../../live/exchange.ts'
import { type BalanceSnapshot, marginBalance, spotBalance } from '../../rules/account.ts'
import type { VenueAccount } from './accounts-file.ts'
import { instrumentOf, money, priceOf, quantity, rulebookOf } from './money.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Where a last price is looked for: candles of a minute, and of an hour where there were none for long. */
const PRICE_CANDLES = [
  { timeframeMs: MINUTE_MS, reachMs: 12 * HOUR_MS },
  { timeframeMs: HOUR_MS, reachMs: 120 * HOUR_MS },
] as const

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

/** What the venue told of the account. */
interface Told {
  readonly venueMs: number
  readonly balances: readonly VenueBalance[]
  readonly positions: readonly VenuePosition[]
  readonly openOrders: readonly VenueOrder[]
  /** Demands of the markets that it lists, by symbol. */
  readonly rulebooks: ReadonlyMap<string, Rulebook>
  readonly symbols: readonly string[]
  readonly isDerivative: boolean
}

/** Asks the venue, whose own clock dates the prices. `known` are symbols to look at beside those held and configured. Throws an ExchangeError. */
export async function lookAt(
  account: VenueAccount,
  exchange: ExchangePort,
  nowMs: number,
  known: readonly string[] = [],
): Promise<AccountLook> {
  const told = await ask(account, exchange, known)
  const { balances, isDerivative, openOrders } = told
  const holdings: Holding[] = []
  for (const [id, symbol] of told.symbols.entries()) {
    holdings.push(await holdingOf(instrumentOf(id, account.user, account.venue, symbol), told, exchange))
  }
  const margin = isDerivative || holdings.some(({ position }) => position !== null) ? await exchange.margin() : null
  const isMeant = ({ quantity: held, instrument: { symbol } }: Holding): boolean =>
    held !== 0 || account.symbols.includes(symbol) || known.includes(symbol)
  return {
    account,
    atMs: nowMs,
    balance: balanceOf(
      balances.find(({ asset }) => asset === account.quote),
      holdings,
      margin,
    ),
    marginUtilisation: utilisationOf(margin),
    holdings: holdings.filter(isMeant),
    openOrders,
    unvalued: isDerivative
      ? []
      : assetsOf(account, balances)
          .filter(({ asset }) => holdings.some(({ instrument, price }) => instrument.base === asset && price === null))
          .map(({ asset, total }) => ({ asset, total })),
  }
}

async function ask(account: VenueAccount, exchange: ExchangePort, known: readonly string[]): Promise<Told> {
  const venueMs = await exchange.serverTimeMs()
  const balances = await exchange.balances()
  const own = [...account.symbols, ...known]
  const hasContracts = own.some(isContract)
  const spot = hasContracts ? [] : assetsOf(account, balances).map(({ asset }) => `${asset}/${account.quote}`)
  const rulebooks = new Map<string, Rulebook>()
  const learn = async (symbols: readonly string[]): Promise<void> => {
    for (const market of await exchange.listed(symbols)) {
      if (market.status !== 'closed') rulebooks.set(market.symbol, rulebookOf(market))
    }
  }
  // Orders and positions name markets by the venue's own words, which are known from here on.
  const expected = [...new Set([...spot, ...own])]
  await learn(expected)
  const positions = exchange.abilities.positions ? await exchange.positions() : []
  const openOrders = await exchange.openOrders()
  const found = [...positions, ...openOrders].map(({ symbol }) => symbol).filter((one) => !expected.includes(one))
  if (found.length > 0) await learn([...new Set(found)])
  const isDerivative = hasContracts || positions.some(({ symbol }) => isContract(symbol))
  const symbols = [...new Set([...(isDerivative ? own : expected), ...found])].sort()
  return { venueMs, balances, positions, openOrders, rulebooks, symbols, isDerivative }
}

function isContract(symbol: string): boolean {
  return symbol.includes(':')
}

/** Currencies that are held beside the quote. */
function assetsOf({ quote }: VenueAccount, balances: readonly VenueBalance[]): readonly VenueBalance[] {
  return balances.filter(({ asset, total }) => asset !== quote && Number(total) !== 0)
}

async function holdingOf(instrument: Instrument, told: Told, exchange: ExchangePort): Promise<Holding> {
  const { balances, positions, rulebooks, isDerivative, venueMs } = told
  const { symbol, base } = instrument
  const rulebook = rulebooks.get(symbol)
  const position = positions.find((one) => one.symbol === symbol) ?? null
  const asset = balances.find((one) => !isDerivative && one.asset === base)
  const units = position === null ? quantity(asset?.total ?? '0') : quantity(position.quantity)
  const price = rulebook === undefined ? null : await lastPrice(exchange, symbol, position, venueMs)
  return {
    instrument,
    rulebook: rulebook ?? rulebookOf(NO_DEMANDS),
    isListed: rulebook !== undefined,
    quantity: units,
    free: position === null ? quantity(asset?.free ?? '0') : units,
    price,
    value: price === null ? null : notional(instrument, price, units, Rounding.halfEven),
    position,
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

/** The position's mark where there is one, else the last close. */
async function lastPrice(
  exchange: ExchangePort,
  symbol: string,
  position: VenuePosition | null,
  nowMs: number,
): Promise<Dec | null> {
  if (position?.markPrice != null) return priceOf(Number(position.markPrice))
  for (const { timeframeMs, reachMs } of PRICE_CANDLES) {
    try {
      const candles = await exchange.candles(symbol, timeframeMs, nowMs - reachMs)
      const last = candles.at(-1)?.close
      if (last !== undefined && last > 0) return priceOf(last)
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.kind !== 'rejected') throw error
    }
  }
  return null
}

/** RULES A1. */
function balanceOf(
  cash: VenueBalance | undefined,
  holdings: readonly Holding[],
  margin: VenueMargin | null,
): BalanceSnapshot {
  if (margin?.equity != null) {
    const equity = money(margin.equity)
    const locked =
      margin.freeMargin === null ? money(margin.usedMargin ?? '0') : toDec(equity - money(margin.freeMargin))
    return marginBalance({ cash: equity, unrealised: ZERO, initialMargin: locked, heldByOrders: ZERO })
  }
  const total = money(cash?.total ?? '0')
  const positionsAtMark = toDec(holdings.reduce((sum, { value }) => sum + (value ?? 0), 0))
  return spotBalance({ cash: total, heldByOrders: toDec(total - money(cash?.free ?? '0')), positionsAtMark })
}

function utilisationOf(margin: VenueMargin | null): number | null {
  if (margin?.equity == null || margin.usedMargin === null) return null
  const equity = Number(margin.equity)
  return equity > 0 ? Number(margin.usedMargin) / equity : null
}
