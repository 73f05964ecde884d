/** A made-up session's journal, written as a session writes it: rows, decisions, orders, fills, in a chain. */

import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../../engine/core/canonical.ts'
import { seededUniform, type Uniform } from '../../engine/core/random.ts'

const HOUR = 3_600_000
const START = 1_700_000_000_000 - (1_700_000_000_000 % HOUR)
const SYMBOLS = ['BTC/USD', 'ETH/USD']

export class JournalWriter {
  readonly path: string
  records = 0
  /** What a watcher must come to. */
  cash = 10_000
  readonly held = [0, 0]
  readonly closes = [0, 0]
  rows = 0
  fills = 0
  digest = ''
  private head = '0'.repeat(64)
  private waiting = ''
  private orderId = 0
  private readonly random: Uniform

  constructor(runs: string, session: string, seed = 1) {
    const folder = join(runs, 'live', session)
    mkdirSync(folder, { recursive: true })
    this.path = join(folder, 'journal.jsonl')
    writeFileSync(this.path, '')
    this.random = seededUniform(seed, 'journal')
  }

  record(kind: string, body: unknown): void {
    const text = canonicalJson(body)
    const hash = createHash('sha256').update(`${this.head}\n${this.records}\n${kind}\n${text}`).digest('hex')
    this.waiting += `{"body":${text},"hash":"${hash}","kind":"${kind}","prev":"${this.head}","seq":${this.records}}\n`
    this.head = hash
    this.records++
  }

  get headHash(): string {
    return this.head
  }

  /** Text that is written and not yet in the file. */
  flush(): void {
    appendFileSync(this.path, this.waiting)
    this.waiting = ''
  }

  open(epoch = 1): void {
    const units = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, [2, 8, 8]]))
    const identity = {
      account: 'test_user',
      strategy: 'sma-cross',
      venue: 'kraken',
      symbols: SYMBOLS,
      timeframeMs: HOUR,
      mode: 'paper',
      hashes: {},
      equity: '10000',
      units,
    }
    this.record('OPEN', { epoch, atMs: START, identity, code: { tandem: '0.1.0' }, baseline: {}, sinceMs: START })
  }

  get nowMs(): number {
    return START + this.rows * HOUR
  }

  /** A row and what is decided on it; now and then an order that is filled, or refused. */
  row(): void {
    for (const i of [0, 1]) this.closes[i] = Math.max(10, (this.closes[i] || 100) * (0.99 + 0.02 * this.random()))
    const candles = this.closes.map((close) => [close, close, close, close, 1])
    this.record('INPUT', { openMs: this.nowMs, candles, late: [] })
    this.rows++
    this.digest = createHash('sha256').update(this.digest).digest('hex')
    this.record('DECISION', { row: this.rows, count: this.rows * 2, digest: this.digest })
    const drawn = this.random()
    if (drawn < 0.3) this.trade()
    else if (drawn < 0.35)
      this.record('RISK_BLOCK', { id: ++this.orderId, leg: 0, code: 'MAX_POSITION', text: 'too large' })
  }

  private trade(): void {
    const id = ++this.orderId
    const instrument = id % 2
    const side = this.held[instrument]! > 0 ? -1 : 1
    const quantity = side > 0 ? 150_000_000 : Math.round(this.held[instrument]! * 1e8)
    const price = Math.round(this.closes[instrument]! * 100)
    const value = Math.round((quantity * price) / 100)
    const fee = Math.round(value * 0.0026)
    this.record('INTENT', {
      op: 'submit',
      id,
      leg: 0,
      clientId: `t${id}`,
      order: { id, instrument, side, reduceOnly: side < 0 },
    })
    this.record('SEND', { op: 'submit', id, leg: 0, atMs: this.nowMs, deadlineMs: null, quantity: '1', order: {} })
    this.record('ACK', { op: 'submit', id, leg: 0, atMs: this.nowMs, venueId: `v${id}` })
    const fact = {
      kind: 3,
      orderId: id,
      instrument,
      atMs: this.nowMs,
      knownMs: this.nowMs,
      quantity,
      price,
      value,
      fee,
      complete: true,
    }
    this.record('FACT', { row: this.rows, fact, orderId: id })
    this.record('ENDED', { op: 'submit', id, leg: 0, atMs: this.nowMs, filled: '1' })
    this.held[instrument]! += (side * quantity) / 1e8
    this.cash -= (side * value + fee) / 1e8
    this.fills++
  }

  /** Cash and positions at the last closes. */
  get equity(): number {
    return this.cash + this.held.reduce((sum, held, i) => sum + held * this.closes[i]!, 0)
  }
}
