/**
 * What happens next inside a bar. A bar tells four prices and not their order, so a model decides:
 *
 *   pessimistic  what hurts (stops) before what helps (limits, take-profits); among equals the nearer to the open, then
 *                the older
 *   optimistic   what helps before what hurts
 *   path         along open → low → high → close in a rising bar, open → high → low → close in a falling one
 *
 * Each look returns one fill, since a fill changes what rests (groups, answers of the engine).
 */

import type { Instrument } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { Bars } from './bars.ts'
import { type AmbiguityModel, assumedPath, insideFills, type LimitFill, passes, reach } from './matching.ts'
import { type RestingOrder, type RestingOrders, takesAny } from './resting.ts'
import { follow, trailInDoubt, trailPrice, trails } from './trailing.ts'

export interface NextFill {
  readonly resting: RestingOrder
  readonly price: number
  /** A limit that the market came to; one that was past its price on arrival takes instead. */
  readonly maker: boolean
}

export class BarSequence {
  private readonly bars: Bars
  private readonly instruments: readonly Instrument[]
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
    instruments: readonly Instrument[],
    resting: RestingOrders,
    model: AmbiguityModel,
    limitFill: LimitFill,
    ambiguity: AmbiguityCount,
  ) {
    this.bars = bars
    this.instruments = instruments
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
    if (this.model === 'path') return this.segment < 3 ? this.from(instrument) : this.bars.close(instrument)
    return buys ? this.bars.high(instrument) : this.bars.low(instrument)
  }

  private nextByModel(): NextFill | null {
    let best: RestingOrder | null = null
    let bestRank = Number.POSITIVE_INFINITY
    const { items } = this.resting
    const hurting = this.model === 'pessimistic'
    for (let i = 0; i < items.length; i++) {
      const resting = items[i]!
      if (!this.reached(resting)) continue
      const open = this.bars.open(resting.order.instrument)
      const rank = (resting.hurts === hurting ? 0 : 1) + Math.min(0.999, Math.abs(this.priceIn(resting) - open) / open)
      if (rank < bestRank) {
        best = resting
        bestRank = rank
      }
    }
    if (best === null) return null
    this.noteDoubt(best)
    return this.fillByModel(best)
  }

  /** Where the bar meets an order that it reaches. */
  private priceIn(resting: RestingOrder): number {
    if (!trails(resting)) return resting.level
    return trailPrice(resting, this.instrumentOf(resting), this.bars, this.model, this.inside(resting))
  }

  /** At its level, but for an order that may have been marketable when it came: there never was a price to wait for. */
  private fillByModel(resting: RestingOrder): NextFill {
    const { order } = resting
    const { bars } = this
    const limit = !resting.trigger
    const level = this.priceIn(resting)
    if (!this.inside(resting)) return { resting, price: level, maker: limit }
    const buys = order.side === Side.buy
    if (this.maybeLate(resting)) {
      const arrival = this.arrivalPrice(order.instrument, buys)
      const kept = buys ? Math.min(level, arrival) : Math.max(level, arrival)
      return { resting, price: limit ? kept : arrival, maker: false }
    }
    const price = Math.min(bars.high(order.instrument), Math.max(bars.low(order.instrument), level))
    return { resting, price, maker: limit && price === level }
  }

  /**
   * Whether the open had passed the level of an order that came inside the bar by latency. Answers to a fill inside the
   * bar are apart, and so are limits whose trigger was met in it: the price at which they came is another than the open.
   */
  private maybeLate(resting: RestingOrder): boolean {
    const { order, insideRow } = resting
    const { row, closeMs } = this.bars
    if (insideRow !== row || resting.triggered || (order.answersIntrabar && order.decidedMs === closeMs)) return false
    return passes(resting, this.bars.open(order.instrument), 'touch')
  }

  /** Whether it waits for a level, and this bar still has something for it. */
  private waits(resting: RestingOrder): boolean {
    if (takesAny(resting) || resting.spentRow === this.bars.row) return false
    return this.bars.has(resting.order.instrument)
  }

  private reached(resting: RestingOrder): boolean {
    if (!this.waits(resting)) return false
    // Touched in the bar in which it ends, before or after that moment is unknown: only the optimist counts it.
    if (this.endsInside(resting) && this.model !== 'optimistic') return false
    if (trails(resting)) return !Number.isNaN(this.priceIn(resting))
    if (this.inside(resting)) return insideFills(resting, this.bars, this.limitFill, this.model)
    return passes(resting, reach(resting, this.bars), this.limitFill)
  }

  /** Whether the order goes stale inside this very bar. */
  private endsInside({ order }: RestingOrder): boolean {
    return order.expiresMs < this.bars.closeMs
  }

  /** Whether the order came into this very bar at a moment unknown. */
  private inside(resting: RestingOrder): boolean {
    return resting.insideRow === this.bars.row
  }

  /** Counts what the fill leaves in doubt: its own arrival, or a rival of its group that the bar reached, too. */
  private noteDoubt(resting: RestingOrder): void {
    if (this.inDoubt(resting)) this.ambiguity.note(this.bars.row, true)
  }

  private inDoubt(resting: RestingOrder): boolean {
    const { order } = resting
    if (this.endsInside(resting)) return true
    if (trails(resting)) {
      if (trailInDoubt(resting, this.instrumentOf(resting), this.bars, this.inside(resting))) return true
    } else if (this.inside(resting)) {
      const atClose = passes(resting, this.bars.close(order.instrument), this.limitFill)
      if (this.model === 'path' || this.maybeLate(resting) || !atClose) return true
    }
    return this.resting.siblings(order).some((rival) => this.reachable(rival))
  }

  /** Whether some order of events in the bar meets the order. */
  private reachable(resting: RestingOrder): boolean {
    if (!trails(resting)) return passes(resting, reach(resting, this.bars), this.limitFill)
    const inside = this.inside(resting)
    return !Number.isNaN(trailPrice(resting, this.instrumentOf(resting), this.bars, 'pessimistic', inside))
  }

  private instrumentOf({ order }: RestingOrder): Instrument {
    return this.instruments[order.instrument]!
  }

  /** The next order that the assumed path meets, from where the last fill left off. */
  private nextOnPath(): NextFill | null {
    for (; this.segment < 3; this.segment++, this.at = []) {
      let best: NextFill | null = null
      let bestProgress = Number.POSITIVE_INFINITY
      for (const resting of this.resting.items) {
        const next = this.metOnSegment(resting)
        if (next === null) continue
        const progress = this.progress(resting.order.instrument, next.price)
        if (progress < bestProgress) {
          best = next
          bestProgress = progress
        }
      }
      if (best !== null) {
        this.at[best.resting.order.instrument] = best.price
        this.noteDoubt(best.resting)
        return best
      }
      if (this.resting.trailing > 0) this.trailSegment()
    }
    return null
  }

  /** Triggers follow the path to the end of the segment. */
  private trailSegment(): void {
    for (const resting of this.resting.items) {
      if (!trails(resting) || !this.bars.has(resting.order.instrument)) continue
      follow(resting, this.instrumentOf(resting), this.path(resting.order.instrument)[this.segment + 1]!)
    }
  }

  /** How much of the segment a price has behind it, 0 to 1: comparable between symbols, as distances aren't. */
  private progress(instrument: number, price: number): number {
    const path = this.path(instrument)
    const length = Math.abs(path[this.segment + 1]! - path[this.segment]!)
    return length === 0 ? 0 : Math.abs(price - path[this.segment]!) / length
  }

  /** Where the current segment meets the order, or null. One that came inside the bar may be marketable at once. */
  private metOnSegment(resting: RestingOrder): NextFill | null {
    const { order, level } = resting
    if (!this.waits(resting) || this.endsInside(resting)) return null
    const from = this.from(order.instrument)
    if (this.inside(resting) && passes(resting, from, this.limitFill)) return { resting, price: from, maker: false }
    if (!passes(resting, this.path(order.instrument)[this.segment + 1]!, this.limitFill)) return null
    return { resting, price: level, maker: !resting.trigger }
  }

  private from(instrument: number): number {
    return this.at[instrument] ?? this.path(instrument)[this.segment]!
  }

  private path(instrument: number): readonly number[] {
    const { bars } = this
    return assumedPath(bars.open(instrument), bars.high(instrument), bars.low(instrument), bars.close(instrument))
  }

  /** End of the bar: what came or ended inside it and was reached, but didn't fill, was in doubt as well. */
  private settle(): void {
    this.settled = true
    for (const resting of this.resting.items) {
      if (!this.waits(resting)) continue
      const unsure = trails(resting) || this.inside(resting) || this.endsInside(resting)
      if (unsure && this.reachable(resting)) this.ambiguity.note(this.bars.row, false)
    }
  }
}
