/** Kraken Futures' reading calls: account, positions, orders, fills, candles, fundings. */

import { type Dec, decToNumber, mulDiv, pow10, Rounding } from '../../core/dec.ts'
import { OrderType } from '../../core/order.ts'
import { maintenanceMargin } from '../../market/margin-tiers.ts'
import { MarginAccount } from '../../sim/margin-account.ts'
import { type BookOrder, isLiveOrder } from '../book.ts'
import { FuturesError } from './errors.ts'
import type { FuturesMarkets } from './markets.ts'
import { fillBody, historyElement, iso, openOrderBody, statusBody } from './order-text.ts'
import type { FuturesCall } from './world.ts'

/** Ended orders are in orders/status for so long. */
const STATUS_MS = 5000
const FILLS = 100
const HISTORY_PAGE = 500
const INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '1w': 604_800_000,
}
const CANDLES = 2000

/** The multi-collateral account, and an empty cash account. */
export function accounts({ desk, world, nowMs }: FuturesCall): unknown {
  const { account, margin } = desk.venue
  const { quote, quoteDec } = desk.instruments[0]!
  const money = (units: number): number => decToNumber(Math.round(units) as Dec, quoteDec)
  const price = (id: number): Dec => desk.priceNow(id, world.markets.floor.tape, nowMs)
  const wallet = account instanceof MarginAccount ? account.wallet : account.cash
  const equity = margin === null ? account.cash : margin.state.equity(price)
  let used = 0
  let maintenance = 0
  if (margin !== null) {
    for (const id of margin.state.open()) {
      const value = Math.abs(margin.state.value(id, price(id))) as Dec
      used += value / margin.state.leverage
      const rules = margin.state.rules(id)
      if (rules?.product === 'perp') maintenance += maintenanceMargin(rules.tiers, value)
    }
  }
  const available = Math.max(0, equity - used)
  const own = { quantity: money(wallet), value: money(wallet), collateral: money(wallet), available: money(available) }
  return {
    accounts: {
      cash: { type: 'cashAccount', balances: {} },
      flex: {
        type: 'multiCollateralMarginAccount',
        currencies: { [quote]: own },
        initialMargin: money(used),
        initialMarginWithOrders: money(used),
        maintenanceMargin: money(maintenance),
        balanceValue: money(wallet),
        portfolioValue: money(equity),
        collateralValue: money(wallet),
        pnl: money(equity - wallet),
        unrealizedFunding: 0,
        totalUnrealized: money(equity - wallet),
        totalUnrealizedAsMargin: money(equity - wallet),
        availableMargin: money(available),
        marginEquity: money(equity),
      },
    },
  }
}

export function openPositions({ desk, world, nowMs }: FuturesCall): unknown {
  const { account, margin } = desk.venue
  if (margin === null || !(account instanceof MarginAccount)) return { openPositions: [] }
  return {
    openPositions: margin.state.open().map((id) => {
      const market = world.markets.all[id]!
      const { pxDec, qtyDec, quoteDec } = desk.instruments[id]!
      const held = account.base[id]!
      const size = Math.abs(held)
      const cost = Math.abs(account.cost[id]!) as Dec
      const entry = mulDiv(cost, pow10(pxDec + qtyDec - quoteDec), size, Rounding.halfEven)
      const price = desk.priceNow(id, world.markets.floor.tape, nowMs)
      const profit = margin.state.value(id, price) - account.cost[id]!
      const opened = desk.trades.findLast(({ instrument }) => instrument === id)
      return {
        side: held > 0 ? 'long' : 'short',
        symbol: market.id,
        price: decToNumber(entry, pxDec),
        fillTime: iso(opened?.atMs ?? nowMs),
        size: size / pow10(qtyDec),
        unrealizedFunding: 0,
        unrealizedPnl: decToNumber(profit as Dec, quoteDec),
        pnlCurrency: market.quote,
        maxFixedLeverage: margin.state.leverage,
      }
    }),
  }
}

export function openOrders({ desk, world }: FuturesCall): unknown {
  return {
    openOrders: [...desk.live].map((one) => {
      const market = world.markets.all[one.spec.instrument]!
      return openOrderBody(one, market, desk.instruments[market.index]!)
    }),
  }
}

/** Open orders, and those that ended a moment ago. */
export function ordersStatus({ desk, form, world, nowMs }: FuturesCall): unknown {
  const ids = listOf(form, 'orderIds')
  const clientIds = listOf(form, 'cliOrdIds')
  if (ids.length === 0 && clientIds.length === 0) throw new FuturesError('requiredArgumentMissing')
  const found = [...desk.byId.values()].filter(
    (one) => ids.includes(one.id) || (one.spec.clientId !== null && clientIds.includes(one.spec.clientId)),
  )
  return {
    orders: found
      .filter((one) => isLiveOrder(one) || nowMs - one.endedMs! <= STATUS_MS)
      .map((one) => {
        const market = world.markets.all[one.spec.instrument]!
        return statusBody(one, market, desk.instruments[market.index]!)
      }),
  }
}

function listOf(form: URLSearchParams, name: string): readonly string[] {
  return [...form.getAll(name), ...form.getAll(`${name}[]`)].flatMap((one) => one.split(','))
}

/** The newest hundred before `lastFillTime`, or the newest. */
export function fills({ desk, form, world }: FuturesCall): unknown {
  const before = form.get('lastFillTime')
  const beforeMs = before === null ? Number.POSITIVE_INFINITY : Date.parse(before)
  if (Number.isNaN(beforeMs)) throw new FuturesError('invalidArgument: lastFillTime')
  const found = desk.trades
    .filter(({ atMs }) => atMs < beforeMs)
    .sort((a, b) => b.atMs - a.atMs || b.number - a.number)
    .slice(0, FILLS)
  return {
    fills: found.map((one) => fillBody(one, world.markets.all[one.instrument]!, desk.instruments[one.instrument]!)),
  }
}

export function leveragePreferences({ desk, form, world }: FuturesCall): unknown {
  const leverage = desk.venue.margin?.state.leverage ?? 1
  const symbol = form.get('symbol')
  const markets = symbol === null ? world.markets.all : [world.markets.find(symbol)]
  return { leveragePreferences: markets.map(({ id }) => ({ symbol: id, maxLeverage: leverage })) }
}

/** Ended orders, newest first, by pages; those that waited for a trigger and were cancelled are in a list of their own. */
export function historyOrders(call: FuturesCall): unknown {
  return history(call, (one) => !isCancelledTrigger(one))
}

export function historyTriggers(call: FuturesCall): unknown {
  return history(call, isCancelledTrigger)
}

function isCancelledTrigger({ spec, status }: BookOrder): boolean {
  return spec.type >= OrderType.stop && status !== 'filled'
}

function history({ desk, form, world }: FuturesCall, belongs: (order: BookOrder) => boolean): unknown {
  const sinceMs = Number(form.get('since') ?? 0)
  const count = Math.min(HISTORY_PAGE, Number(form.get('count') ?? HISTORY_PAGE))
  const first = Number(form.get('continuation_token') ?? 0)
  if (!Number.isFinite(sinceMs) || !(count > 0) || !Number.isInteger(first)) {
    throw new FuturesError('invalidArgument: since', 400)
  }
  const ended = [...desk.byId.values()].filter((one) => !isLiveOrder(one) && one.endedMs! >= sinceMs && belongs(one))
  ended.sort((a, b) => b.endedMs! - a.endedMs!)
  const page = ended.slice(first, first + count)
  const next = first + page.length < ended.length ? { continuationToken: String(first + page.length) } : {}
  return {
    accountUid: desk.account,
    len: page.length,
    elements: page.map((one) => {
      const market = world.markets.all[one.spec.instrument]!
      return historyElement(one, market, desk.instruments[market.index]!)
    }),
    ...next,
  }
}

/** Rows of a page of the account's log. */
const LOG_PAGE = 500

/** Changes of the account's money: each funding, and a row of money and one of the position for each trade. */
export function accountLog({ desk, form, world }: FuturesCall): unknown {
  const sinceMs = Number(form.get('since') ?? 0)
  const count = Math.min(LOG_PAGE, Number(form.get('count') ?? LOG_PAGE))
  if (!Number.isFinite(sinceMs) || !(count > 0)) throw new FuturesError('invalidArgument: since', 400)
  const money = (instrument: number, units: Dec): number => decToNumber(units, desk.instruments[instrument]!.quoteDec)
  const row = (instrument: number, atMs: number, more: object) => {
    const market = world.markets.all[instrument]!
    const contract = market.id.toLowerCase()
    const shared = { date: iso(atMs), asset: market.quote.toLowerCase(), contract, margin_account: 'flex' }
    return { atMs, body: { ...shared, fee: 0, realized_funding: null, realized_pnl: null, ...more } }
  }
  const rows = [
    ...desk.entries.map(({ instrument, atMs, amount, rate }) => {
      const paid = { info: 'funding rate change', realized_funding: money(instrument, amount), funding_rate: rate }
      return row(instrument, atMs, paid)
    }),
    ...desk.trades.flatMap(({ instrument, atMs, fee, id }) => {
      const trade = { info: 'futures trade', execution: id }
      const asset = world.markets.all[instrument]!.id.toLowerCase()
      return [
        row(instrument, atMs, { ...trade, fee: money(instrument, fee) }),
        row(instrument, atMs, { ...trade, asset }),
      ]
    }),
  ].sort((a, b) => a.atMs - b.atMs)
  const logs = rows.map(({ body, atMs }, i) => ({ atMs, body: { id: i + 1, ...body } }))
  const asked = logs.filter(({ atMs }) => atMs >= sinceMs)
  const page = form.get('sort') === 'asc' ? asked.slice(0, count) : asked.slice(-count).reverse()
  return { accountUid: desk.account, logs: page.map(({ body }) => body) }
}

export interface ChartCandle {
  readonly time: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** `/api/charts/v1/<price type>/<symbol>/<interval>?from&to`, both in seconds. Mark and index are the last price here. */
export function charts(
  markets: FuturesMarkets,
  path: readonly string[],
  form: URLSearchParams,
  nowMs: number,
): { readonly candles: readonly ChartCandle[]; readonly more_candles: boolean } {
  const [type = '', id, interval = ''] = path
  if (!['trade', 'mark', 'spot'].includes(type)) throw new FuturesError('invalidArgument: tick_type', 400)
  const market = markets.find(id)
  const intervalMs = INTERVALS[interval]
  const { tape } = markets.floor
  if (intervalMs === undefined || intervalMs % tape.grid.timeframeMs !== 0) {
    throw new FuturesError('invalidArgument: resolution', 400)
  }
  const fromMs = Number(form.get('from') ?? 0) * 1000
  const toMs = Math.min(nowMs, form.get('to') === null ? nowMs : Number(form.get('to')) * 1000)
  const all = tape.candles(market.index, intervalMs, fromMs, nowMs, 100_000).filter(({ openMs }) => openMs <= toMs)
  // From `from` on; where that isn't said, the newest.
  const page = form.has('from') ? all.slice(0, CANDLES) : all.slice(-CANDLES)
  return {
    candles: page.map(({ openMs, open, high, low, close, volume }) => ({
      time: openMs,
      open: String(open),
      high: String(high),
      low: String(low),
      close: String(close),
      volume: type === 'trade' ? String(volume) : '0',
    })),
    more_candles: page.length < all.length,
  }
}

/** Rates of funding up to now; `fundingRate` is in quote, the relative one a share of the price. */
export function fundingRates(markets: FuturesMarkets, form: URLSearchParams, nowMs: number): unknown {
  const market = markets.find(form.get('symbol') ?? undefined)
  return {
    rates: markets
      .fundings(market)
      .filter(({ atMs }) => atMs <= nowMs)
      .map(({ atMs, rate }) => ({
        timestamp: iso(atMs),
        fundingRate: rate * markets.floor.tape.last(market.index, atMs),
        relativeFundingRate: rate,
      })),
  }
}
