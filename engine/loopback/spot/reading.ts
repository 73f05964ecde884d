/** Kraken's reading calls: orders, trades, fees, ledger entries, the key. */

import type { Dec } from '../../core/dec.ts'
import { type BookEntry, type BookOrder, type BookTrade, isLiveOrder } from '../book.ts'
import { fixed, seconds } from '../text.ts'
import { KrakenError } from './errors.ts'
import { isOn, secondsField } from './form.ts'
import { assetId } from './names.ts'
import { orderBody, tradeBody } from './order-text.ts'
import { scaleOf } from './trading.ts'
import type { SpotCall } from './world.ts'

/** Rows of a page of closed orders, trades and ledger entries. */
const PAGE = 50
const WINDOW_MS = 30 * 86_400_000

function body(call: SpotCall, order: BookOrder): Record<string, unknown> {
  const market = call.world.markets.of(order.spec.instrument)
  const triggerNow = call.desk.venue.levelOf(order.number) ?? order.spec.stopPrice
  return orderBody(order, market, scaleOf(call, market), { trades: isOn(call.form, 'trades'), triggerNow })
}

function matches({ form }: SpotCall, { spec }: BookOrder): boolean {
  const [userref, clientId] = [form.fields.get('userref'), form.fields.get('cl_ord_id')]
  if (userref !== undefined && spec.meta['userref'] !== userref) return false
  return clientId === undefined || spec.clientId === clientId
}

export function openOrders(call: SpotCall): unknown {
  const open = [...call.desk.live].filter((one) => matches(call, one)).reverse()
  return { open: Object.fromEntries(open.map((one) => [one.id, body(call, one)])) }
}

export function closedOrders(call: SpotCall): unknown {
  const { desk, form } = call
  const by = form.fields.get('closetime') ?? 'both'
  const [startMs, endMs] = [boundary(call, 'start'), boundary(call, 'end')]
  const inside = (ms: number): boolean => (startMs === null || ms > startMs) && (endMs === null || ms <= endMs)
  const closed = [...desk.byId.values()].filter(
    (one) =>
      !isLiveOrder(one) &&
      matches(call, one) &&
      ((by !== 'close' && inside(one.placedMs)) || (by !== 'open' && inside(one.endedMs!))),
  )
  closed.sort((a, b) => b.endedMs! - a.endedMs! || Math.abs(b.number) - Math.abs(a.number))
  const page = pageOf(call, closed)
  return { closed: Object.fromEntries(page.map((one) => [one.id, body(call, one)])), count: closed.length }
}

/** A time in seconds, or the id of an order or trade. */
function boundary(call: SpotCall, name: 'start' | 'end'): number | null {
  const text = call.form.fields.get(name)
  if (text === undefined || /^[\d.]*$/.test(text)) return secondsField(call.form, name)
  const order = call.desk.byId.get(text)
  if (order !== undefined) return order.placedMs
  const trade = call.desk.trades.find(({ id }) => id === text)
  if (trade === undefined) throw new KrakenError(`EGeneral:Invalid arguments:${name}`)
  return trade.atMs
}

function pageOf<T>({ form }: SpotCall, all: readonly T[]): readonly T[] {
  const first = Number(form.fields.get('ofs') ?? '0')
  if (!Number.isInteger(first) || first < 0) throw new KrakenError('EGeneral:Invalid arguments:ofs')
  return all.slice(first, first + PAGE)
}

export function queryOrders(call: SpotCall): unknown {
  const ids = idsOf(call, 'txid')
  const found = ids.flatMap((id) => call.desk.byId.get(id) ?? []).filter((one) => matches(call, one))
  return Object.fromEntries(found.map((one) => [one.id, body(call, one)]))
}

function idsOf({ form }: SpotCall, name: string): readonly string[] {
  const text = form.fields.get(name)
  if (text === undefined || text === '') throw new KrakenError(`EGeneral:Invalid arguments:${name}`)
  const ids = text.split(',').map((one) => one.trim())
  if (ids.length > PAGE) throw new KrakenError(`EGeneral:Invalid arguments:${name}`)
  return ids
}

/** Newest first, after `start` and up to `end`. */
export function tradesHistory(call: SpotCall): unknown {
  const [startMs, endMs] = [boundary(call, 'start'), boundary(call, 'end')]
  const found = call.desk.trades
    .filter(({ atMs }) => (startMs === null || atMs > startMs) && (endMs === null || atMs <= endMs))
    .sort((a, b) => b.atMs - a.atMs || b.number - a.number)
  return { trades: Object.fromEntries(pageOf(call, found).map((one) => tradeEntry(call, one))), count: found.length }
}

export function queryTrades(call: SpotCall): unknown {
  const ids = idsOf(call, 'txid')
  return Object.fromEntries(call.desk.trades.filter(({ id }) => ids.includes(id)).map((one) => tradeEntry(call, one)))
}

function tradeEntry({ desk, world }: SpotCall, trade: BookTrade): [string, unknown] {
  return [trade.id, tradeBody(trade, world.markets.of(trade.instrument), desk.instruments[trade.instrument]!)]
}

/** 30 days' volume and the rates that it brings; with `fee_schedule=true` the schedule of each pair, too. */
export function tradeVolume(call: SpotCall): unknown {
  const { desk, form, world, nowMs } = call
  const { quoteDec } = desk.instruments[0]!
  const volume = desk.trades.reduce((sum, one) => (one.atMs > nowMs - WINDOW_MS ? sum + one.value : sum), 0)
  const names = form.fields.get('pair')
  const shared = { currency: 'ZUSD', volume: fixed(volume as Dec, quoteDec, 4) }
  if (names === undefined) return shared
  const model = world.markets.floor.fees.get(desk.account)!
  const rates = (isMaker: boolean): Record<string, unknown> =>
    Object.fromEntries(
      world.markets.list(names).map((one) => [one.id, feeInfo(model.rate(one.index, nowMs, isMaker) / 1e10)]),
    )
  const isAsked = form.fields.get('fee_schedule') === 'true'
  return {
    ...shared,
    fees: rates(false),
    fees_maker: rates(true),
    ...(isAsked ? { schedules: schedules(call, names) } : {}),
  }
}

function feeInfo(percent: number): Record<string, unknown> {
  const text = percent.toFixed(4)
  return { fee: text, minfee: '0.0000', maxfee: text, nextfee: null, nextvolume: null, tiervolume: '0.0000' }
}

function schedules({ desk, world, nowMs }: SpotCall, names: string): Record<string, unknown> {
  const model = world.markets.floor.fees.get(desk.account)!
  const percent = (index: number, isMaker: boolean): number => model.rate(index, nowMs, isMaker) / 1e10
  return Object.fromEntries(
    world.markets
      .list(names)
      .map((one) => [one.id, { fees: [[0, percent(one.index, false)]], fees_maker: [[0, percent(one.index, true)]] }]),
  )
}

/** What a position paid to be kept open, as a fee beside an amount of nothing; it names the trade that opened it. */
function rolloverRow({ desk }: SpotCall, { id, atMs, instrument, amount }: BookEntry) {
  const trade = desk.trades.findLast((one) => one.instrument === instrument && one.atMs <= atMs && one.opens)
  return { id, atMs, body: { refid: trade?.id ?? id, type: 'rollover', amount: 0, fee: -amount } }
}

/** A trade: on margin its profit alone moves money, and its fee has the one for opening the loan in it. */
function tradeRow({ desk }: SpotCall, trade: BookTrade) {
  const { id, atMs, side, value, realised, fee, feeBase } = trade
  const isMargin = desk.instruments[trade.instrument]!.kind === 'margin'
  const loan = desk.entries.find(({ opening }) => opening === trade)
  const paid = isMargin ? fee - (loan?.amount ?? 0) : feeBase > 0 ? 0 : fee
  const [type, amount] = isMargin ? (['margin', realised] as const) : (['trade', -side * value] as const)
  return { id: `L${id.slice(1)}`, atMs, body: { refid: id, type, amount, fee: paid } }
}

/** Borrowing fees and trades, as changes of balances; newest first, after `start` and up to `end`. */
export function ledgers(call: SpotCall): unknown {
  const { desk, world, form } = call
  const { quoteDec } = desk.instruments[0]!
  const asset = assetId(world.markets.floor.quote)
  const [startMs, endMs] = [boundary(call, 'start'), boundary(call, 'end')]
  const wanted = form.fields.get('type') ?? 'all'
  const rows = [
    ...desk.entries.filter(({ opening }) => opening === null).map((one) => rolloverRow(call, one)),
    ...desk.trades.map((one) => tradeRow(call, one)),
  ]
    .filter(({ atMs, body: { type } }) => {
      const inside = (startMs === null || atMs > startMs) && (endMs === null || atMs <= endMs)
      return inside && (wanted === 'all' || wanted === type)
    })
    .sort((a, b) => b.atMs - a.atMs)
  const ledger = pageOf(call, rows).map(({ id, atMs, body: row }) => [
    id,
    {
      refid: row.refid,
      time: seconds(atMs),
      type: row.type,
      subtype: '',
      aclass: 'currency',
      asset,
      amount: fixed(row.amount as Dec, quoteDec, 4),
      fee: fixed(row.fee as Dec, quoteDec, 4),
      balance: '',
    },
  ])
  return { ledger: Object.fromEntries(ledger), count: rows.length }
}

const PERMISSIONS = {
  query: ['query-funds', 'query-open-trades', 'query-closed-trades', 'query-ledger'],
  trade: ['modify-trades', 'close-trades'],
  withdraw: ['withdraw-funds'],
} as const

/** Name, rights and restrictions of the key that asks. */
export function apiKeyInfo({ key, nowMs }: SpotCall): unknown {
  const { name, rights, nonceWindow, key: text } = key.setup
  return {
    api_key_name: name,
    api_key: text,
    nonce: String(key.lastNonce),
    nonce_window: nonceWindow,
    permissions: rights.flatMap((one) => PERMISSIONS[one]),
    ip_allowlist: [],
    valid_until: '0',
    query_from: '0',
    query_to: '0',
    created_time: '0',
    modified_time: '0',
    last_used: String(Math.floor(nowMs / 1000)),
  }
}
