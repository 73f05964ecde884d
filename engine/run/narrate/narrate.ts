/** What happened in a run, in plain words: the one voice of scenarios and of `tandem explain`. */

import { refusalWords } from '../../../reports/codes.ts'
import { type Dec, decToNumber, formatDec, Rounding, ZERO } from '../../core/dec.ts'
import { FactKind, REJECT_NAMES, RejectCode } from '../../core/fact.ts'
import { type Instrument, notional } from '../../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose, TimeInForce } from '../../core/order.ts'
import { REFUSAL_NAMES, RefusalCode } from '../../core/refusal.ts'
import type { SignalOptions } from '../../core/strategy.ts'
import { RouteFlag } from '../../rules/entry-route.ts'
import type { GateLook } from './gates.ts'
import type { SizeLook } from './size.ts'
import type { Happening, Holding } from './watcher.ts'
import { moneyText, percentText, refusalText, timeText } from './words.ts'

/** One line: when, what, and how far it is indented below the line that it belongs to. */
export interface Line {
  readonly atMs: number
  readonly depth: 0 | 1
  readonly text: string
}

export interface Narrator {
  readonly instruments: readonly Instrument[]
  readonly quote: string
}

/** Lines of everything that happened, in order. Entries refused alike in a row are told once, and counted. */
export function narrate(happenings: readonly Happening[], narrator: Narrator): Line[] {
  const lines: Line[] = []
  for (let i = 0; i < happenings.length; i++) {
    const one = happenings[i]!
    const next = happenings[i + 1] ?? null
    const sold = next?.kind === 'reallocation' || (next?.kind === 'route' && happenings[i + 2]?.kind === 'reallocation')
    lines.push(...linesOf(one, happenings[i - 1] ?? null, next, sold, narrator))
    if (one.kind !== 'refusal') continue
    let repeats = 0
    while (isRepeat(one, happenings[i + 1], happenings[i + 2])) {
      repeats += 1
      i += 2
    }
    if (repeats === 0) continue
    const { atMs } = happenings[i]!
    lines.push({ atMs, depth: 0, text: `the same signal and refusal, ${repeats} more until now` })
  }
  return lines
}

type RefusalHappening = Extract<Happening, { kind: 'refusal' }>

/** Whether an entry signal with the same refusal follows. */
function isRepeat({ refusal }: RefusalHappening, entry: Happening | undefined, answer: Happening | undefined): boolean {
  if (entry?.kind !== 'entry' || answer?.kind !== 'refusal') return false
  const { code, instrument, side, first, second } = answer.refusal
  const alike = code === refusal.code && instrument === refusal.instrument && side === refusal.side
  return alike && first === refusal.first && second === refusal.second
}

/** Lines as text: a time before each that begins something. */
export function linesText(lines: readonly Line[]): string[] {
  return lines.map(({ atMs, depth, text }) => (depth === 0 ? `${timeText(atMs)}  ${text}` : `    ${text}`))
}

const ANSWERS: ReadonlySet<Happening['kind']> = new Set(['order', 'refusal', 'route', 'reallocation'])

/** An order or a refusal right behind an entry signal is its answer, and stands below it. */
function linesOf(
  one: Happening,
  before: Happening | null,
  next: Happening | null,
  sold: boolean,
  narrator: Narrator,
): Line[] {
  const [first, ...rest] = textsOf(one, next, sold, narrator)
  const answers = ANSWERS.has(one.kind) && (before?.kind === 'entry' || before?.kind === 'route')
  const head: Line = { atMs: one.atMs, depth: answers ? 1 : 0, text: first! }
  return [head, ...rest.map((text): Line => ({ atMs: one.atMs, depth: 1, text }))]
}

/** `sold`: positions are sold for this entry, so that the size of a normal one says nothing. */
function textsOf(one: Happening, next: Happening | null, sold: boolean, narrator: Narrator): string[] {
  switch (one.kind) {
    case 'entry':
      return entryTexts(one, next, sold, narrator)
    case 'order':
      return [orderText(one.order, one.held, narrator)]
    case 'refusal':
      return refusalTexts(one, narrator)
    case 'reallocation':
      return [reallocationText(one, narrator)]
    case 'funded': {
      const [received, money] = [one.received, one.money].map((amount) => moneyOf(amount, one.instrument, narrator))
      return [`the sells brought in ${received} after costs: the buy may spend ${money}`]
    }
    case 'dust':
      return [dustText(one, narrator)]
    case 'route':
      return [routeText(one, narrator)]
    case 'cancel':
      return [
        one.order === null ? 'an order is cancelled' : `order ${one.order.id} is cancelled: ${cancelWhy(one.order)}`,
      ]
    case 'profile': {
      const equity = moneyText(one.equity, narrator.instruments[0]!.quoteDec)
      const from = one.from === null ? '' : ` after ${one.from}`
      return [`profile ${one.to}${from}, since total equity is ${equity} ${narrator.quote}`]
    }
    default:
      return [factText(one, narrator)]
  }
}

/** Refusals that come before an entry is sized. */
const BEFORE_SIZE: ReadonlySet<RefusalCode> = new Set([
  RefusalCode.notListed,
  RefusalCode.positionOpen,
  RefusalCode.entryPending,
  RefusalCode.noPrice,
  RefusalCode.shortNotAllowed,
  RefusalCode.feeUnprofitable,
  RefusalCode.noVenue,
])

function entryTexts(
  one: Extract<Happening, { kind: 'entry' }>,
  next: Happening | null,
  sold: boolean,
  { quote }: Narrator,
): string[] {
  const { request, profile, gates, size } = one
  const { instrument, side, options, totalEquity, available } = request
  const k = instrument.quoteDec
  const wants = `the strategy wants to ${side > 0 ? 'buy' : 'sell short'} ${instrument.symbol}`
  const lines = [`${wants} at ${request.price}${optionsText(options)}`]
  const money = `total equity ${moneyText(totalEquity, k)} ${quote}, ${moneyText(available, k)} available`
  const under = profile === null ? '' : `${profile.below ? `below ${profile.name}` : `profile ${profile.name}`}, `
  lines.push(`${under}${money}`)
  lines.push(...gateTexts(gates))
  const early = next?.kind === 'refusal' && BEFORE_SIZE.has(next.refusal.code)
  const passed = !early && !sold && gates.every(({ state }) => state !== 'refused')
  if (passed && size !== null) lines.push(...sizeTexts(size, instrument, quote))
  return lines
}

function optionsText(options: SignalOptions | null): string {
  if (options === null) return ''
  const parts: string[] = []
  if (options.quality !== undefined && options.quality !== null) parts.push(`quality ${options.quality}`)
  if (options.target !== undefined) parts.push(`target ${percentText(options.target)}`)
  if (options.targetPrice !== undefined) parts.push(`target at ${options.targetPrice}`)
  if (options.stop !== undefined) parts.push(`stop ${percentText(options.stop)}`)
  if (options.stopPrice !== undefined) parts.push(`stop at ${options.stopPrice}`)
  if (options.limitPrice !== undefined) parts.push(`limit ${options.limitPrice}`)
  if (options.triggerPrice !== undefined) parts.push(`trigger ${options.triggerPrice}`)
  if (options.sizeQuote !== undefined) parts.push(`size ${options.sizeQuote}`)
  if (options.tag !== undefined) parts.push(options.tag)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function gateTexts(gates: readonly GateLook[]): string[] {
  const numbers = (state: GateLook['state']): string =>
    gates.flatMap((one) => (one.state === state ? [one.number] : [])).join(', ')
  const asked = gates.flatMap(({ number, state, text }) =>
    state === 'passed' || state === 'refused' ? [`gate ${number} ${state} (${text})`] : [],
  )
  const off = numbers('off')
  const behind = numbers('behind')
  return [
    ...asked,
    ...(behind === '' ? [] : [`not asked behind it: ${behind}`]),
    ...(off === '' ? [] : [`turned off: ${off}`]),
  ]
}

/** How the size came about, as far as it came. */
export function sizeTexts(size: SizeLook, instrument: Instrument, quote: string): string[] {
  const { quoteDec: k, qtyDec } = instrument
  const source = { tier: "the tier's", venue: "the venue's", learned: 'learned from refusals' }[size.minimum.source]
  const minimum = size.minimum.amount === 0 ? 'no minimum' : `minimum ${moneyText(size.minimum.amount, k)} (${source})`
  const lines = [`size: ${size.by}; ${minimum}; costs of ${percentText(decToNumber(size.costRate, 12))} on top`]
  if (size.wanted !== null) {
    const { amount } = size
    const wanted = `wanted ${moneyText(size.wanted, k)} ${quote}`
    if (amount === null) lines.push(wanted)
    else {
      const rounded = `${formatDec(amount.quantity, qtyDec)} ${instrument.base} on the lot step`
      lines.push(`${wanted} → ${rounded}, worth ${moneyText(amount.value, k)}, taking ${moneyText(amount.cost, k)}`)
    }
  }
  return lines
}

/** Refusals of an exit: no entry signal stands before them. */
const OF_EXITS: ReadonlySet<RefusalCode> = new Set([
  RefusalCode.noPosition,
  RefusalCode.exitInFlight,
  RefusalCode.sellBlockedByCash,
])

function refusalTexts({ refusal }: RefusalHappening, { instruments }: Narrator): string[] {
  const { symbol } = instruments[refusal.instrument]!
  const words = refusalWords(REFUSAL_NAMES[refusal.code])
  const what = OF_EXITS.has(refusal.code) ? `the strategy wants out of ${symbol}, refused` : `refused ${symbol}`
  return [`${what}: ${refusalText(refusal)}${words === null ? '' : `. ${words}`}`]
}

const WHY: Readonly<Record<Purpose, string>> = {
  [Purpose.entry]: 'to enter',
  [Purpose.exit]: 'since the strategy wants out',
  [Purpose.stop]: 'as the stop',
  [Purpose.target]: 'as the profit target',
  [Purpose.emergency]: 'as an emergency: the loss limit is reached',
  [Purpose.rebalance]: 'to reach the wanted weight',
  [Purpose.reallocation]: 'to make room for a better signal',
  [Purpose.liquidation]: 'for want of margin',
  [Purpose.cleanup]: 'as dust',
}

function reallocationText(one: Extract<Happening, { kind: 'reallocation' }>, narrator: Narrator): string {
  const { need, instrument, sells } = one
  const money = (amount: Dec): string => moneyOf(amount, instrument, narrator)
  const wants = `wanted ${money(need.wanted)}, which takes ${money(need.needed)} of ${money(one.available)} available`
  const count = `${sells} lower-ranked position${sells === 1 ? '' : 's'}`
  return `${wants}: ${count} sold first, for ${money(need.minimumSells)} at least, to cover ${money(need.shortfall)}`
}

function dustText(one: Extract<Happening, { kind: 'dust' }>, { instruments }: Narrator): string {
  const { symbol, qtyDec, base } = instruments[one.instrument]!
  const amount = `${formatDec(one.quantity, qtyDec)} ${base}`
  return one.side < 0
    ? `${amount} of ${symbol} is left as dust: less than a lot step can't be sold, and the position is flat`
    : `${amount} of dust belongs to the position in ${symbol} again`
}

function moneyOf(amount: Dec, instrument: number, { instruments, quote }: Narrator): string {
  return `${moneyText(amount, instruments[instrument]!.quoteDec)} ${quote}`
}

/** `goes to kraken: round trip 0.62 %, elsewhere 1.4 %; 25.00 USD available of 60.00 there`. */
function routeText({ choice, instrument }: Extract<Happening, { kind: 'route' }>, narrator: Narrator): string {
  const { instruments, quote } = narrator
  const { quoteDec: k, venue } = instruments[instrument]!
  const percent = (rate: Dec): string => percentText(decToNumber(rate, 12))
  const other = choice.other === 0 ? '' : `, elsewhere ${percent(choice.other)}`
  const money = `${moneyText(choice.available, k)} ${quote} available of ${moneyText(choice.balance, k)} there`
  const raised = choice.raisedTo === 0 ? [] : [`its target is raised to ${percent(choice.raisedTo)}`]
  const passed = ROUTE_WORDS.filter(([flag]) => (choice.flags & flag) !== 0).map(([, words]) => words)
  return [`goes to ${venue}: round trip ${percent(choice.roundTrip)}${other}; ${money}`, ...passed, ...raised].join(
    '; ',
  )
}

const ROUTE_WORDS: readonly (readonly [number, string])[] = [
  [RouteFlag.unlisted, "another venue doesn't list the pair, or has no price"],
  [RouteFlag.noFunds, "another venue's cash doesn't carry the order"],
  [RouteFlag.smallBalance, 'another venue takes no entries of small balances'],
]

/** `buy 0.1 SOL/USD at market to enter`. */
export function orderWords(order: ApprovedOrder, instrument: Instrument, quote: string): string {
  const { pxDec, qtyDec, quoteDec, symbol } = instrument
  const size =
    order.quoteAmount > 0
      ? `${symbol} for ${moneyText(order.quoteAmount, quoteDec)} ${quote}`
      : `${formatDec(order.quantity, qtyDec)} ${symbol}`
  const how = howWords(order, pxDec)
  const stale = order.expiresMs === Number.POSITIVE_INFINITY ? '' : `, stale from ${timeText(order.expiresMs)}`
  return `${order.side > 0 ? 'buy' : 'sell'} ${size} ${how} ${WHY[order.purpose]}${stale}`
}

const TRIGGERS: Readonly<Partial<Record<OrderType, string>>> = {
  [OrderType.stop]: 'stop',
  [OrderType.stopLimit]: 'stop',
  [OrderType.takeProfit]: 'take-profit',
  [OrderType.takeProfitLimit]: 'take-profit',
  [OrderType.trailingStop]: 'trailing stop, first',
}

/** `at market`, `limit 101.5, post-only`, `stop 95, then limit 94`. */
function howWords(order: ApprovedOrder, pxDec: number): string {
  const trigger = TRIGGERS[order.type]
  const limit = order.limitPrice > 0 ? `limit ${formatDec(order.limitPrice, pxDec)}` : ''
  const first = trigger === undefined ? '' : `${trigger} ${formatDec(order.stopPrice, pxDec)}`
  const how = trigger === undefined ? limit || 'at market' : limit === '' ? first : `${first}, then ${limit}`
  if (order.terms === null) return how
  const { timeInForce, postOnly, trailAmount, trailRate } = order.terms
  const behind =
    trailAmount > 0
      ? `${formatDec(trailAmount, pxDec)} behind`
      : trailRate > 0
        ? `${formatDec(trailRate, 10)} % behind`
        : ''
  const tif = timeInForce === TimeInForce.ioc ? 'IOC' : timeInForce === TimeInForce.fok ? 'FOK' : ''
  return [how, behind, postOnly ? 'post-only' : '', tif].filter((part) => part !== '').join(', ')
}

function orderText(order: ApprovedOrder, held: Holding, { instruments, quote }: Narrator): string {
  const instrument = instruments[order.instrument]!
  const text = `→ order ${order.id}: ${orderWords(order, instrument, quote)}`
  if (order.purpose !== Purpose.emergency || held.quantity === 0) return text
  return `${text} (entry cost ${moneyText(Math.abs(held.cost) as never, instrument.quoteDec)} ${quote})`
}

function cancelWhy(order: ApprovedOrder): string {
  if (order.purpose === Purpose.entry) return 'the strategy took its entry back'
  return 'its position is being closed'
}

function factText(one: Extract<Happening, { kind: 'fact' }>, { instruments, quote }: Narrator): string {
  const { fact, order, result } = one
  const instrument = instruments[fact.instrument]!
  const name = `order ${fact.orderId}${order === null ? '' : ` (${PURPOSE[order.purpose]})`}`
  if (fact.kind === FactKind.accepted) return `the venue took ${name}: it rests`
  if (fact.kind === FactKind.rejected) {
    const code = `VENUE_${REJECT_NAMES[fact.code] ?? fact.code}`
    const words = refusalWords(code)?.replace(/^The venue refused it: /, '') ?? ''
    return `the venue refused ${name}: ${code}, ${words}`
  }
  if (fact.kind === FactKind.cancelled && fact.code === RejectCode.notFilledAtOnce) {
    return `${name} is gone: it couldn't be filled at once`
  }
  if (fact.kind === FactKind.cancelled) return `${name} is gone: cancelled at the venue`
  if (fact.kind === FactKind.amended) return `${name} now stands at ${formatDec(fact.price, instrument.pxDec)}`
  if (fact.kind === FactKind.amendRejected) {
    return `the venue left ${name} as it was: VENUE_${REJECT_NAMES[fact.code] ?? fact.code}`
  }
  if (fact.kind === FactKind.expired) return `${name} went stale unfilled and is gone`
  if (fact.kind === FactKind.cancelRejected) return `the venue couldn't cancel ${name}: it had ended already`
  const { pxDec, qtyDec, quoteDec: k } = instrument
  if (fact.kind === FactKind.adjusted) {
    const amount = `${moneyText(Math.abs(fact.value) as never, k)} ${quote}`
    if (fact.quantity === 0) return `${amount} ${fact.value < 0 ? 'withdrawn' : 'deposited'}`
    return `${formatDec(fact.quantity, qtyDec)} ${instrument.symbol} adopted, ${signed(moneyText(fact.value, k))} ${quote}`
  }
  if (fact.kind === FactKind.funding || fact.kind === FactKind.borrowed) {
    const what = fact.kind === FactKind.funding ? 'funding' : 'the loan'
    const amount = moneyText(Math.abs(fact.fee) as never, k)
    return `${what} of ${instrument.symbol}: ${amount} ${quote} ${fact.fee < 0 ? 'received' : 'paid'}`
  }
  const what = `${formatDec(fact.quantity, qtyDec)} ${instrument.symbol} at ${formatDec(fact.price, pxDec)}`
  const value = fact.value === 0 ? notional(instrument, fact.price, fact.quantity, Rounding.halfEven) : fact.value
  const { feeQuantity = ZERO } = fact
  const inBase = feeQuantity === 0 ? '' : ` taken as ${formatDec(feeQuantity, qtyDec)} ${instrument.base}`
  const paid = `worth ${moneyText(value, k)}, fee ${moneyText(fact.fee, k)}${inBase}`
  const kind = `${fact.maker ? 'maker' : 'taker'}${fact.intrabar ? ', inside the bar' : ''}`
  const closed =
    result === null ? '' : `; the position is closed with ${signed(moneyText(result, k))} ${quote} after fees`
  if (fact.kind === FactKind.liquidated) {
    return `the venue liquidates ${fact.complete ? '' : 'part of the position: '}${what}, ${paid}${closed}`
  }
  return `${name} ${fact.complete ? 'filled' : 'filled in part'}: ${what}, ${paid} (${kind})${closed}`
}

/** A gain with its sign. */
export function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`
}

const PURPOSE: Readonly<Record<Purpose, string>> = {
  [Purpose.entry]: 'entry',
  [Purpose.exit]: 'exit',
  [Purpose.stop]: 'stop',
  [Purpose.target]: 'target',
  [Purpose.emergency]: 'emergency',
  [Purpose.rebalance]: 'rebalance',
  [Purpose.reallocation]: 'reallocation',
  [Purpose.liquidation]: 'liquidation',
  [Purpose.cleanup]: 'cleanup',
}
