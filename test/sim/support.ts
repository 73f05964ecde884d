/** Short words for the tests of the simulated venue. */

import type { OrderFields } from '../../engine/core/order.ts'
import { approve } from '../../engine/rules/approve.ts'
import type { AmbiguityModel } from '../../engine/sim/matching.ts'
import { SETUP, SimHarness, type SimSetup } from '../conformance/venue/sim-harness.ts'
import { story } from '../conformance/venue/words.ts'

export const MODELS: readonly AmbiguityModel[] = ['pessimistic', 'optimistic', 'path']

/** A venue with 1000.00 of cash and no fees. */
export function simOf(changes: Partial<SimSetup>): SimHarness {
  return new SimHarness({ ...SETUP, makerFee: 0, takerFee: 0, ...changes })
}

export function send(venue: SimHarness, ...orders: readonly OrderFields[]): void {
  for (const fields of orders) venue.submit(approve({ ...fields, decidedMs: venue.nowMs }))
}

export function play(venue: SimHarness, bars = 1): string[] {
  for (let bar = 0; bar < bars; bar++) venue.advance()
  return story(venue.facts())
}
