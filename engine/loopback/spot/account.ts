/** An account as Kraken shows it: balances with what is held, trade balance, leveraged positions. */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../../core/dec.ts'
import { notional } from '../../core/instrument.ts'
import { Side } from '../../core/order.ts'
import { usedMargin } from '../../market/leveraged-spot.ts'
import { MarginAccount } from '../../sim/margin-account.ts'
import type { BookTrade } from '../book.ts'
import type { Desk } from '../desk.ts'
import { waitingBase, waitingCash } from '../estimate.ts'
import { fixed, seconds } from '../text.ts'
import type { SpotMarkets } from './markets.ts'
import { assetId } from './names.ts'
import { KRAKEN_TYPES } from './order-text.ts'

/** By asset id: balance and what open orders hold of it. Assets that the account never had are left out. */
export function balances(desk: Desk, markets: SpotMarkets): Record<string, { balance: string; hold_trade: string }> {
  const { account } = desk.venue
  const { quoteDec } = desk.instruments[0]!
  const cash = account instanceof MarginAccount ? account.wallet : account.cash
  const found: Record<string, { balance: string; hold_trade: string }> = {
    [assetId(markets.floor.quote)]: {
      balance: fixed(cash, quoteDec, 4),
      hold_trade: fixed(toDec(account.heldCash + waitingCash(desk)), quoteDec, 4),
    },
  }
  for (const { index, base } of markets.all) {
    const { qtyDec } = desk.instruments[index]!
    const held = toDec(account.heldBase[index]! + waitingBase(desk, index))
    const everHad = account.base[index]! !== 0 || desk.trades.some(({ instrument }) => instrument === index)
    if (!everHad) continue
    found[assetId(base)] = { balance: fixed(account.base[index]!, qtyDec, 10), hold_trade: fixed(held, qtyDec, 10) }
  }
  return found
}

/** Value of an instrument's holding at the market's price now. */
function worthOf(desk: Desk, markets: SpotMarkets, id: number, held: Dec, nowMs: number): Dec {
  const instrument = desk.instruments[id]!
  return notional(instrument, desk.priceNow(id, markets.floor.tape, nowMs), held, Rounding.halfEven)
}

/** `eb` everything at market · `tb` money · `m` margin in use · `n` profit of positions · `e` equity · `mf` · `ml`. */
export function tradeBalance(desk: Desk, markets: SpotMarkets, nowMs: number): Record<string, string> {
  const { account } = desk.venue
  const { quoteDec } = desk.instruments[0]!
  const text = (units: number): string => fixed(toDec(Math.round(units)), quoteDec, 4)
  const money = account instanceof MarginAccount ? account.wallet : account.cash
  let worth: number = money
  for (const { index } of markets.all) worth += worthOf(desk, markets, index, account.base[index]!, nowMs)
  let [used, cost, value] = [0, 0, 0]
  for (const one of positions(desk, markets, nowMs)) {
    used += one.margin
    cost += Math.abs(one.cost)
    value += one.value * Math.sign(one.held)
  }
  const profit = positions(desk, markets, nowMs).reduce((sum, one) => sum + one.value - one.cost, 0)
  const equity = money + profit
  return {
    eb: text(worth + profit),
    tb: text(money),
    m: text(used),
    uv: '0.0000',
    n: text(profit),
    c: text(cost),
    v: text(value),
    e: text(equity),
    mf: text(equity - used),
    // Kraken leaves the level out where there is no position.
    ...(used > 0 ? { ml: ((equity / used) * 100).toFixed(2) } : {}),
  }
}

interface Position {
  readonly id: number
  readonly held: Dec
  /** Signed: what was paid for a long, received for a short. */
  readonly cost: Dec
  readonly value: Dec
  readonly margin: Dec
}

function positions(desk: Desk, markets: SpotMarkets, nowMs: number): Position[] {
  const { account, margin } = desk.venue
  if (!(account instanceof MarginAccount) || margin === null) return []
  const found: Position[] = []
  for (const { margin: id } of markets.all) {
    if (id === null || account.base[id] === 0) continue
    const held = account.base[id]!
    const cost = account.cost[id]!
    const price = desk.priceNow(id, markets.floor.tape, nowMs)
    const size = Math.abs(held) as Dec
    const paid = Math.abs(cost) as Dec
    const used = usedMargin(desk.instruments[id]!, held > 0 ? 1 : -1, size, paid, price, margin.state.leverage)
    found.push({ id, held, cost, value: worthOf(desk, markets, id, held, nowMs), margin: used })
  }
  return found
}

/** One entry an instrument, under the id of the trade that opened it. */
export function openPositions(
  desk: Desk,
  markets: SpotMarkets,
  nowMs: number,
  calcs: boolean,
): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const one of positions(desk, markets, nowMs)) {
    const instrument = desk.instruments[one.id]!
    const { quoteDec, qtyDec } = instrument
    const opened = openingTrade(desk, one.id)
    if (opened === null) continue
    const leverage = desk.venue.margin!.state.leverage
    const rules = desk.venue.margin!.state.rules(one.id)
    const fee = rules?.product === 'spot' ? (one.held > 0 ? rules.longFee : rules.shortFee) : ZERO
    const hours = rules?.product === 'spot' ? rules.rolloverMs / 3_600_000 : 0
    const feeOfTrade = mulDiv(opened.fee, 1, 1, Rounding.floor)
    found[opened.id] = {
      ordertxid: opened.order.id,
      posstatus: 'open',
      pair: markets.of(one.id).id,
      time: seconds(opened.atMs),
      type: one.held > 0 ? 'buy' : 'sell',
      ordertype: KRAKEN_TYPES[opened.order.spec.type],
      cost: fixed(Math.abs(one.cost) as Dec, quoteDec, 5),
      fee: fixed(feeOfTrade, quoteDec, 5),
      vol: fixed(Math.abs(one.held) as Dec, qtyDec, 8),
      vol_closed: '0.00000000',
      margin: fixed(one.margin, quoteDec, 5),
      leverage: String(leverage),
      ...(calcs
        ? {
            value: fixed(Math.abs(one.value) as Dec, quoteDec, 4),
            net: fixed(toDec(one.value - one.cost), quoteDec, 4),
          }
        : {}),
      terms: `${(fee / 1e10).toFixed(4)}% per ${hours} hours`,
      rollovertm: String(Math.floor((opened.atMs + hours * 3_600_000) / 1000)),
      misc: '',
      oflags: '',
    }
  }
  return found
}

/** Positions by market, without what belongs to single trades. */
export function consolidated(byTrade: Readonly<Record<string, unknown>>): unknown[] {
  return Object.values(byTrade as Record<string, Readonly<Record<string, unknown>>>).map((one) => {
    const { ordertxid: _order, posstatus: _status, time: _time, ordertype: _type, terms: _terms, ...rest } = one
    return { ...rest, positions: '1' }
  })
}

/** The trade that began the position which is open now; null where none did. */
export function openingTrade(desk: Desk, instrument: number): BookTrade | null {
  let held = 0
  let opened: BookTrade | null = null
  for (const trade of desk.trades) {
    if (trade.instrument !== instrument) continue
    const before = held
    held += (trade.side === Side.buy ? 1 : -1) * trade.quantity
    if (held === 0) opened = null
    else if (before === 0 || before > 0 !== held > 0) opened = trade
  }
  return opened
}
