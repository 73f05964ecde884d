/**
 * The conformance suite of the Venue port: what the simulated venue, the loopback exchange and a live adapter must all
 * do. `describeVenue` registers it for one of them; cases that need what the venue lacks are skipped by name.
 */

import { describe, expect, it } from 'vitest'
import { type Fact, FactKind, RejectCode } from '../../../engine/core/fact.ts'
import type { OrderFields } from '../../../engine/core/order.ts'
import { approve } from '../../../engine/rules/approve.ts'
import { auditBalances, auditStates, auditTimes } from './audit.ts'
import { amendCases } from './cases-amend.ts'
import { balanceCases } from './cases-balances.ts'
import { cancelCases } from './cases-cancels.ts'
import { fillCases } from './cases-fills.ts'
import { latencyCases } from './cases-latency.ts'
import { ocoCases } from './cases-oco.ts'
import { rejectCases } from './cases-rejects.ts'
import { stateCases } from './cases-states.ts'
import { timeInForceCases } from './cases-time-in-force.ts'
import { trailingCases } from './cases-trailing.ts'
import { triggerCases } from './cases-triggers.ts'
import type { Balances, Capability, MakeHarness, VenueCapabilities, VenueHarness, VenueSetup } from './harness.ts'

/** A running case: the venue, and what was sent to it. */
export interface Play {
  readonly venue: VenueHarness
  readonly can: VenueCapabilities
  /** Sends an order, decided now. A repeated id isn't noted twice. */
  send(fields: OrderFields): Promise<void>
  cancel(orderId: number): Promise<void>
  /** Asks for what was sent under this id to become this. */
  amend(fields: OrderFields): Promise<void>
  advance(bars?: number): Promise<void>
  facts(): Promise<readonly Fact[]>
  balances(): Promise<Balances>
}

/** Registers a case of the suite. */
export type Case = (
  title: string,
  needs: readonly Capability[],
  setup: Partial<VenueSetup>,
  body: (play: Play) => Promise<void>,
) => void

const CALM: VenueSetup['candles'] = Array.from({ length: 6 }, () => [100, 101, 99, 100])

const DEFAULTS: VenueSetup = {
  candles: CALM,
  cash: 1000,
  base: 0,
  kind: 'spot',
  leverage: 1,
  makerFee: 0.001,
  takerFee: 0.0026,
  latencyMs: 0,
  participation: 0,
}

export function describeVenue(name: string, can: VenueCapabilities, make: MakeHarness): void {
  const add: Case = (title, needs, changes, body) => {
    const missing = needs.filter((need) => !can[need])
    const shown = missing.length === 0 ? title : `${title} [skipped: ${name} has no ${missing.join(', ')}]`
    it.skipIf(missing.length > 0)(shown, () => run({ ...DEFAULTS, ...changes }, can, make, body))
  }
  describe(`a venue: ${name}`, () => {
    describe('states of an order', () => stateCases(add))
    describe('refusals', () => rejectCases(add))
    describe('fills', () => fillCases(add))
    describe('cancels', () => cancelCases(add))
    describe('funds', () => balanceCases(add))
    describe('one cancels other', () => ocoCases(add))
    describe('latency', () => latencyCases(add))
    describe('triggers', () => triggerCases(add))
    describe('trailing stops', () => trailingCases(add))
    describe('time in force', () => timeInForceCases(add))
    describe('amendments', () => amendCases(add))
  })
}

/** Plays a case, then holds its facts to what is true of every case. */
async function run(
  setup: VenueSetup,
  can: VenueCapabilities,
  make: MakeHarness,
  body: (play: Play) => Promise<void>,
): Promise<void> {
  const venue = await make(setup)
  const orders: OrderFields[] = []
  const cancelled: number[] = []
  try {
    const play: Play = {
      venue,
      can,
      send: async (fields) => {
        if (!orders.some(({ id }) => id === fields.id)) orders.push(fields)
        await venue.submit(approve({ ...fields, decidedMs: venue.nowMs }))
      },
      cancel: async (orderId) => {
        cancelled.push(orderId)
        await venue.cancel(orderId)
      },
      amend: async (fields) => {
        const at = orders.findIndex(({ id }) => id === fields.id)
        // What may be filled of it is the larger of both.
        if (at >= 0 && fields.quantity > orders[at]!.quantity) orders[at] = fields
        else if (at < 0) cancelled.push(fields.id)
        await venue.amend(approve({ ...fields, decidedMs: venue.nowMs }))
      },
      advance: async (bars = 1) => {
        for (let bar = 0; bar < bars; bar++) await venue.advance()
      },
      facts: async () => venue.facts(),
      balances: async () => venue.balances(),
    }
    await body(play)
    const facts = await venue.facts()
    auditTimes(facts, setup.latencyMs)
    // A refused repetition of an id speaks of the message, not of the order that has the id.
    const own = facts.filter(({ kind, code }) => kind !== FactKind.rejected || code !== RejectCode.duplicateId)
    expect(own.every(({ orderId }) => orders.some(({ id }) => id === orderId) || cancelled.includes(orderId))).toBe(
      true,
    )
    auditStates(own, orders)
    auditBalances(facts, orders, setup, venue, await venue.balances())
  } finally {
    await venue.close()
  }
}
