/**
 * What goes wrong at a venue, scripted or drawn by the seed. A refused order is refused with INJECTED. In an outage we
 * don't reach the venue and hear nothing of it: orders, cancels and amendments that would arrive in it are refused with
 * UNAVAILABLE, what rests goes on living there, and its fills are learned of when the outage ends.
 */

import { RejectCode } from '../core/fact.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { draw } from './draw.ts'
import type { LatencyModel } from './latency.ts'

const DAY_MS = 86_400_000

/** A half-open span of time, ms UTC. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** `perDay`: the chance that a UTC day has an outage, of `minutes`, at a time drawn with it. */
export interface DrawnOutages {
  readonly perDay: number
  readonly minutes: number
}

export interface FaultPlan {
  /** A share of all orders, or times at which every order is refused. */
  readonly rejects: number | readonly Span[]
  readonly outages: readonly Span[] | DrawnOutages
}

export class Faults {
  private readonly plan: FaultPlan
  private readonly seed: number

  constructor(plan: FaultPlan, seed: number) {
    this.plan = plan
    this.seed = seed
  }

  /** Why an order that arrives at `atMs` is refused, or `none`. */
  refusal(order: ApprovedOrder, atMs: number): RejectCode {
    if (this.outageEnd(atMs) !== null) return RejectCode.unavailable
    const { rejects } = this.plan
    const refused =
      typeof rejects === 'number' ? draw(this.seed, order.id, 3) < rejects : within(rejects, atMs) !== null
    return refused ? RejectCode.injected : RejectCode.none
  }

  /** When the outage at `atMs` ends; null where there is none. */
  outageEnd(atMs: number): number | null {
    const { outages } = this.plan
    if (!('perDay' in outages)) return within(outages, atMs)?.toMs ?? null
    const day = Math.floor(atMs / DAY_MS)
    // One that began yesterday may reach into today.
    return this.drawn(day, outages, atMs) ?? this.drawn(day - 1, outages, atMs)
  }

  /** A latency that knows of the outages: nothing is heard before the end of one. */
  delaying(latency: LatencyModel): LatencyModel {
    return {
      isZero: false,
      outMs: (decidedMs) => latency.outMs(decidedMs),
      backMs: (atMs) => {
        const end = this.outageEnd(atMs)
        return (end === null ? 0 : end - atMs) + latency.backMs(end ?? atMs)
      },
    }
  }

  private drawn(day: number, { perDay, minutes }: DrawnOutages, atMs: number): number | null {
    if (draw(this.seed, day, 4) >= perDay) return null
    const fromMs = day * DAY_MS + Math.floor(draw(this.seed, day, 5) * 1440) * 60_000
    const toMs = fromMs + minutes * 60_000
    return atMs >= fromMs && atMs < toMs ? toMs : null
  }
}

function within(spans: readonly Span[], atMs: number): Span | null {
  return spans.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ?? null
}
