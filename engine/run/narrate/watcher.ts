/** Watches a run and keeps what happened, with what was known at that moment, for the narration. */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../../core/dec.ts'
import { type Fact, FactKind } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type ApprovedOrder, Purpose, type Side } from '../../core/order.ts'
import type { Refusal } from '../../core/refusal.ts'
import type { SignalOptions } from '../../core/strategy.ts'
import type { RoutedOrder } from '../../kernel/recorder.ts'
import type { RulesConfig } from '../../rules/config.ts'
import { type EntryRules, qualityOf } from '../../rules/entry.ts'
import { EntryRequest, type ReallocationStart } from '../../rules/entry-request.ts'
import type { RouteChoice } from '../../rules/entry-route.ts'
import { profileOptions } from '../../rules/profiles.ts'
import type { ReallocationNeed } from '../../rules/sizing.ts'
import { type GateLook, lookAtGates } from './gates.ts'
import type { RunObserver } from './observer.ts'
import { lookAtSize, type SizeLook } from './size.ts'

/** An open position as the observer sees it; amounts in units, cost and fee signed as paid. */
export interface Holding {
  readonly quantity: Dec
  readonly cost: Dec
  readonly fees: Dec
}

export type Happening =
  | {
      readonly kind: 'entry'
      readonly atMs: number
      readonly request: EntryRequest
      readonly profile: { readonly name: string; readonly below: boolean } | null
      readonly gates: readonly GateLook[]
      readonly size: SizeLook | null
    }
  | { readonly kind: 'order'; readonly atMs: number; readonly order: ApprovedOrder; readonly held: Holding }
  | { readonly kind: 'refusal'; readonly atMs: number; readonly refusal: Refusal }
  | { readonly kind: 'route'; readonly atMs: number; readonly instrument: number; readonly choice: RouteChoice }
  | { readonly kind: 'cancel'; readonly atMs: number; readonly order: ApprovedOrder | null }
  | {
      readonly kind: 'reallocation'
      readonly atMs: number
      readonly instrument: number
      /** In quote units; `sells` counts them. */
      readonly need: ReallocationNeed
      readonly available: Dec
      readonly sells: number
    }
  | {
      readonly kind: 'funded'
      readonly atMs: number
      readonly instrument: number
      readonly received: Dec
      readonly money: Dec
    }
  /** What a position left is dust (`side` -1), or dust is part of a position again (1). */
  | {
      readonly kind: 'dust'
      readonly atMs: number
      readonly instrument: number
      readonly side: Side
      readonly quantity: Dec
    }
  | {
      readonly kind: 'profile'
      readonly atMs: number
      readonly equity: Dec
      readonly from: string | null
      readonly to: string
    }
  | {
      readonly kind: 'fact'
      readonly atMs: number
      readonly fact: Fact
      readonly order: ApprovedOrder | null
      /** Result of a position that this fill closed, after all fees; null for any other fact. */
      result: Dec | null
    }

export interface WatcherOptions {
  readonly instruments: readonly Instrument[]
  readonly rules: RulesConfig
  /**
   * Keep only the last decision at or before this time with what came of it, ms UTC; default: keep everything. Orders
   * that answer a fill (stop and target) belong to the decision before them.
   */
  readonly untilMs?: number
}

/** Facts after which an order is no more; a fill only where it is complete. */
const ENDS: ReadonlySet<number> = new Set([FactKind.rejected, FactKind.cancelled, FactKind.expired])

const FLAT: Holding = { quantity: ZERO, cost: ZERO, fees: ZERO }

export class Watcher implements RunObserver {
  readonly happenings: Happening[] = []
  private readonly options: WatcherOptions
  private readonly orders = new Map<number, ApprovedOrder>()
  private readonly held: Holding[]
  /** Orders that are on their way or rest, by number. */
  readonly live = new Map<number, ApprovedOrder>()
  private decidedMs = Number.NEGATIVE_INFINITY
  /** What the last fill that left something of a position would have earned, had that been all. */
  private reduced: Dec = ZERO

  constructor(options: WatcherOptions) {
    this.options = options
    this.held = options.instruments.map(() => FLAT)
  }

  entry(request: EntryRequest, rules: EntryRules): void {
    const { atMs, instrument } = request
    if (!this.decided(atMs)) return
    const state = rules.profiles?.current ?? null
    const view = rules.gateView()
    const gates =
      view === null
        ? []
        : lookAtGates(view.config, view.memory, {
            atMs,
            instrument: request.pair,
            side: request.side,
            quality: qualityOf(request.options),
            held: request.held / 10 ** instrument.qtyDec,
            openPositions: request.openPositions,
            pendingEntries: request.pendingEntries,
          })
    // The rules will route the entry: what is looked at here is a copy that they have routed alike.
    const routed: EntryRequest = Object.assign(new EntryRequest(instrument), request)
    if (request.venues !== null) {
      const options = state === null ? request.options : profileOptions(state.profile, request.options)
      rules.route(routed, request.venues, options)
    }
    const { venue, symbol } = routed.instrument
    this.happenings.push({
      kind: 'entry',
      atMs,
      // The rules use one request for all signals, and a quality is good only now: what is kept is a copy.
      request: { ...request, options: settled(request.options) },
      profile: state === null ? null : { name: state.profile.name, below: state.belowRange },
      gates,
      size: lookAtSize(routed, this.options.rules, state, rules.minimums.minimum(venue, symbol)),
    })
  }

  route(order: RoutedOrder, choice: RouteChoice): void {
    const { decidedMs: atMs, instrument } = order
    if (this.decided(atMs)) this.happenings.push({ kind: 'route', atMs, instrument, choice })
  }

  order(order: ApprovedOrder): void {
    this.orders.set(order.id, order)
    this.live.set(order.id, order)
    const answers = order.purpose === Purpose.stop || order.purpose === Purpose.target
    const keeps = answers ? this.keeps(order.decidedMs) : this.decided(order.decidedMs)
    const held = this.held[order.instrument]!
    if (keeps) this.happenings.push({ kind: 'order', atMs: order.decidedMs, order, held })
  }

  refusal(refusal: Refusal, atMs: number): void {
    if (this.decided(atMs)) this.happenings.push({ kind: 'refusal', atMs, refusal })
  }

  reallocation({ instrument, need, available, sells }: ReallocationStart, _firstId: number, atMs: number): void {
    if (!this.decided(atMs)) return
    this.happenings.push({
      kind: 'reallocation',
      atMs,
      instrument: instrument.id,
      need,
      available,
      sells: sells.length,
    })
  }

  funded(instrument: number, received: Dec, money: Dec, atMs: number): void {
    if (this.decided(atMs)) this.happenings.push({ kind: 'funded', atMs, instrument, received, money })
  }

  cancel(orderId: number, _instrument: number, atMs: number): void {
    const order = this.orders.get(orderId) ?? null
    if (this.decided(atMs)) this.happenings.push({ kind: 'cancel', atMs, order })
  }

  profile(atMs: number, equity: Dec, from: number, to: number): void {
    const happening = {
      kind: 'profile',
      atMs,
      equity,
      from: this.profileName(from),
      to: this.profileName(to)!,
    } as const
    if (this.keeps(atMs)) this.happenings.push(happening)
  }

  fact(fact: Fact): void {
    const order = this.orders.get(fact.orderId) ?? null
    const ends = fact.kind === FactKind.filled ? fact.complete : ENDS.has(fact.kind)
    if (ends) this.live.delete(fact.orderId)
    const result = this.booked(fact, order)
    const atMs = fact.knownMs
    if (this.keeps(atMs)) this.happenings.push({ kind: 'fact', atMs, fact, order, result })
  }

  /** What a fill left of a position is none any more, or belongs to one again. */
  dust({ instrument, knownMs: atMs }: Fact, side: Side, quantity: Dec, cost: Dec): void {
    const before = this.held[instrument]!
    const { happenings } = this
    if (side > 0) {
      this.held[instrument] = {
        ...before,
        quantity: toDec(before.quantity + quantity),
        cost: toDec(before.cost + cost),
      }
    } else {
      this.held[instrument] = FLAT
      const last = happenings.at(-1)
      if (last?.kind === 'fact') last.result = this.reduced
    }
    if (this.keeps(atMs)) happenings.push({ kind: 'dust', atMs, instrument, side, quantity })
  }

  private keeps(atMs: number): boolean {
    return atMs <= (this.options.untilMs ?? Number.POSITIVE_INFINITY)
  }

  /** Something new is decided: where only the last decision is kept, the one before is forgotten. */
  private decided(atMs: number): boolean {
    if (!this.keeps(atMs)) return false
    if (this.options.untilMs !== undefined && atMs > this.decidedMs) forget(this.happenings, atMs)
    this.decidedMs = atMs
    return true
  }

  private profileName(index: number): string | null {
    return profileName(this.options.rules, index)
  }

  /** Books what a fact changes of a position; returns the result of one that it closed. */
  private booked(fact: Fact, order: ApprovedOrder | null): Dec | null {
    const held = this.held[fact.instrument]!
    if (fact.kind === FactKind.liquidated) return this.filled(fact, { side: held.quantity > 0 ? -1 : 1 })
    if (fact.kind === FactKind.funding || fact.kind === FactKind.borrowed) {
      this.held[fact.instrument] = { ...held, fees: toDec(held.fees + fact.fee) }
    }
    return fact.kind === FactKind.filled && order !== null ? this.filled(fact, order) : null
  }

  private filled(fact: Fact, order: Pick<ApprovedOrder, 'side'>): Dec | null {
    const before = this.held[fact.instrument]!
    const signed = order.side * fact.quantity
    const quantity = toDec(before.quantity + signed)
    if (before.quantity * signed >= 0) {
      const cost = toDec(before.cost + order.side * fact.value)
      this.held[fact.instrument] = { quantity, cost, fees: toDec(before.fees + fact.fee) }
      return null
    }
    if (quantity === 0) {
      this.held[fact.instrument] = FLAT
      return toDec(-(before.cost + order.side * fact.value) - before.fees - fact.fee)
    }
    const cost = mulDiv(before.cost, Math.abs(quantity), Math.abs(before.quantity), Rounding.halfEven)
    this.reduced = toDec(cost - before.cost - order.side * fact.value - before.fees - fact.fee)
    this.held[fact.instrument] = { ...before, quantity, cost }
    return null
  }
}

/** Forgets what happened before a decision, but for a change of profile that came with it. */
export function forget(happenings: Happening[], atMs: number): void {
  const kept = happenings.filter((one) => one.kind === 'profile' && one.atMs === atMs)
  happenings.splice(0, happenings.length, ...kept)
}

/** Name of a place in the rules' profile table: -1 below it, -2 for none. */
export function profileName(rules: RulesConfig, index: number): string | null {
  if (index === -2 || rules.profile === null) return null
  const table = [...rules.profile.table].sort((a, b) => a.fromQuote - b.fromQuote)
  return index === -1 ? `below ${table[0]!.name}` : table[index]!.name
}

function settled(options: SignalOptions | null): SignalOptions | null {
  return options === null ? null : { ...options, quality: qualityOf(options) }
}
