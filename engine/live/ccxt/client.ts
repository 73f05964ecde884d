/**
 * A ccxt exchange under control: loaded only when needed, never repeating a call, never printing, on the given clock,
 * with our nonces, and with every failure told in tandem's words. One call here is one request there.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange as Library } from 'ccxt'
import type { FeeRecord } from '../../core/dated.ts'
import type { Side } from '../../core/order.ts'
import type { Environment } from '../environment.ts'
import { ExchangeError } from '../exchange.ts'
import { type Asked, type CallFacts, type FailureRule, failureOf, refuse } from './failure.ts'
import { type Pace, Pacer } from './pacer.ts'
import { Redactor } from './redact.ts'
import { type NonceUnit, type Turn, turnsOf } from './turns.ts'

/** Credentials by the names that venues give them. */
export interface VenueKeys {
  readonly apiKey?: string
  readonly secret?: string
  readonly password?: string
  readonly walletAddress?: string
  readonly privateKey?: string
}

/** What the client must know of a venue. */
export interface ClientProfile {
  readonly venue: string
  /** Credentials without which no signed call can be made. */
  readonly needs: readonly (keyof VenueKeys)[]
  /** Its nonces' unit; null where signed calls carry none, so that they need no turns. */
  readonly nonces: NonceUnit | null
  readonly pace: Pace
  readonly publicPace: Pace
  readonly rules: readonly FailureRule[]
  /** The venue's own words in the body of an answer. */
  readonly wordsOf: (body: unknown) => readonly string[]
  /** Settings of ccxt's that this venue needs. */
  readonly options?: Readonly<Record<string, unknown>>
}

export interface ClientOptions {
  readonly profile: ClientProfile
  readonly keys: VenueKeys | null
  /** Origin (scheme, host, port) that replaces the venue's own in every address. */
  readonly url?: string | undefined
  readonly environment: Environment
  /** Where nonces are kept; needed with keys at venues that count them. */
  readonly nonceFolder: string | null
  readonly testnet: boolean
  /** Whether to keep to the venue's request budget; false only at an address of one's own. */
  readonly paced: boolean
  /** A read that would wait longer for that budget is refused; absent: it waits. */
  readonly mostWaitMs?: number | undefined
  /** The dated schedule, for venues that don't tell the account's fees. */
  readonly scheduledFees: readonly FeeRecord[]
}

export interface Call {
  readonly asked: Asked
  readonly side?: Side
  /** What the call costs of the budget for reads. Orders and cancels cost none of it. */
  readonly cost?: number
  /** Public calls need no key. */
  readonly open?: boolean
  /** Past this the request isn't sent any more, ms UTC. */
  readonly deadlineMs?: number | null
}

/** Of the loaded library whatever an adapter uses, by name. */
export type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>

/** One request; with the turn on the key where the venue counts nonces, for those that sign before they send. */
export type Work<T> = (methods: Methods, turn: Turn | null) => Promise<T>

const TIMEOUT_MS = 10_000
/** How far nonces jump after one was refused: another program may count in other units, or a clock went back. */
const NONCE_JUMP_MS = 3_600_000

interface Context extends CallFacts {
  sent: boolean
  status: number | null
  retryAfter: string | null
  body: string | null
}

export class Client {
  readonly venue: string
  readonly environment: Environment
  readonly scheduledFees: readonly FeeRecord[]
  readonly #profile: ClientProfile
  readonly #library: Library
  readonly #redactor: Redactor
  readonly #keys: VenueKeys | null
  readonly #nonceFolder: string | null
  readonly #reads: Pacer | null
  readonly #publics: Pacer | null
  readonly #contexts = new AsyncLocalStorage<Context>()
  #turn: Turn | null = null

  constructor(library: Library, options: ClientOptions) {
    const { profile, keys, environment } = options
    this.venue = profile.venue
    this.environment = environment
    this.scheduledFees = options.scheduledFees
    this.#profile = profile
    this.#library = library
    this.#keys = keys
    this.#nonceFolder = options.nonceFolder
    this.#redactor = new Redactor(Object.values(keys ?? {}))
    this.#reads = options.paced ? new Pacer(profile.pace, environment, options.mostWaitMs) : null
    this.#publics = options.paced ? new Pacer(profile.publicPace, environment) : null
    this.#harden()
  }

  /** ccxt's words for a currency: XBT is BTC. */
  currency(id: string): string {
    return this.#library.safeCurrencyCode(id) ?? id
  }

  /** Something of the library's that sends nothing: a signature. */
  local<T>(work: (library: Library) => T): T {
    return work(this.#library)
  }

  /** The account that is traded, where it has an address. */
  get address(): string {
    return this.#keys?.walletAddress ?? ''
  }

  /** One request. `work` is given the library's methods and calls one of them, once. */
  async call<T>(call: Call, work: Work<T>): Promise<T> {
    if (call.open !== true) this.#checkKeys()
    const once = () => this.#paced(call, work)
    try {
      return await once()
    } catch (error) {
      // Refused for its nonce, a read may be asked again: it did nothing.
      const again = error instanceof ExchangeError && error.code === 'BAD_NONCE' && call.asked === 'read'
      if (!again) throw error
      return await once()
    }
  }

  /** The failure that the venue's words in a fine answer mean. */
  failed(call: Call, words: string): ExchangeError {
    const { venue } = this
    const { rules } = this.#profile
    const facts: CallFacts = { sent: true, status: 200, retryAfter: null, body: null }
    const error = new Error(words)
    const redactor = this.#redactor
    return failureOf({
      error,
      facts,
      asked: call.asked,
      side: call.side ?? null,
      venue,
      texts: [words],
      rules,
      redactor,
    })
  }

  async close(): Promise<void> {
    await this.#library.close()
  }

  /** Cleans a text for messages. */
  clean(text: string): string {
    return this.#redactor.clean(text)
  }

  async #paced<T>(call: Call, work: Work<T>): Promise<T> {
    const isRead = call.asked === 'read'
    if (isRead) await (call.open === true ? this.#publics : this.#reads)?.take(call.cost ?? 1)
    const unit = this.#profile.nonces
    if (call.open === true || unit === null) return this.#send(call, work)
    const keyId = this.#keys?.apiKey ?? this.#keys?.walletAddress ?? ''
    const turns = turnsOf(this.#nonceFolder!, this.venue, keyId, unit, this.environment)
    return turns.run(isRead ? 'read' : 'order', async (turn) => {
      this.#turn = turn
      try {
        return await this.#send(call, work)
      } catch (error) {
        if (error instanceof ExchangeError && error.code === 'BAD_NONCE') turn.raise(NONCE_JUMP_MS)
        throw error
      } finally {
        this.#turn = null
      }
    })
  }

  async #send<T>(call: Call, work: Work<T>): Promise<T> {
    const { deadlineMs = null } = call
    if (deadlineMs !== null && this.environment.nowMs() >= deadlineMs) {
      throw refuse(this.venue, 'DEADLINE_PASSED', 'the deadline was over before the order could be sent')
    }
    const facts: Context = { sent: false, status: null, retryAfter: null, body: null }
    try {
      return await this.#contexts.run(facts, () => work(this.#library as unknown as Methods, this.#turn))
    } catch (error) {
      const { venue } = this
      const { rules } = this.#profile
      const texts = this.#wordsOf(facts)
      const redactor = this.#redactor
      throw failureOf({ error, facts, asked: call.asked, side: call.side ?? null, venue, texts, rules, redactor })
    }
  }

  #wordsOf({ body }: CallFacts): readonly string[] {
    if (body === null) return []
    try {
      return this.#profile.wordsOf(JSON.parse(body))
    } catch {
      return []
    }
  }

  #checkKeys(): void {
    const missing = this.#profile.needs.filter((one) => (this.#keys?.[one] ?? '') === '')
    if (missing.length > 0) {
      throw refuse(this.venue, 'NO_KEYS', `there is no ${missing.join(' and no ')} for this account`)
    }
  }

  /** Everything about the library that must not be left to its defaults. */
  #harden(): void {
    const library = this.#library
    const contexts = this.#contexts
    const { environment } = this
    const settings = { enableRateLimit: false, verbose: false, timeout: TIMEOUT_MS, maxRetriesOnFailure: 0 }
    Object.assign(library, settings)
    Object.assign(library.options, { maxRetriesOnFailure: 0, adjustForTimeDifference: false })
    Object.assign(library, {
      milliseconds: () => Math.floor(environment.nowMs()),
      seconds: () => Math.floor(environment.nowMs() / 1000),
      microseconds: () => Math.floor(environment.nowMs() * 1000),
      nonce: () => this.#turn?.nonce() ?? Math.floor(environment.nowMs()),
      log: () => {},
    })
    const fetch = library.fetch.bind(library)
    library.fetch = async (...args: Parameters<Library['fetch']>) => {
      const context = contexts.getStore()
      if (context !== undefined) {
        if (context.sent) throw new Error('a second request in one call')
        context.sent = true
      }
      return await fetch(...args)
    }
    const onRestResponse = library.onRestResponse.bind(library)
    library.onRestResponse = (...args: Parameters<Library['onRestResponse']>) => {
      const context = contexts.getStore()
      if (context !== undefined) noteAnswer(context, args[0], args[4], args[5])
      return onRestResponse(...args)
    }
  }
}

function noteAnswer(context: Context, status: unknown, headers: unknown, body: unknown): void {
  context.status = typeof status === 'number' ? status : null
  const retryAfter = (headers as Record<string, unknown> | undefined)?.['Retry-After']
  context.retryAfter = typeof retryAfter === 'string' ? retryAfter : null
  context.body = typeof body === 'string' ? body : null
}
