import { describe, expect, it } from 'vitest'
import {
  type CleanupState,
  cleanupSteps,
  cleanupText,
  type HeldForCleanup,
  isOrderId,
} from '../../engine/rules/cleanup.ts'
import { CleanupPlan } from '../../engine/rules/cleanup-plan.ts'
import type { PlanCommand, PlanFact } from '../../engine/rules/plan.ts'
import { CLEANUP } from '../../engine/rules/presets.ts'
import { instrument, px, qty, rulebook } from './support.ts'

const held = (symbol: string, id: number, quantity: string, price: string | null, minCost = '0.5'): HeldForCleanup => ({
  instrument: instrument(symbol, id),
  rulebook: rulebook({ step: '0.001', minCost }),
  quantity: qty(quantity),
  price: price === null ? null : px(price),
})

const STATE: CleanupState = {
  openOrderIds: ['O-1', 'O-2', 'O-1', '', null, 'has blank'],
  positions: [
    held('SOL/USD', 0, '0.1', '150'),
    held('ADA/USD', 1, '1.9999', '0.4'),
    held('DOGE/USD', 2, '3', '0.1'),
    held('AUT-USD/USD', 3, '10', null),
    held('MANA/USD', 4, '5', null),
    held('SHIB/USD', 5, '0', '1'),
  ],
  known: ['SOL/USD', 'AUT-USD/USD', 'OLD/USD', ''],
  listed: new Set(['SOL/USD', 'ADA/USD', 'DOGE/USD', 'MANA/USD', 'SHIB/USD']),
}

describe('D3 dust and cleanup', () => {
  const steps = cleanupSteps(CLEANUP, STATE)

  it('D3: one plan: cancels, sells below 1.00, purges, and every thing that can not be done by name', () => {
    expect(cleanupText(steps)).toEqual([
      'cancel order O-1',
      'cancel order O-2',
      'order: not cancelled: "" is no order id',
      'order: not cancelled: null is no order id',
      'order: not cancelled: "has blank" is no order id',
      'sell 1.999 ADA/USD worth 0.7996',
      "DOGE/USD: dust of 0.3 can't be sold: the venue's minimum is 0.5",
      "AUT-USD/USD: 10 held can't be sold: no longer listed",
      'MANA/USD: 5 held is left alone: it has no price',
      'purge AUT-USD/USD: the venue no longer lists it',
      'purge OLD/USD: the venue no longer lists it',
    ])
  })

  it('D3: exactly 1.00 is kept', () => {
    const one = cleanupSteps(CLEANUP, { positions: [held('SOL/USD', 0, '0.01', '100')], listed: STATE.listed })
    expect(one).toEqual([])
    const less = cleanupSteps(CLEANUP, { positions: [held('SOL/USD', 0, '0.01', '99.99')], listed: STATE.listed })
    expect(less).toHaveLength(1)
  })

  it('D3: what is off the lot step is sold down to it; less than a step is dust', () => {
    const dust = cleanupSteps(CLEANUP, { positions: [held('SOL/USD', 0, '0.0009', '900', '0')], listed: STATE.listed })
    expect(cleanupText(dust)).toEqual(["SOL/USD: dust of 0.81 can't be sold: the venue's minimum is 0"])
  })

  it("D3: the venue's minimums are inclusive", () => {
    const steps = (demands: object) =>
      cleanupSteps(CLEANUP, {
        positions: [{ ...held('SOL/USD', 0, '0.5', '1'), rulebook: rulebook({ step: '0.1', ...demands }) }],
        listed: STATE.listed,
      }).map((step) => step.kind)
    expect([steps({ minCost: '0.5' }), steps({ minQty: '0.5' })]).toEqual([['sell'], ['sell']])
    expect([steps({ minCost: '0.51' }), steps({ minQty: '0.51' })]).toEqual([['note'], ['note']])
  })

  it('D3: nothing held of a delisted symbol that nobody knows is nothing to purge', () => {
    expect(cleanupSteps(CLEANUP, { positions: [held('OLD/USD', 0, '0', '1')], listed: STATE.listed })).toEqual([])
  })

  it('D3: empty values are no crash', () => {
    const listed = new Set<string>()
    expect(cleanupText(cleanupSteps(CLEANUP, { listed }))).toEqual(['nothing to clean up'])
    expect(cleanupSteps(CLEANUP, { openOrderIds: null, positions: null, known: null, listed })).toEqual([])
    expect(cleanupText(cleanupSteps(CLEANUP, { openOrderIds: [undefined], listed }))).toEqual([
      'order: not cancelled: nothing is no order id',
    ])
  })

  it('order ids are validated', () => {
    expect(['O-1', 'a', 'x'.repeat(128)].every(isOrderId)).toBe(true)
    expect(['', ' ', 'a b', 'x\n', 'x'.repeat(129), 7, null, undefined, {}].some(isOrderId)).toBe(false)
  })

  /** Drives a plan as a venue would: answers each command at once, `answer` saying how. */
  function drive(
    plan: CleanupPlan,
    answer: (command: PlanCommand) => PlanFact | null,
  ): { sent: string[]; times: number[] } {
    const sent: string[] = []
    const times: number[] = []
    for (let now = 0; !plan.done && now < 10_000; now += 10) {
      if (now < plan.dueMs) continue
      for (const command of plan.next(now)) {
        sent.push(`${command.kind} ${command.id}`)
        if (command.kind !== 'purge') times.push(now)
        const fact = answer(command)
        if (fact !== null) plan.onFact(fact)
      }
    }
    return { sent, times }
  }

  it('D3: executed, at least 0.1 s between calls, and the result says what was done', () => {
    const plan = new CleanupPlan(steps, CLEANUP.betweenCallsMs)
    const { sent, times } = drive(plan, ({ id }) => ({ kind: 'done', id }))
    expect(sent).toEqual(['cancel 1', 'cancel 2', 'sell 3', 'purge 4', 'purge 5'])
    expect(times).toEqual([0, 100, 200])
    expect(plan.result).toMatchObject({ cancelled: 2, sold: 1, purged: ['AUT-USD/USD', 'OLD/USD'] })
    expect(plan.result!.problems).toHaveLength(6)
  })

  it('D3: what fails is named, and the rest goes on', () => {
    const plan = new CleanupPlan(steps, CLEANUP.betweenCallsMs)
    drive(plan, ({ id, kind }) =>
      kind === 'cancel' ? { kind: 'failed', id, reason: 'unknown order' } : { kind: 'done', id },
    )
    expect(plan.result).toMatchObject({ cancelled: 0, sold: 1 })
    expect(plan.result!.problems).toContain('cancel O-1: unknown order')
  })

  it('sells wait until every cancel has been answered', () => {
    const plan = new CleanupPlan(steps, CLEANUP.betweenCallsMs)
    plan.next(0)
    plan.next(100)
    expect([plan.dueMs, plan.next(1_000)]).toEqual([Number.POSITIVE_INFINITY, []])
    plan.onFact({ kind: 'done', id: 1 })
    plan.onFact({ kind: 'done', id: 2 })
    expect(plan.next(1_000)[0]).toMatchObject({ kind: 'sell' })
    plan.onFact({ kind: 'fill', id: 3, quantity: qty('1'), net: qty('1'), complete: false })
    expect(plan.done).toBe(false)
    expect(plan.result).toBeNull()
  })

  it('nothing to do is done at once', () => {
    const plan = new CleanupPlan([], CLEANUP.betweenCallsMs)
    expect(plan.result).toEqual({ cancelled: 0, sold: 0, purged: [], problems: [] })
  })
})
