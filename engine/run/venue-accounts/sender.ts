/**
 * Market orders and cancels of an operation: journaled before they are sent, looked up where their outcome isn't known,
 * never sent twice. What an order came to is told by the venue's trades.
 */

import { type Dec, toDec, ZERO } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import { OrderType, type Side, TimeInForce } from '../../core/order.ts'
import { clientIdOf } from '../../live/client-id.ts'
import { type Environment, pause } from '../../live/environment.ts'
import {
  ExchangeError,
  type ExchangePort,
  type OrderKey,
  type OutgoingOrder,
  type VenueOrder,
} from '../../live/exchange.ts'
import { money, quantityText, quantity as unitsOfQuantity } from './money.ts'
import type { OperationJournal } from './operation-journal.ts'

/** What became of an order. Money in the instrument's units. */
export type SendResult =
  | { readonly kind: 'filled'; readonly quantity: Dec; readonly value: Dec; readonly fee: Dec }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface MarketOrder {
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Dec
  readonly reduceOnly: boolean
  readonly leverage: number
  readonly price: Dec | null
}

export interface SenderParts {
  readonly exchange: ExchangePort
  readonly environment: Environment
  /** As of `OpenedAccount`. */
  readonly timeScale: number
  readonly journal: OperationJournal
  readonly account: string
}

/** The venue refuses it later than this; after it and the lag of its books an absent order never came. */
const DEADLINE_MS = 5000
const LAG_MS = 3000
const LOOK_EVERY_MS = 500
/** How long a market order may take to be filled, and its trades to be told: a practice exchange waits for a bar's open. */
const FILL_MS = 90_000

export class OperationSender {
  private readonly parts: SenderParts
  private sent = 0

  constructor(parts: SenderParts) {
    this.parts = parts
  }

  /** A practice exchange's time may pass faster than ours, in which requests take theirs. */
  private span(ms: number): number {
    return ms * this.parts.timeScale
  }

  /** Never throws for what the venue does. */
  async market(order: MarketOrder): Promise<SendResult> {
    const { exchange, environment, journal, account } = this.parts
    const id = ++this.sent
    const clientId = clientIdOf({ account, strategy: 'operation', genesis: journal.genesis }, id, 0, exchange.abilities)
    const sentMs = environment.nowMs()
    const deadlineMs = exchange.abilities.deadline ? sentMs + this.span(DEADLINE_MS) : null
    const out = outgoing(order, clientId, deadlineMs)
    journal.note('INTENT', { op: 'submit', id, leg: 0, clientId, order: out })
    journal.commit('SEND', { op: 'submit', id, leg: 0, atMs: sentMs, deadlineMs, order: out })
    const key = (venueId: string | null): OrderKey => ({ clientId, venueId, symbol: order.instrument.symbol })
    try {
      const { venueId } = await exchange.submit(out)
      journal.commit('ACK', { op: 'submit', id, leg: 0, atMs: environment.nowMs(), venueId })
      return await this.settled(id, key(venueId), sentMs)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      const { kind, code, message } = error
      if (kind === 'rejected' || kind === 'local') {
        journal.commit('REJECT', { op: 'submit', id, leg: 0, atMs: environment.nowMs(), code, text: message })
        return { kind: 'failed', reason: message }
      }
      journal.commit('UNKNOWN', { op: 'submit', id, leg: 0, atMs: environment.nowMs(), code, text: message })
      return await this.lookedUp(id, key(null), sentMs, message)
    }
  }

  /** Null where the venue has taken it or the order was over already; else why not. */
  async cancel(order: VenueOrder): Promise<string | null> {
    const { exchange, environment, journal } = this.parts
    const { venueId, symbol, clientId } = order
    const id = ++this.sent
    journal.commit('SEND', { op: 'cancel', id, leg: 0, atMs: environment.nowMs(), venueId, symbol })
    let failure: ExchangeError
    try {
      await exchange.cancel({ clientId: clientId ?? '', venueId, symbol })
      journal.commit('ACK', { op: 'cancel', id, leg: 0, atMs: environment.nowMs(), venueId })
      return null
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      failure = error
    }
    // It crossed a fill, or came twice, or nobody knows: whether the order is still open decides.
    const kind = failure.kind === 'unknown' ? 'UNKNOWN' : 'REJECT'
    journal.commit(kind, { op: 'cancel', id, leg: 0, atMs: environment.nowMs(), code: failure.code })
    try {
      const open = await exchange.openOrders()
      return open.some((one) => one.venueId === venueId) ? failure.message : null
    } catch {
      return `outcome unknown: ${failure.message}`
    }
  }

  /** Waits until the venue says that the order is over, and what its trades add up to. */
  private async settled(id: number, key: OrderKey, sentMs: number): Promise<SendResult> {
    const { environment, exchange, journal } = this.parts
    let why = 'the venue has not said what became of it'
    for (const endMs = environment.nowMs() + this.span(FILL_MS); environment.nowMs() <= endMs; ) {
      try {
        const found = (await exchange.lookup(key, sentMs - 60_000)).find(({ venueId }) => venueId === key.venueId)
        if (found !== undefined && found.status !== 'open') {
          const result = await this.tradesOf(found, sentMs, endMs)
          if (result !== null) {
            journal.commit('ENDED', {
              id,
              leg: 0,
              atMs: environment.nowMs(),
              status: found.status,
              filled: found.filled,
            })
            return result
          }
        }
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error
        why = error.message
      }
      await pause(environment, LOOK_EVERY_MS)
    }
    return { kind: 'unknown', reason: why }
  }

  /** Null while the venue hasn't told all the trades that the order says it had. */
  private async tradesOf(order: VenueOrder, sentMs: number, endMs: number): Promise<SendResult | null> {
    const { environment, exchange } = this.parts
    const wanted = unitsOfQuantity(order.filled)
    if (wanted === 0) return { kind: 'failed', reason: `the venue ended it unfilled (${order.status})` }
    for (;;) {
      const trades = (await exchange.trades(sentMs - 60_000)).filter(({ venueId }) => venueId === order.venueId)
      const sum = (pick: (trade: (typeof trades)[number]) => Dec): Dec =>
        toDec(trades.reduce((all, one) => all + pick(one), 0))
      const filled = sum((one) => unitsOfQuantity(one.quantity))
      if (filled >= wanted) {
        const value = sum((one) => money(one.value ?? String(Number(one.price) * Number(one.quantity))))
        return {
          kind: 'filled',
          quantity: filled,
          value,
          fee: sum((one) => (one.fee === null ? ZERO : money(one.fee))),
        }
      }
      if (environment.nowMs() > endMs) return null
      await pause(environment, LOOK_EVERY_MS)
    }
  }

  /** It may or may not have come: looked for until it can't come any more. Where a venue knows no deadline it stays unknown. */
  private async lookedUp(id: number, key: OrderKey, sentMs: number, why: string): Promise<SendResult> {
    const { environment, exchange, journal } = this.parts
    const endMs = sentMs + this.span(DEADLINE_MS + LAG_MS)
    let absentMs = Number.NEGATIVE_INFINITY
    for (;;) {
      try {
        const [found] = await exchange.lookup(key, sentMs - 60_000)
        if (found !== undefined) {
          journal.commit('ACK', { op: 'submit', id, leg: 0, atMs: environment.nowMs(), venueId: found.venueId })
          return await this.settled(id, { ...key, venueId: found.venueId }, sentMs)
        }
        absentMs = environment.nowMs()
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error
      }
      if (environment.nowMs() > endMs + this.span(FILL_MS)) break
      if (absentMs > endMs && exchange.abilities.deadline) {
        journal.commit('ENDED', { id, leg: 0, atMs: environment.nowMs(), status: 'never-arrived', filled: '0' })
        return { kind: 'failed', reason: `it never arrived: ${why}` }
      }
      await pause(environment, LOOK_EVERY_MS)
    }
    return { kind: 'unknown', reason: why }
  }
}

function outgoing(order: MarketOrder, clientId: string, deadlineMs: number | null): OutgoingOrder {
  const { instrument, side, quantity, reduceOnly, leverage, price } = order
  return {
    clientId,
    symbol: instrument.symbol,
    side,
    type: OrderType.market,
    quantity: quantityText(quantity),
    quoteAmount: null,
    limitPrice: null,
    stopPrice: null,
    timeInForce: TimeInForce.gtc,
    expiresMs: null,
    postOnly: false,
    // Spot has nothing to reduce but what is held.
    reduceOnly: reduceOnly && instrument.kind !== 'spot',
    trailAmount: null,
    trailRate: null,
    leverage: instrument.kind === 'spot' ? 1 : leverage,
    deadlineMs,
    referencePrice: price === null ? null : quantityText(price),
  }
}
