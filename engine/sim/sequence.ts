/**
 * What happens next inside a bar. A bar tells four prices and not their order, so a model decides:
 *
 *   pessimistic  what hurts (stops) before what helps (limits); among equals the nearer to the open, then the older
 *   optimistic   what helps before what hurts
 *   path         along open → low → high → close in a rising bar, open → high → low → close in a falling one
 *
 * Each look returns one fill, since a fill changes what rests (groups, answers of the engine).
 */

import { OrderType } from '../core/order.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { Bars } from './bars.ts'
import { type AmbiguityModel, assumedPath, insideFills, type LimitFill, passes, reach } from './matching.ts'
import type { RestingOrder, RestingOrders } from './resting.ts'

export interface NextFill {
  readonly resting: RestingOrder
  readonly price: number
}

export class BarSequence {
  private readonly bars: Bars
  private readonly resting: RestingOrders
  private readonly model: AmbiguityModel
  private readonly limitFill: LimitFill
  private readonly ambiguity: AmbiguityCount
  /** Path model: the segment that is being walked, and where each instrument stands on it. */
  private segment = 0
  private at: (number | undefined)[] = []
  private settled = true

  constructor(
    bars: Bars,
    resting: RestingOrders,
    model: AmbiguityModel,
    limitFill: LimitFill,
    ambiguity: AmbiguityCount,
  ) {
    this.bars = bars
    this.resting = resting
    this.model = model
    this.limitFill = limitFill
    this.ambiguity = ambiguity
  }

  /** A new bar begins. */
  begin(): void {
    this.segment = 0
    this.settled = false
    if (this.at.length > 0) this.at = []
  }

  /** The next fill inside the bar, or null when nothing more happens in it. */
  next(): NextFill | null {
    const next = this.model === 'path' ? this.nextOnPath() : this.nextByModel()
    if (next === null && !this.settled) this.settle()
    return next
  }

  /** The market's price for an order that arrives at an unknown moment inside the bar. */
  arrivalPrice(instrument: number, buys: boolean): number {
    if (this.model === 'optimistic') return this.bars.open(instrument)
    if (this.model === 'path') return this.at[instrument] ?? this.bars.open(instrument)
    return buys ? this.bars.high(instrument) : this.bars.low(instrument)
  }

  private nextByModel(): NextFill | null {
    let best: RestingOrder | null = null
    let bestRank = Number.POSITIVE_INFINITY
    for (const resting of this.resting.items) {
      if (!this.reached(resting)) continue
      const { order, level } = resting
      const first = (order.type === OrderType.stop) === (this.model === 'pessimistic')
      const open = this.bars.open(order.instrument)
      const rank = (first ? 0 : 1) + Math.min(0.999, Math.abs(level - open) / open)
      if (rank < bestRank) {
        best = resting
        bestRank = rank
      }
    }
    if (best === null) return null
    this.noteDoubt(best)
    return { resting: best, price: best.level }
  }

  private reached(resting: RestingOrder): boolean {
    const { order, level } = resting
    if (order.type === OrderType.market || !this.bars.has(order.instrument)) return false
    if (this.inside(resting)) return insideFills(order, level, this.bars, this.limitFill, this.model)
    return passes(order, level, reach(order, this.bars), this.limitFill)
  }

  /** Whether the order came into this very bar at a moment unknown. */
  private inside(resting: RestingOrder): boolean {
    return resting.insideRow === this.bars.row
  }

  /** Counts what the fill leaves in doubt: its own arrival, or a rival of its group that the bar reached, too. */
  private noteDoubt({ order, level, insideRow }: RestingOrder): void {
    const { row } = this.bars
    if (insideRow === row) {
      const certain = this.model !== 'path' && passes(order, level, this.bars.close(order.instrument), this.limitFill)
      if (!certain) this.ambiguity.note(row, true)
    }
    if (order.ocoGroup === 0) return
    for (const rival of this.resting.siblings(order)) {
      if (passes(rival.order, rival.level, reach(rival.order, this.bars), this.limitFill))
        this.ambiguity.note(row, true)
    }
  }

  /** The next order that the assumed path meets, from where the last fill left off. */
  private nextOnPath(): NextFill | null {
    for (; this.segment < 3; this.segment++, this.at = []) {
      let best: NextFill | null = null
      let bestDistance = Number.POSITIVE_INFINITY
      for (const resting of this.resting.items) {
        const price = this.metOnSegment(resting)
        if (price === null) continue
        const distance = Math.abs(price - this.from(resting.order.instrument))
        if (distance < bestDistance) {
          best = { resting, price }
          bestDistance = distance
        }
      }
      if (best !== null) {
        this.at[best.resting.order.instrument] = best.price
        this.noteDoubt(best.resting)
        return best
      }
    }
    return null
  }

  /** Where the current segment meets the order, or null. One that came inside the bar may be marketable at once. */
  private metOnSegment(resting: RestingOrder): number | null {
    const { order, level } = resting
    if (order.type === OrderType.market || !this.bars.has(order.instrument)) return null
    const from = this.from(order.instrument)
    if (this.inside(resting) && passes(order, level, from, this.limitFill)) return from
    return passes(order, level, this.path(order.instrument)[this.segment + 1]!, this.limitFill) ? level : null
  }

  private from(instrument: number): number {
    return this.at[instrument] ?? this.path(instrument)[this.segment]!
  }

  private path(instrument: number): readonly number[] {
    const { bars } = this
    return assumedPath(bars.open(instrument), bars.high(instrument), bars.low(instrument), bars.close(instrument))
  }

  /** End of the bar: what came inside it and was reached, but didn't fill, was in doubt as well. */
  private settle(): void {
    this.settled = true
    for (const resting of this.resting.items) {
      if (!this.inside(resting) || resting.order.type === OrderType.market) continue
      if (passes(resting.order, resting.level, reach(resting.order, this.bars), this.limitFill)) {
        this.ambiguity.note(this.bars.row, false)
      }
    }
  }
}
