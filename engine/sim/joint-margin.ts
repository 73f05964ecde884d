/**
 * Several leveraged positions behind one equity: no single price liquidates, so the condition (equity at or below what is
 * demanded) is looked at with all prices at once. Inside a bar their common path isn't known:
 *
 *   pessimistic  every price goes from its open to the end that hurts, all at the same pace
 *   optimistic   every price goes straight from its open to its close
 *   path         every price goes along its own assumed path, all at the same pace
 *
 * Between two changes each position gets a band of its own, inside which the condition provably can't hold.
 */

import { type Dec, decToNumber, pow10, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import type { VenueLevels } from '../core/venue.ts'
import type { MarginState, PriceOf } from './margin-state.ts'
import type { Marks } from './marks.ts'
import { type AmbiguityModel, assumedPath } from './matching.ts'

/** Steps into which a way through a bar is divided. */
const STEPS = 1 << 20

export class JointMargin {
  private readonly instruments: readonly Instrument[]
  private readonly state: MarginState
  private readonly marks: Marks
  private readonly model: AmbiguityModel

  constructor(instruments: readonly Instrument[], state: MarginState, marks: Marks, model: AmbiguityModel) {
    this.instruments = instruments
    this.state = state
    this.marks = marks
    this.model = model
  }

  met(price: PriceOf): boolean {
    return this.state.equity(price) <= this.state.demands(price)
  }

  /** Whether the bar's end decides it, however prices got there. */
  certain(): boolean {
    return this.met((id) => this.marks.close(id))
  }

  /** Prices at which the bar meets the condition under the model; null where it doesn't. */
  inside(): Dec[] | null {
    for (const [from, to] of this.ways()) {
      if (!this.met((id) => to[id]!)) continue
      let low = 0
      let high = STEPS
      while (low < high) {
        const middle = (low + high) >> 1
        if (this.met((id) => between(from[id]!, to[id]!, middle))) high = middle
        else low = middle + 1
      }
      return from.map((price, id) => between(price, to[id]!, high))
    }
    return null
  }

  /** The stretches that prices go along, one after the other. */
  private ways(): (readonly [Dec[], Dec[]])[] {
    const at = (price: PriceOf): Dec[] => this.instruments.map(({ id }) => price(id))
    const open = at((id) => this.marks.open(id))
    if (this.model === 'optimistic') return [[open, at((id) => this.marks.close(id))]]
    if (this.model === 'pessimistic') {
      return [[open, at((id) => this.marks.extreme(id, this.state.account.base[id]! < 0))]]
    }
    const paths = this.instruments.map(({ id }) => this.path(id))
    return [0, 1, 2].map((k) => [paths.map((one) => one[k]!), paths.map((one) => one[k + 1]!)] as const)
  }

  private path(id: number): readonly Dec[] {
    const { marks } = this
    const [open, close] = [marks.open(id), marks.close(id)]
    return assumedPath(open, marks.extreme(id, true), marks.extreme(id, false), close) as readonly Dec[]
  }

  /** Writes each position's band; false where the condition is so near that every row must be looked at. */
  arm(levels: VenueLevels): boolean {
    const { state, marks } = this
    const open = state.open()
    const slack = state.equity((id) => marks.close(id)) - state.demands((id) => marks.close(id))
    if (slack <= 0) return false
    for (const id of open) {
      const { pxDec, qtyDec, quoteDec } = this.instruments[id]!
      const held = state.account.base[id]!
      // A move of p costs at most p·q of equity, and adds at most p·q to what is demanded.
      const room = ((slack / open.length / (2 * Math.abs(held))) * pow10(qtyDec)) / pow10(quoteDec)
      const mark = decToNumber(marks.close(id), pxDec)
      if (held > 0) levels.low[id] = Math.max(levels.low[id]!, mark - room)
      else levels.high[id] = Math.min(levels.high[id]!, mark + room, this.nextTier(id))
    }
    return true
  }

  /** Price at which a growing short comes into its next tier: where tiers have no deduction, the demand jumps there. */
  private nextTier(id: number): number {
    const rules = this.state.rules(id)
    if (rules?.product !== 'perp') return Number.POSITIVE_INFINITY
    const size = Math.abs(this.state.account.base[id]!)
    const notional = Math.abs(this.state.value(id, this.marks.close(id)))
    const next = rules.tiers.find(({ from }) => from > notional)
    if (next === undefined) return Number.POSITIVE_INFINITY
    const { qtyDec, quoteDec } = this.instruments[id]!
    return (((next.from / size) * pow10(qtyDec)) / pow10(quoteDec)) * (1 - 1e-9)
  }
}

function between(from: Dec, to: Dec, step: number): Dec {
  return toDec(from + Math.round(((to - from) / STEPS) * step))
}
