/**
 * What a watcher sees of a live session, folded from its journal record by record in bounded memory: books, equity, the
 * latest events, refusals by code, health and the digest of its decisions so far.
 */

import { Books, type ShownPosition } from './books.ts'
import { type Body, bodyOf, type JournalLine, numberIn, parseLine, textIn } from './record.ts'
import { ThinnedSeries } from './series.ts'
import { SafetyStanding, type SessionState } from './standing.ts'
import { type EventTone, eventWords } from './words.ts'

export interface SessionEvent {
  readonly seq: number
  readonly timeMs: number | null
  readonly kind: string
  readonly text: string
  readonly tone: EventTone
}

export interface SessionFacts {
  readonly account: string | null
  readonly strategy: string | null
  readonly venue: string | null
  readonly mode: string | null
  readonly symbols: readonly string[]
  readonly timeframeMs: number | null
  readonly startedMs: number | null
  /** How often it was opened: 1, and one more for each recovery. */
  readonly epoch: number
}

const POINTS_MAX = 1500
const EVENTS_MAX = 300
const CODES_MAX = 100
const NO_HASH = '0'.repeat(64)

export class SessionFold {
  facts: SessionFacts = {
    account: null,
    strategy: null,
    venue: null,
    mode: null,
    symbols: [],
    timeframeMs: null,
    startedMs: null,
    epoch: 0,
  }
  private readonly standing = new SafetyStanding()
  /** Of the decisions: how many, and the digest over all of them. */
  decisions: { readonly count: number; readonly digest: string | null } = { count: 0, digest: null }
  rows = 0
  lastRowMs: number | null = null
  /** The newest time that any record tells. */
  lastMs: number | null = null
  records = 0
  head = NO_HASH
  /** The first record that doesn't follow the one before it, or can't be read; null for an unbroken chain. */
  brokenAt: number | null = null
  unknown = 0
  missedCandles = 0
  readonly equity = new ThinnedSeries(POINTS_MAX)
  readonly refusals = new Map<string, number>()
  private books = new Books({})
  private latest: SessionEvent[] = []
  private readonly open = new Set<number>()
  private readonly doubtful = new Set<string>()

  get state(): SessionState {
    return this.standing.state
  }

  /** Why only orders that lower exposure leave; null where all may. */
  get haltReason(): string | null {
    return this.standing.reason
  }

  get positions(): readonly ShownPosition[] {
    return this.books.positions
  }

  /** Cash and positions at the last closes; null before it has begun. */
  get equityNow(): number | null {
    return this.facts.epoch === 0 ? null : this.books.equity
  }

  get cash(): number {
    return this.books.cash
  }

  get fees(): number {
    return this.books.fees
  }

  get fills(): number {
    return this.books.fills
  }

  get openOrders(): number {
    return this.open.size
  }

  /** Events after `seq`, oldest first, of those that are kept. */
  eventsAfter(seq: number): readonly SessionEvent[] {
    return this.latest.filter((event) => event.seq > seq)
  }

  line(text: string): void {
    const record = parseLine(text)
    if (record === null || record.prev !== this.head || record.seq !== this.records) this.brokenAt ??= this.records
    this.records++
    if (record === null) return
    this.head = record.hash
    this.take(record)
  }

  private take({ seq, kind, body }: JournalLine): void {
    const atMs = numberIn(body, 'atMs') ?? numberIn(bodyOf(body['fact']), 'atMs')
    const before = this.lastMs
    this.lastMs = atMs === null ? before : Math.max(before ?? 0, atMs)
    const booked = this.fold(kind, body)
    const words = eventWords(kind, body, booked, this.facts.symbols)
    if (words === null) return
    this.latest.push({ seq, timeMs: atMs ?? this.lastMs, kind, ...words })
    if (this.latest.length > EVENTS_MAX * 2) this.latest = this.latest.slice(-EVENTS_MAX)
  }

  /** Returns what was booked, in words. */
  private fold(kind: string, body: Body): string | null {
    switch (kind) {
      case 'OPEN':
        this.opened(body)
        break
      case 'INPUT':
        this.row(body)
        break
      case 'DECISION':
        this.marked(body)
        break
      case 'INTENT':
        if (body['op'] === 'submit') this.books.wanted(numberIn(body, 'id') ?? -1, bodyOf(body['order']))
        break
      case 'FACT':
        return this.books.fact(bodyOf(body['fact']), bodyOf(body['trade']), numberIn(body, 'orderId') ?? -1)
      case 'RISK_BLOCK':
      case 'REJECT':
        this.refused(textIn(body, 'code') ?? kind)
        break
      case 'CLOSE':
        this.marked(body)
    }
    this.standing.take(kind, body)
    this.follow(kind, body)
    return null
  }

  private marked(body: Body): void {
    const digest = textIn(body, 'digest')
    if (digest !== null) this.decisions = { count: numberIn(body, 'count') ?? 0, digest }
  }

  private opened(body: Body): void {
    const identity = bodyOf(body['identity'])
    if (this.facts.epoch === 0) this.books = new Books(identity)
    this.facts = {
      account: textIn(identity, 'account'),
      strategy: textIn(identity, 'strategy'),
      venue: textIn(identity, 'venue'),
      mode: textIn(identity, 'mode'),
      symbols: this.books.symbols,
      timeframeMs: numberIn(identity, 'timeframeMs'),
      startedMs: this.facts.startedMs ?? numberIn(body, 'atMs'),
      epoch: numberIn(body, 'epoch') ?? this.facts.epoch + 1,
    }
  }

  private row(body: Body): void {
    const openMs = numberIn(body, 'openMs')
    if (openMs === null) return
    const closeMs = openMs + (this.facts.timeframeMs ?? 0)
    this.rows++
    this.lastRowMs = closeMs
    this.lastMs = Math.max(this.lastMs ?? 0, closeMs)
    this.missedCandles += Array.isArray(body['late']) ? body['late'].length : 0
    this.books.row(body['candles'])
    this.equity.push(closeMs, this.books.equity)
  }

  /** Orders that are out, and those of which nobody knows. */
  private follow(kind: string, body: Body): void {
    const id = numberIn(body, 'id')
    if (id === null) return
    const key = `${id}/${numberIn(body, 'leg') ?? 0}`
    if (kind === 'SEND' && body['op'] === 'submit') this.open.add(id)
    if (kind === 'ENDED' || (kind === 'REJECT' && body['op'] === 'submit')) this.open.delete(id)
    if (kind === 'UNKNOWN') this.doubtful.add(key)
    else if (kind === 'ACK' || kind === 'REJECT' || kind === 'ENDED') this.doubtful.delete(key)
    this.unknown = this.doubtful.size
  }

  private refused(code: string): void {
    if (!this.refusals.has(code) && this.refusals.size >= CODES_MAX) return
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }
}
