/** AddOrder's fields, checked as Kraken checks them, into what the desk takes. */

import {
  type Dec,
  decFromNumber,
  mulDiv,
  parseDec,
  pow10,
  Rounding,
  rescale,
  roundToStep,
  toDec,
  ZERO,
} from '../../core/dec.ts'
import { type Instrument, notional } from '../../core/instrument.ts'
import { type OrderTerms, OrderType, Side, TimeInForce } from '../../core/order.ts'
import type { FollowSpec, OrderSpec } from '../book.ts'
import { KrakenError } from './errors.ts'
import { type Form, isOn } from './form.ts'
import type { PairTerms, SpotMarket } from './markets.ts'

const TYPES: Readonly<Record<string, OrderType>> = {
  market: OrderType.market,
  limit: OrderType.limit,
  'stop-loss': OrderType.stop,
  'stop-loss-limit': OrderType.stopLimit,
  'take-profit': OrderType.takeProfit,
  'take-profit-limit': OrderType.takeProfitLimit,
  'trailing-stop': OrderType.trailingStop,
}
const FLAGS = ['post', 'fcib', 'fciq', 'nompp', 'viqc']
const TIMES: Readonly<Record<string, TimeInForce>> = {
  GTC: TimeInForce.gtc,
  IOC: TimeInForce.ioc,
  FOK: TimeInForce.fok,
  GTD: TimeInForce.gtd,
}
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

export interface ParseWorld {
  readonly market: SpotMarket
  readonly terms: PairTerms
  readonly instrument: Instrument
  /** Last price of the market. */
  readonly last: number
  /** Taker's rate, units of 1e-12. */
  readonly takerRate: Dec
  readonly leverages: readonly number[]
  readonly nowMs: number
}

/** Throws a KrakenError for what Kraken would refuse before it looks at the account. */
export function parseOrder(form: Form, world: ParseWorld): OrderSpec {
  const side = sideOf(form.fields.get('type'))
  const type = typeOf(form.fields.get('ordertype'))
  const flags = flagsOf(form.fields.get('oflags'))
  const clientId = clientIdOf(form)
  const leverage = leverageOf(form.fields.get('leverage'), world)
  const prices = pricesOf(type, side, form.fields.get('price'), form.fields.get('price2'), world)
  const isQuoted = flags.includes('viqc')
  if (isQuoted && (type !== OrderType.market || leverage !== null)) {
    throw new KrakenError('EGeneral:Invalid arguments:viqc')
  }
  const volume = volumeOf(form.fields.get('volume'), isQuoted ? 5 : world.terms.lotDecimals)
  const quantity = isQuoted ? ZERO : parsed(volume, world.instrument.qtyDec, 'volume')
  const quoteAmount = isQuoted ? withFee(parsed(volume, world.instrument.quoteDec, 'volume'), world) : ZERO
  if (isOn(form, 'reduce_only') && leverage === null) throw new KrakenError('EOrder:Reduce only:Non-PC')
  const expiresMs = timeOf(form.fields.get('expiretm'), world.nowMs) ?? Number.POSITIVE_INFINITY
  const startMs = timeOf(form.fields.get('starttm'), world.nowMs) ?? 0
  if (expiresMs <= world.nowMs) throw new KrakenError('EGeneral:Invalid arguments:expiretm')
  const spec: OrderSpec = {
    instrument: leverage === null ? world.market.index : world.market.margin!,
    side,
    type,
    quantity,
    quoteAmount,
    limitPrice: prices.limit,
    stopPrice: prices.stop,
    reduceOnly: isOn(form, 'reduce_only'),
    expiresMs,
    startMs: startMs > world.nowMs ? startMs : 0,
    terms: termsOf(form, flags, type, prices, expiresMs),
    clientId,
    feeInBase: flags.includes('fcib'),
    meta: metaOf(form, flags, { leverage, volume: isQuoted ? volume : null, trail: prices.trail }),
    follow: followOf(form, side, world),
  }
  checkMinimums(spec, world)
  return spec
}

function sideOf(text: string | undefined): Side {
  if (text === 'buy') return Side.buy
  if (text === 'sell') return Side.sell
  throw new KrakenError('EGeneral:Invalid arguments:type')
}

function typeOf(text: string | undefined): OrderType {
  const type = TYPES[text ?? '']
  if (type === undefined) throw new KrakenError('EGeneral:Invalid arguments:ordertype')
  return type
}

function flagsOf(text: string | undefined): readonly string[] {
  const flags = text === undefined || text === '' ? [] : text.split(',').map((one) => one.trim())
  if (flags.some((one) => !FLAGS.includes(one))) throw new KrakenError('EGeneral:Invalid arguments:oflags')
  if (flags.includes('fcib') && flags.includes('fciq')) throw new KrakenError('EGeneral:Invalid arguments:oflags')
  return flags
}

/** A UUID, or up to 18 printable characters; not together with `userref`. */
function clientIdOf(form: Form): string | null {
  const text = form.fields.get('cl_ord_id')
  if (text === undefined) return null
  const isFine = UUID.test(text) || (text.length <= 18 && /^[\x21-\x7e]+$/.test(text))
  if (!isFine) throw new KrakenError('EGeneral:Invalid arguments:cl_ord_id')
  if (form.fields.has('userref')) throw new KrakenError('EGeneral:Invalid arguments:cl_ord_id and userref')
  return text
}

/** `2`, `2:1` or nothing; null for none. */
function leverageOf(text: string | undefined, { leverages, market }: ParseWorld): number | null {
  if (text === undefined || text === '' || text === 'none' || text === '1') return null
  const leverage = Number(text.replace(/:1$/, ''))
  if (market.margin === null || !leverages.includes(leverage)) {
    throw new KrakenError('EGeneral:Invalid arguments:leverage')
  }
  return leverage
}

function volumeOf(text: string | undefined, decimals: number): string {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) throw new KrakenError('EGeneral:Invalid arguments:volume')
  const fraction = (text.split('.')[1] ?? '').replace(/0+$/, '')
  if (fraction.length > decimals || Number(text) === 0) throw new KrakenError('EGeneral:Invalid arguments:volume')
  return text
}

/** Text at a scale; what is finer than the scale is cut. */
function parsed(text: string, scale: number, field: string): Dec {
  const decimals = (text.split('.')[1] ?? '').length
  try {
    if (decimals <= scale) return parseDec(text, scale)
    return rescale(parseDec(text, decimals), decimals, scale, Rounding.floor)
  } catch {
    throw new KrakenError(`EGeneral:Invalid arguments:${field}`)
  }
}

/** A volume in quote says what is bought; the fee comes on top of it. */
function withFee(value: Dec, { takerRate }: ParseWorld): Dec {
  return toDec(value + mulDiv(value, takerRate, pow10(12), Rounding.ceil))
}

interface Prices {
  readonly limit: Dec
  readonly stop: Dec
  /** A trailing stop's distance: an amount of price, or a rate in units of 1e-12. */
  readonly trailAmount: Dec
  readonly trailRate: Dec
  readonly trail: string | null
}

const NO_TRAIL = { trailAmount: ZERO, trailRate: ZERO, trail: null }

function pricesOf(
  type: OrderType,
  side: Side,
  price: string | undefined,
  price2: string | undefined,
  world: ParseWorld,
): Prices {
  if (type === OrderType.market) return { limit: ZERO, stop: ZERO, ...NO_TRAIL }
  if (type === OrderType.trailingStop) return trailOf(price, world)
  const first = priceOf(price, side, world, 'price')
  if (type === OrderType.limit) return { limit: first, stop: ZERO, ...NO_TRAIL }
  const isLimit = type === OrderType.stopLimit || type === OrderType.takeProfitLimit
  const limit = isLimit
    ? priceOf(price2, side, { ...world, last: Number(first) / 10 ** world.instrument.pxDec }, 'price2')
    : ZERO
  return { limit, stop: first, ...NO_TRAIL }
}

/** `+5%` or `+12.5`: how far the trigger trails behind the best price. */
function trailOf(text: string | undefined, { instrument }: ParseWorld): Prices {
  const match = /^\+(\d+(?:\.\d+)?)(%?)$/.exec(text ?? '')
  if (match === null || Number(match[1]) === 0) throw new KrakenError('EGeneral:Invalid arguments:price')
  const isRate = match[2] === '%'
  return {
    limit: ZERO,
    stop: ZERO,
    trailAmount: isRate ? ZERO : parsed(match[1]!, instrument.pxDec, 'price'),
    trailRate: isRate ? decFromNumber(Number(match[1]) / 100, 12) : ZERO,
    trail: text!,
  }
}

/** An absolute price on the tick; or `+`, `-`, `#` and a distance from the last price, in price or percent. */
function priceOf(text: string | undefined, side: Side, { terms, instrument, last }: ParseWorld, field: string): Dec {
  const match = /^([+\-#]?)(\d+(?:\.\d+)?)(%?)$/.exec(text ?? '')
  if (match === null) throw new KrakenError(`EGeneral:Invalid arguments:${field}`)
  const [, sign, digits, percent] = match as unknown as [string, string, string, string]
  const { pxDec } = instrument
  const tick = parsed(terms.record.tick, pxDec, field)
  if (sign === '' && percent === '') {
    const price = parsed(digits, pxDec, field)
    if (price <= 0) throw new KrakenError(`EGeneral:Invalid arguments:${field}`)
    if (tick > 1 && price % tick !== 0) throw new KrakenError('EOrder:Tick size check failed')
    return price
  }
  const distance = percent === '%' ? (last * Number(digits)) / 100 : Number(digits)
  const up = sign === '+' || (sign === '#' && side === Side.buy)
  const price = roundToStep(decFromNumber(up ? last + distance : last - distance, pxDec), tick, Rounding.halfUp)
  if (price <= 0) throw new KrakenError('EOrder:Invalid price:Invalid price argument')
  return price
}

/** `+30` seconds from now, or Unix seconds; null for none. */
function timeOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined || text === '' || text === '0') return null
  const value = Number(text.replace(/^\+/, ''))
  if (!Number.isFinite(value)) throw new KrakenError('EGeneral:Invalid arguments:expiretm')
  return Math.round(text.startsWith('+') ? nowMs + value * 1000 : value * 1000)
}

function termsOf(
  form: Form,
  flags: readonly string[],
  type: OrderType,
  { trailAmount, trailRate }: Prices,
  expiresMs: number,
): OrderTerms | null {
  const text = form.fields.get('timeinforce')
  const timeInForce = text === undefined ? TimeInForce.gtc : TIMES[text.toUpperCase()]
  if (timeInForce === undefined) throw new KrakenError('EGeneral:Invalid arguments:timeinforce')
  if (timeInForce === TimeInForce.gtd && expiresMs === Number.POSITIVE_INFINITY) {
    throw new KrakenError('EGeneral:Invalid arguments:expiretm')
  }
  const postOnly = flags.includes('post')
  if (postOnly && type !== OrderType.limit) throw new KrakenError('EGeneral:Invalid arguments:oflags')
  if (postOnly && (timeInForce === TimeInForce.ioc || timeInForce === TimeInForce.fok)) {
    throw new KrakenError('EGeneral:Invalid arguments:timeinforce')
  }
  const isPlain = timeInForce === TimeInForce.gtc && !postOnly && type !== OrderType.trailingStop
  return isPlain ? null : { timeInForce, postOnly, trailAmount, trailRate }
}

function metaOf(
  form: Form,
  flags: readonly string[],
  { leverage, volume, trail }: { leverage: number | null; volume: string | null; trail: string | null },
): Readonly<Record<string, string>> {
  const userref = form.fields.get('userref')
  if (userref !== undefined && !/^-?\d{1,10}$/.test(userref))
    throw new KrakenError('EGeneral:Invalid arguments:userref')
  const trigger = form.fields.get('trigger')
  if (trigger !== undefined && trigger !== 'last' && trigger !== 'index') {
    throw new KrakenError('EGeneral:Invalid arguments:trigger')
  }
  const shown = flags.some((one) => one === 'fcib' || one === 'fciq') ? flags : [...flags, 'fciq']
  return {
    oflags: shown.join(','),
    ...(userref === undefined ? {} : { userref }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(leverage === null ? {} : { leverage: String(leverage) }),
    ...(volume === null ? {} : { viqc: volume }),
    ...(trail === null ? {} : { price: trail }),
  }
}

/** `close[ordertype]`, `close[price]`, `close[price2]`: an order of the other side, for what fills. */
function followOf(form: Form, side: Side, world: ParseWorld): FollowSpec | null {
  const name = form.fields.get('close[ordertype]')
  if (name === undefined) return null
  const type = TYPES[name]
  if (type === undefined || type === OrderType.market || type === OrderType.trailingStop) {
    throw new KrakenError('EGeneral:Invalid arguments:close')
  }
  const other = -side as Side
  const prices = pricesOf(type, other, form.fields.get('close[price]'), form.fields.get('close[price2]'), world)
  return { type, limitPrice: prices.limit, stopPrice: prices.stop, meta: { oflags: 'fciq' } }
}

/** `ordermin` and `costmin`, by the order's own price or the last one. */
export function checkMinimums(spec: OrderSpec, { terms, instrument, last }: ParseWorld): void {
  const price = spec.limitPrice || spec.stopPrice || decFromNumber(last, instrument.pxDec)
  if (spec.quantity > 0 && spec.quantity < parsed(terms.record.minQty, instrument.qtyDec, 'volume')) {
    throw new KrakenError('EOrder:Order minimum not met')
  }
  const least = parsed(terms.record.minCost, instrument.quoteDec, 'volume')
  const cost = spec.quoteAmount > 0 ? spec.quoteAmount : notional(instrument, price, spec.quantity, Rounding.ceil)
  if (cost < least) throw new KrakenError('EOrder:Cost minimum not met')
}
