/** Goal: a session that leaves its bands or the bundle's limits is demoted, told, capped and closed, once and at once. */

import { describe, expect, it } from 'vitest'
import { Conditions } from '../../../engine/live/safety/conditions.ts'
import type { ExpectedBehaviour } from '../../../engine/promote/bands.ts'
import { defaultPolicy } from '../../../engine/promote/policy.ts'
import { firstStage, type Stage, type StageState } from '../../../engine/promote/stages.ts'
import { StageWatch } from '../../../engine/run/live/stage-watch.ts'

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 0, 5)

const EXPECTED: ExpectedBehaviour = {
  days: 7,
  coverage: 0.99,
  tradesPerDay: { low: 0.5, high: 4, mean: 2 },
  drawdown: { low: -0.08, high: 0 },
  stretchReturn: { low: -0.06, high: 0.1 },
  slippageBps: { model: 2, high: 6 },
}

function make(stage: Stage) {
  const done: string[] = []
  const conditions = new Conditions(() => {})
  const kept: StageState[] = []
  const watch = new StageWatch({
    rules: { stages: defaultPolicy().stages, limits: defaultPolicy().limits, hasTestnet: true },
    expected: EXPECTED,
    state: { ...firstStage('b1', START_MS), stage },
    alerts: { tell: (level, code, text) => done.push(`${level} ${code} ${text}`) },
    conditions,
    operations: {
      closeAll: (why) => done.push(`close: ${why}`),
      capCapital: (fraction) => done.push(`cap ${fraction}`),
      keep: (state) => kept.push(state),
    },
  })
  /** Hourly marks of whole days; `equity` by hour from the start. */
  const days = (
    from: number,
    to: number,
    equity: (hour: number) => number,
    more: { trades?: number; slip?: number } = {},
  ) => {
    for (let hour = from * 24 + 1; hour <= to * 24; hour++) {
      const closedTrades = Math.floor((hour / 24) * (more.trades ?? 2))
      watch.marked({
        atMs: START_MS + (hour * DAY_MS) / 24,
        equity: equity(hour),
        closedTrades,
        slippageBps: more.slip ?? 2,
      })
    }
  }
  return { watch, days, done, conditions, kept }
}

describe('a promoted session', () => {
  it('stays where it is while it does as expected, and counts its trades', () => {
    const { watch, days, done, kept } = make('full')
    days(0, 29, (hour) => 1000 + (hour % 24))
    expect([watch.state.stage, done]).toEqual(['full', []])
    expect(watch.state.closedTrades).toBe(56)
    expect(kept.length).toBe(4)
  })

  it.each<[string, (hour: number) => number, { trades?: number; slip?: number }, RegExp]>([
    ['loses more than a stretch ever did', (hour) => 1000 - hour * 0.4, {}, /stretchReturn .* left its band/],
    ['trades five times as often', () => 1000, { trades: 10 }, /tradesPerDay 10 left its band/],
    ['trades no more', () => 1000, { trades: 0 }, /tradesPerDay 0 left its band/],
    ['pays three times the slippage', () => 1000, { slip: 7 }, /slippageBps 7 left its band/],
  ])('one that %s goes down a stage when the stretch is over', (_, equity, more, why) => {
    const { watch, days, done } = make('full')
    days(0, 7, equity, more)
    expect(done).toEqual([])
    days(7, 8, () => 1000, more)
    expect(watch.state.stage).toBe('canary')
    expect(done[0]).toMatch(/^alarm DEMOTED demoted from full to canary: /)
    expect(done[0]).toMatch(why)
    expect(done[1]).toBe('cap 0.1')
  })

  it('from canary down real money goes, and the position with it', () => {
    const { watch, days, done } = make('canary')
    days(0, 8, () => 1000, { trades: 10 })
    expect(watch.state.stage).toBe('testnet')
    expect(done.map((one) => one.split(':')[0]!.split(' ')[0])).toEqual(['alarm', 'close', 'cap'])
    expect(done.at(-1)).toBe('cap 0')
  })

  it("a limit of the bundle's halts within the hour, and only once", () => {
    const { watch, days, done, conditions } = make('full')
    days(0, 2, () => 1000)
    days(2, 3, (hour) => (hour % 24 < 5 ? 1000 : 890))
    days(3, 4, () => 880)
    expect(watch.state).toMatchObject({ stage: 'paper', halted: expect.stringContaining("a day's loss -11.0 %") })
    expect(conditions.state).toBe('HALTED')
    expect(done.filter((one) => one.startsWith('close'))).toHaveLength(1)
    expect(conditions.all[0]).toMatchObject({ key: 'STAGE_HALT', latched: true })
  })

  it('a slow drawdown beyond the limit halts, too', () => {
    const { watch, days } = make('full')
    days(0, 6, (hour) => 1000 - hour * 2.6)
    expect(watch.state.halted).toContain('drawdown -3')
  })
})
