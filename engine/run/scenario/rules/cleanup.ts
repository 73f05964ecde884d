/** RULES D3, driven directly: the plan as a dry run prints it, and carried out with answers of the venue. */

import { z } from 'zod'
import { cleanupSteps, cleanupText } from '../../../rules/cleanup.ts'
import { CleanupPlan } from '../../../rules/cleanup-plan.ts'
import type { PlanCommand } from '../../../rules/plan.ts'
import { CLEANUP } from '../../../rules/presets.ts'
import { defineKind } from '../kind.ts'
import { amount, expect, pricePlaces, quantityPlaces, rulebookOf, spot } from './amounts.ts'

const schema = z.strictObject({
  orders: z.array(z.unknown()).nullable().default([]).describe('ids of open orders as the venue sends them'),
  positions: z
    .array(
      z.strictObject({
        symbol: z.string(),
        quantity: amount,
        price: amount.nullable(),
        step: amount.default(0),
        minQty: amount.default(0),
        minCost: amount.default(0),
      }),
    )
    .default([]),
  known: z.array(z.string()).nullable().default([]).describe('symbols in our own state'),
  listed: z.array(z.string()).describe('symbols that the venue lists'),
  failing: z.array(z.int().min(1)).default([]).describe('numbers of calls that the venue fails'),
  expect,
})

type Given = z.output<typeof schema>

export const cleanupKind = defineKind<Given>({
  schema,
  play(given) {
    const steps = cleanupSteps(CLEANUP, {
      openOrderIds: given.orders,
      positions: given.positions.map((one, id) => ({
        instrument: spot(one.symbol, id),
        rulebook: rulebookOf(one),
        quantity: quantityPlaces(one.quantity),
        price: one.price === null ? null : pricePlaces(one.price),
      })),
      known: given.known,
      listed: new Set(given.listed),
    })
    const text = cleanupText(steps)
    const plan = new CleanupPlan(steps, CLEANUP.betweenCallsMs)
    const calls = drive(plan, given)
    const result = plan.result!
    const lines = [...text.map((line) => `plan: ${line}`), ...calls.map(({ atMs, kind }) => `${atMs} ms: ${kind}`)]
    lines.push(...result.problems.map((problem) => `problem: ${problem}`))
    const { cancelled, sold, purged, problems } = result
    return { lines, found: { plan: text, calls: calls.map(({ atMs }) => atMs), cancelled, sold, purged, problems } }
  },
})

/** Sends what is due and answers each call at once; times in ms from the beginning. */
function drive(plan: CleanupPlan, { failing }: Given): { atMs: number; kind: PlanCommand['kind'] }[] {
  const calls: { atMs: number; kind: PlanCommand['kind'] }[] = []
  let atMs = 0
  while (!plan.done) {
    atMs = Math.max(atMs, plan.dueMs)
    for (const { id, kind } of plan.next(atMs)) {
      if (kind === 'purge') continue
      calls.push({ atMs, kind })
      const failed = failing.includes(calls.length)
      plan.onFact(failed ? { kind: 'failed', id, reason: 'the venue refused' } : { kind: 'done', id })
    }
  }
  return calls
}
