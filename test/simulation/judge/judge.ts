/**
 * The invariants, checked at the boundary when something leaves and after every event; the exchange's own books and the
 * bytes on the disk are the only witnesses.
 */

import { FactKind } from '../../../engine/core/fact.ts'
import { Purpose } from '../../../engine/core/order.ts'
import type { OrderKey, OutgoingOrder } from '../../../engine/live/exchange.ts'
import { text, units } from '../venue/amount.ts'
import type { Boundary } from '../venue/port.ts'
import type { Witness } from '../world/surroundings.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import { ExposureWatch } from './exposure.ts'
import { FateWatch } from './fates.ts'
import { HaltWatch } from './halts.ts'
import { JournalWatch, type WatchedRecord } from './journal-watch.ts'
import { MarginWatch, type MarginWitness } from './margin.ts'
import { MoneyWatch } from './money.ts'
import { type RowParts, RowWatch } from './rows.ts'
import { tellsSecret } from './secrets.ts'
import { StrangersWatch } from './strangers.ts'

export interface Violation {
  /** `I2`. */
  readonly invariant: string
  readonly text: string
  readonly atMs: number
}

/** Bounds that the session was given, in units of quote. */
export interface Bounds {
  readonly exposure: bigint
  readonly orderNotional: bigint
  readonly ordersPerMinute: number
}

export interface JudgeParts {
  readonly time: VirtualTime
  readonly exchange: Witness
  /** What of the journal would outlive the machine. */
  readonly durable: () => Buffer | null
  /** Whole files that the disk took so far, and those that it was too full for. */
  readonly files: () => { readonly kept: number; readonly unkept: number }
  readonly bounds: Bounds
  readonly machine: WatchedMachine
  /** Decimals of money in the session's books. */
  readonly quoteDec: number
  /** What rows are held against; null where candles aren't this world's own. */
  readonly rows: RowParts | null
  /** What a margin account is counted anew from; null for spot. */
  readonly margin: MarginWitness | null
  /** How many orders of a client id the venue took, ended with nothing filled, and tells nobody of any more. */
  readonly forgotten: (clientId: string) => number
  /** When others had a hand in the account, in order; null where what they did may show at any later time. */
  readonly strangers: () => readonly number[] | null
}

export interface WatchedMachine {
  /** State of the gate of the process that lives now. */
  readonly state: 'ACTIVE' | 'REDUCING' | 'HALTED'
  /** An operator has halted it, was answered, and hasn't let it go on. */
  readonly isHaltedByHand: boolean
  /** What is waited for and kept waiting in the process that lives now. */
  readonly waiting: { readonly timers: number; readonly calls: number }
}

/** How long the switch may still be armed after a stop was taken: one look at the venue. */
const SWITCH_GRACE_MS = 30_000

/** More timers or calls than this at once is a queue without a bound. */
const WAITING_MAX = 64

interface Intent {
  readonly orderId: number
  readonly leg: number
  readonly clientId: string
  readonly reduceOnly: boolean
  /** Purpose and time of the decision: one plan's orders share both. */
  readonly plan: string | null
}

export class Judge implements Boundary {
  readonly violations: Violation[] = []
  readonly journal: JournalWatch
  private readonly parts: JudgeParts
  /** Durable intents by client id, and the newest durable SEND of each. */
  private readonly intents = new Map<string, Intent>()
  private readonly sends = new Map<string, OutgoingOrder>()
  private readonly legs = new Map<string, string>()
  private readonly cancels = new Set<number>()
  /** Orders that the session knows to be at the venue. */
  private readonly known = new Set<string>()
  /** Ours: every client id that was ever handed to the line. */
  readonly submitted = new Map<string, OutgoingOrder>()
  private readonly fates: FateWatch
  private readonly facts = new Map<string, WatchedRecord>()
  private readonly charges = new Set<string>()
  private readonly sentMs: number[] = []
  private readonly money: MoneyWatch
  private readonly rows: RowWatch | null
  private readonly margin: MarginWatch | null
  private readonly halts = new HaltWatch()
  private readonly strangers: StrangersWatch
  private readonly exposure: ExposureWatch
  private lastNonce = 0n
  private files = { kept: 0, unkept: 0 }
  /** The newest nonce couldn't be kept. */
  private isLoose = false

  constructor(parts: JudgeParts) {
    this.parts = parts
    this.journal = new JournalWatch(parts.durable)
    this.money = new MoneyWatch(parts.quoteDec, parts.exchange.cashOf)
    this.margin = parts.margin === null ? null : new MarginWatch(parts.margin)
    this.fates = new FateWatch(() => parts.exchange.orders, parts.forgotten)
    this.exposure = new ExposureWatch(parts.exchange, (symbol) => parts.rows?.closes(symbol) ?? [])
    this.rows = parts.rows === null ? null : new RowWatch(parts.rows)
    this.strangers = new StrangersWatch({
      ...{ nowMs: () => parts.time.nowMs, deeds: parts.strangers, trades: () => parts.exchange.trades },
      isOurs: (clientId) => this.submitted.has(clientId),
    })
  }

  violate(invariant: string, text: string): void {
    const known = this.violations.some((one) => one.invariant === invariant && one.text === text)
    if (!known) this.violations.push({ invariant, text, atMs: this.parts.time.nowMs })
  }

  submitting(order: OutgoingOrder): void {
    this.follow()
    const { clientId } = order
    const intent = this.intents.get(clientId)
    if (intent === undefined) this.violate('I2', `${clientId} is sent without a durable intent`)
    const send = this.sends.get(clientId)
    if (send === undefined || !isSame(send, order)) this.violate('I2', `${clientId} is sent without its durable record`)
    this.limits(order)
    if (intent !== undefined && !intent.reduceOnly) this.reducedBefore(intent)
    // What enlarges is decided anew; only what protects or closes is sent again, under its own id.
    if (intent?.reduceOnly === false && this.submitted.has(clientId))
      this.violate('I1', `entry ${clientId} is sent twice`)
    this.submitted.set(clientId, order)
    this.fates.sending(clientId)
  }

  cancelling({ clientId }: OrderKey): void {
    this.follow()
    const intent = this.intents.get(clientId)
    if (intent === undefined) this.violate('I2', `${clientId} is cancelled, and no intent says that it is ours`)
  }

  amending({ clientId }: OrderKey, order: OutgoingOrder): void {
    this.follow()
    if (!this.intents.has(clientId)) this.violate('I2', `${clientId} is amended without an intent`)
    if (this.parts.machine.state === 'HALTED' && !order.reduceOnly)
      this.violate('I6', `${clientId} is amended while halted`)
  }

  /** I11: over restarts, power losses and clocks that are set back. */
  signed(nonce: bigint): void {
    // On a full disk calls go on, and their nonces can't be kept.
    if (nonce <= this.lastNonce && !this.isLoose) this.violate('I11', `nonce ${nonce} follows ${this.lastNonce}`)
    const files = this.parts.files()
    if (files.unkept > this.files.unkept) this.isLoose = true
    else if (files.kept > this.files.kept) this.isLoose = false
    this.files = { ...files }
    this.lastNonce = nonce
  }

  /** The switch takes stops with it: it may be armed only while nothing rests that protects. */
  arming(timeoutMs: number): void {
    if (timeoutMs === 0) return
    const { exchange, time } = this.parts
    for (const { clientId, status, placedMs } of exchange.orders) {
      if (status !== 'open' || clientId === null || (placedMs ?? 0) > time.nowMs - SWITCH_GRACE_MS) continue
      if (this.intents.get(clientId)?.reduceOnly !== true || !this.known.has(clientId)) continue
      this.violate('I6', `the dead man's switch is armed while ${clientId} protects a position`)
    }
  }

  /** I12: words that leave the process. */
  told(way: string, text: string): void {
    if (tellsSecret(text)) this.violate('I12', `a secret gets out by the ${way}`)
  }

  /** After every event. */
  check(): void {
    this.follow()
    for (const { invariant, text } of this.fates.placed()) this.violate(invariant, text)
    const wrong = this.margin?.check() ?? null
    if (wrong !== null) this.violate('I7', wrong)
    const { timers, calls } = this.parts.machine.waiting
    if (timers > WAITING_MAX) this.violate('I13', `more than ${WAITING_MAX} timers wait`)
    if (calls > WAITING_MAX) this.violate('I13', `more than ${WAITING_MAX} calls are under way`)
  }

  private follow(): void {
    this.journal.follow((record) => this.record(record))
  }

  private record({ kind, body, seq, line }: WatchedRecord): void {
    if (tellsSecret(line)) this.violate('I12', `a secret is in record ${seq} of the journal`)
    this.halts.record({ kind, body, seq, line })
    if (kind === 'INTENT' && typeof body['clientId'] === 'string') this.intended(body)
    else if (kind === 'INTENT' && body['op'] === 'cancel') this.cancels.add(body['id'] as number)
    else if (kind === 'SEND' && body['op'] === 'submit') {
      const order = body['order'] as OutgoingOrder
      this.sends.set(order.clientId, order)
    } else if (kind === 'FACT') this.fact({ kind, body, seq, line })
    else if (kind === 'INPUT') {
      const wrong = this.rows?.input({ kind, body, seq, line }) ?? null
      if (wrong !== null) this.violate('I8', wrong)
    } else if (kind === 'HALT') {
      const wrong = this.strangers.halted(String(body['code']), String(body['text']))
      if (wrong !== null) this.violate('liveness', wrong)
    } else if (kind === 'RESUME') {
      this.money.resumed({ kind, body, seq, line })
      if (body['choice'] !== undefined) this.strangers.resumed()
    } else if (kind === 'ACK' && body['op'] === 'submit')
      this.known.add(this.legs.get(`${body['id']}/${body['leg'] ?? 0}`) ?? '')
    else if (kind === 'REJECT' && body['op'] === 'submit') this.givenUp(`${body['id']}/${body['leg'] ?? 0}`)
  }

  private intended(body: Readonly<Record<string, unknown>>): void {
    const clientId = body['clientId'] as string
    const orderId = body['id'] as number
    const leg = (body['leg'] as number | undefined) ?? 0
    const name = `${orderId}/${leg}`
    const before = this.legs.get(name)
    if (before !== undefined && before !== clientId) {
      this.violate('I1', `leg ${name} has two client ids, ${before} and ${clientId}`)
    }
    if (this.intents.has(clientId) && before !== clientId) this.violate('I1', `${clientId} names two intents`)
    this.legs.set(name, clientId)
    const order = body['order'] as { reduceOnly: boolean; purpose: number; decidedMs: number } | undefined
    const reduceOnly = order?.reduceOnly ?? true
    const plan = order?.purpose === Purpose.rebalance ? `${order.purpose} at ${order.decidedMs}` : null
    this.intents.set(clientId, { orderId, leg, clientId, reduceOnly, plan })
  }

  /** Fundings: each once, with the exchange's amount. */
  private charged(charge: { readonly chargeId: string; readonly amount: string } | undefined): void {
    if (charge === undefined) return
    const { chargeId, amount } = charge
    if (this.charges.has(chargeId)) this.violate('I3', `charge ${chargeId} is booked twice`)
    const real = this.parts.exchange.charges?.find((one) => one.chargeId === chargeId)
    if (real?.amount !== units(amount)) this.violate('I3', `charge ${chargeId} is booked with another amount`)
    this.charges.add(chargeId)
  }

  /** Facts of trades: each once, with the exchange's numbers. */
  private fact(record: WatchedRecord): void {
    const { body } = record
    this.charged(body['charge'] as { chargeId: string; amount: string } | undefined)
    const wrong = this.money.fact(record)
    if (wrong !== null) this.violate('I4', wrong)
    const trade = body['trade'] as { tradeId?: string; quantity?: string; price?: string } | undefined
    if (trade?.tradeId === undefined) return
    // A fee that came late is booked by itself, once.
    const isFee = (body['fact'] as { kind?: number } | null)?.kind === FactKind.adjusted
    const name = isFee ? `fee of ${trade.tradeId}` : trade.tradeId
    if (this.facts.has(name)) this.violate('I3', `trade ${name} is booked twice`)
    this.facts.set(name, record)
    const real = this.parts.exchange.trades.find(({ tradeId }) => tradeId === trade.tradeId)
    if (real === undefined) this.violate('I3', `trade ${trade.tradeId} never happened`)
    else if (units(trade.quantity!) !== real.quantity || units(trade.price!) !== real.price) {
      this.violate('I3', `trade ${trade.tradeId} is booked with other numbers`)
    }
  }

  /** What a plan reduces must be at the venue before anything of it enlarges. */
  private reducedBefore(intent: Intent): void {
    if (intent.plan === null) return
    for (const other of this.intents.values()) {
      if (other.plan !== intent.plan || !other.reduceOnly) continue
      if (this.parts.exchange.orders.some(({ clientId }) => clientId === other.clientId)) continue
      this.violate('I9', `${intent.clientId} enlarges before ${other.clientId} has reduced`)
    }
  }

  private limits(order: OutgoingOrder): void {
    const { time, bounds, machine } = this.parts
    const isReducing = order.reduceOnly
    if (!isReducing && machine.state !== 'ACTIVE') {
      this.violate('I6', `${order.clientId} is sent while ${machine.state}`)
    }
    const held = this.halts.held
    if (!isReducing && held !== null) this.violate('I6', `${order.clientId} is sent, and the journal holds ${held}`)
    if (!isReducing && machine.isHaltedByHand) this.violate('I6', `${order.clientId} is sent after an operator's halt`)
    while (this.sentMs.length > 0 && this.sentMs[0]! <= time.nowMs - 60_000) this.sentMs.shift()
    if (!isReducing) this.sentMs.push(time.nowMs)
    if (this.sentMs.length > bounds.ordersPerMinute) this.violate('I5', 'too many orders in a minute')
    if (isReducing) return
    const notional = this.exposure.notional(order)
    // The gate counts at the last close; the price has moved a little since.
    if (notional > (bounds.orderNotional * 11n) / 10n) this.violate('I5', `${order.clientId} is too large`)
    const enlarges = (id: string): boolean => this.submitted.has(id) && this.intents.get(id)?.reduceOnly === false
    const exposure = this.exposure.exposure(enlarges) + notional
    if (exposure > (bounds.exposure * 11n) / 10n) {
      this.violate('I5', `${order.clientId} makes the exposure ${text(exposure)}, at most ${text(bounds.exposure)}`)
    }
  }

  /** What fundings took, by their ids, in the journal as the process sees it. */
  chargesIn(content: Buffer | null): ReadonlyMap<string, bigint> {
    const booked = new Map<string, bigint>()
    new JournalWatch(() => content).follow(({ kind, body }) => {
      const charge = body['charge'] as { chargeId: string; amount: string } | undefined
      if (kind === 'FACT' && charge !== undefined) booked.set(charge.chargeId, units(charge.amount))
    })
    return booked
  }

  /** Trades of orders that were sent from here and that no fact tells of, in the journal as the process sees it. */
  unbooked(content: Buffer | null): string[] {
    const booked = new Set<string>()
    const whole = new JournalWatch(() => content)
    whole.follow(({ kind, body }) => {
      if (kind === 'FACT') booked.add((body['trade'] as { tradeId?: string } | undefined)?.tradeId ?? '')
    })
    // Whose position the venue closed by force is certain where nobody else traded.
    const isAlone = this.strangers.none
    const isOurs = (id: string | null, forced = false) => (id === null ? forced && isAlone : this.submitted.has(id))
    return this.parts.exchange.trades
      .filter((one) => isOurs(one.clientId, one.liquidation) && !booked.has(one.tradeId))
      .map(({ tradeId, clientId }) => `trade ${tradeId} of ${clientId ?? 'the venue itself'} was never booked`)
  }

  /** The session has put down that an order isn't at the venue. */
  private givenUp(leg: string): void {
    const clientId = this.legs.get(leg)
    if (clientId === undefined) return
    const wrong = this.fates.givenUp(clientId)
    if (wrong !== null) this.violate('I10', wrong)
  }
}

function isSame(a: OutgoingOrder, b: OutgoingOrder): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(order: OutgoingOrder): [string, unknown][] {
  return Object.entries(order)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
