/**
 * The line between the process and the exchange. A call travels there, is carried out, and its answer travels back;
 * at each of the stations something can go wrong, and the caller then knows less than what happened.
 */

import { ExchangeError, type FailureKind } from '../../../engine/live/exchange.ts'
import type { Faults } from '../faults.ts'
import { echoed } from '../judge/secrets.ts'
import type { Draws } from '../world/draws.ts'
import type { Life } from '../world/life.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import { toPortError } from './views.ts'

export interface LineTerms {
  /** Mean time each way, ms. */
  readonly delayMs: number
  /** Clients give up after this, ms. */
  readonly timeoutMs: number
  /** A late request comes at most this late, ms. */
  readonly latestMs: number
  /** A hung socket is let go after this, ms; Infinity for never. */
  readonly hungMs: number
}

/** A state of the venue's front door, shared by all lives. */
export interface Door {
  bannedUntilMs: number
  unreachableUntilMs: number
  maintenanceUntilMs: number
  /** Until when one kind of call fails, by its name. */
  readonly outages: Map<string, number>
}

/** What a call is, to the faults. */
export interface CallKind {
  readonly name: string
  /** Signed: it has a nonce. */
  readonly isPrivate: boolean
  /** It carries an order: rare beside all the reading, and what matters most, so that more goes wrong with it. */
  readonly isOrder: boolean
}

const ORDER_FACTOR = 6
/** How often the gateway gives up on a late request, rather than its caller. */
const GATEWAY = 0.4

function failure(kind: FailureKind, code: string, text: string, retryAfterMs: number | null = null): ExchangeError {
  return new ExchangeError(text, { kind, code, venueText: text, retryAfterMs })
}

export class Line {
  private readonly time: VirtualTime
  private readonly life: Life
  private readonly faults: Faults
  private readonly draws: Draws
  private readonly terms: LineTerms
  private readonly door: Door
  /** Told when what becomes of an order isn't what its sender hears. */
  private readonly disturbed: () => void
  /** Calls that haven't come back. */
  underWay = 0

  constructor(
    time: VirtualTime,
    life: Life,
    faults: Faults,
    draws: Draws,
    terms: LineTerms,
    door: Door,
    disturbed: () => void,
  ) {
    this.time = time
    this.life = life
    this.faults = faults
    this.draws = draws
    this.terms = terms
    this.door = door
    this.disturbed = disturbed
  }

  /** Carries `effect` out over there, maybe, and tells of it, maybe. */
  call<T>(kind: CallKind, effect: () => T): Promise<T> {
    if (!this.life.passes()) return new Promise(() => undefined)
    this.underWay += 1
    return new Promise<T>((resolve, reject) => {
      let isOver = false
      const settle = (atMs: number, then: () => void): void => {
        this.life.deliver(atMs, () => {
          if (isOver) return
          isOver = true
          this.underWay -= 1
          then()
        })
      }
      this.travel(kind, effect, {
        answer: (atMs, value) => settle(atMs, () => resolve(value)),
        fail: (atMs, error) => settle(atMs, () => reject(this.said(error))),
      })
    })
  }

  /** What an error says when something on the way repeats the request in it. */
  private said(error: unknown): unknown {
    if (!(error instanceof ExchangeError) || !this.faults.fires('secretEchoed')) return error
    const { kind, code, venueText, reject, retryAfterMs, message } = error
    const echo = echoed(this.draws.whole(0, 3))
    const same = { kind, code, retryAfterMs, ...(reject === null ? {} : { reject }) }
    return new ExchangeError(message + echo, { ...same, venueText: (venueText ?? '') + echo })
  }

  private travel<T>(kind: CallKind, effect: () => T, back: Back<T>): void {
    const { faults, time, draws, terms, door } = this
    const sentMs = time.nowMs
    const factor = kind.isOrder ? ORDER_FACTOR : 1
    const gaveUpMs = sentMs + (faults.fires('hungSocket', factor) ? terms.hungMs : terms.timeoutMs)
    const timeout = (): void => back.fail(gaveUpMs, failure('unknown', 'TIMEOUT', 'request timed out'))
    if (sentMs < door.unreachableUntilMs) {
      back.fail(sentMs + draws.whole(1, 200), failure('unknown', 'NETWORK', 'getaddrinfo ENOTFOUND'))
      return
    }
    const isHung = gaveUpMs !== sentMs + terms.timeoutMs
    if (!isHung && faults.fires('requestLost', factor)) {
      timeout()
      if (kind.isOrder) this.disturbed()
      return
    }
    const isLate = !isHung && faults.fires('requestLate', factor)
    const there = sentMs + (isLate ? this.lateness() : this.way())
    // A gateway that gives up says so at once, and what it handed on may arrive all the same.
    if (isLate && draws.chance(GATEWAY)) back.fail(sentMs + this.way(), failure('unknown', 'SERVER', 'HTTP 504'))
    else if (isLate) timeout()
    if (kind.isOrder && (isLate || isHung)) this.disturbed()
    let answer = isLate || isHung ? NO_ANSWER : back
    if (kind.isPrivate && !isHung && !isLate && faults.fires('requestDuplicated', factor)) {
      // Both have one nonce: the second is refused, and which of the two answers is heard is chance.
      const second = there + draws.whole(1, 2000)
      if (draws.chance(0.5) && second < gaveUpMs) {
        answer = NO_ANSWER
        time.at(second, () => back.fail(second + 1, failure('rejected', 'BAD_NONCE', 'EAPI:Invalid nonce')))
        if (kind.isOrder) this.disturbed()
      }
    }
    // A hung call is nobody's queue: whoever waits must have given it up.
    if (isHung) this.underWay -= 1
    time.at(there, () => this.arrive(kind, effect, answer, gaveUpMs))
  }

  private arrive<T>(kind: CallKind, effect: () => T, back: Back<T>, gaveUpMs: number): void {
    const { time, faults, draws, door } = this
    const backMs = time.nowMs + this.way()
    const factor = kind.isOrder ? ORDER_FACTOR : 1
    const refuse = (error: ExchangeError): void => back.fail(Math.min(backMs, gaveUpMs), error)
    if (time.nowMs < (door.outages.get(kind.name) ?? 0)) refuse(failure('unknown', 'SERVER', 'HTTP 503'))
    else if (time.nowMs < door.bannedUntilMs) {
      refuse(failure('rejected', 'BANNED', 'HTTP 418', door.bannedUntilMs - time.nowMs))
    } else if (time.nowMs < door.maintenanceUntilMs) refuse(failure('unknown', 'MAINTENANCE', 'EService:Unavailable'))
    else if (faults.fires('rateLimited', factor)) {
      refuse(failure('rejected', 'RATE_LIMITED', 'EAPI:Rate limit exceeded', draws.whole(500, 15_000)))
    } else if (kind.isPrivate && faults.fires('nonceReordered', factor)) {
      refuse(failure('rejected', 'BAD_NONCE', 'EAPI:Invalid nonce'))
    } else if (faults.fires('serverErrorBefore', factor)) refuse(failure('unknown', 'SERVER', 'HTTP 502'))
    else this.carryOut(kind, effect, back, backMs, gaveUpMs)
  }

  private carryOut<T>(kind: CallKind, effect: () => T, back: Back<T>, backMs: number, gaveUpMs: number): void {
    const { faults } = this
    const factor = kind.isOrder ? ORDER_FACTOR : 1
    let outcome: { readonly value: T } | { readonly error: unknown }
    try {
      outcome = { value: effect() }
    } catch (error) {
      outcome = { error: toPortError(error) }
    }
    const lost = faults.fires('responseLost', factor) || faults.fires('responseLate', factor)
    let unheard: ExchangeError | null = null
    if (lost || backMs > gaveUpMs) unheard = failure('unknown', 'TIMEOUT', 'request timed out')
    else if (faults.fires('serverErrorAfter', factor)) unheard = failure('unknown', 'SERVER', 'HTTP 504')
    else if (faults.fires('responseTruncated', factor)) unheard = failure('unknown', 'BAD_ANSWER', 'unexpected end')
    else if (faults.fires('responseGarbled', factor)) unheard = failure('unknown', 'BAD_ANSWER', '<html>')
    if (unheard !== null) {
      back.fail(unheard.code === 'TIMEOUT' ? gaveUpMs : backMs, unheard)
      if (kind.isOrder) this.disturbed()
    } else if ('error' in outcome) back.fail(backMs, outcome.error)
    else back.answer(backMs, outcome.value)
  }

  /** Half of what is late still comes while its caller waits. */
  private lateness(): number {
    const { draws, terms } = this
    return draws.chance(0.5) ? draws.whole(500, terms.timeoutMs) : draws.whole(terms.timeoutMs, terms.latestMs)
  }

  private way(): number {
    const { faults, draws, terms } = this
    const slow = faults.fires('responseSlow') ? draws.whole(0, terms.timeoutMs >> 1) : 0
    return 1 + draws.wait(terms.delayMs) + slow
  }
}

interface Back<T> {
  answer(atMs: number, value: T): void
  fail(atMs: number, error: unknown): void
}

/** Nobody waits any more. */
const NO_ANSWER: Back<never> = { answer: () => undefined, fail: () => undefined } as Back<never>
