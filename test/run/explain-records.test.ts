/**
 * Goal: at every time the records alone tell the same last decision as watching the run does. Method: random strategies
 * under profiles, many times in the run; orders, refusals, cancels and changes of profile side by side.
 */

import { describe, expect, it } from 'vitest'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { fromRecords } from '../../engine/run/explain/records.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { type Happening, Watcher } from '../../engine/run/narrate/watcher.ts'
import { randomCandles } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { marketOf, plainConfig, plainRules, runOn } from '../support/runs.ts'

const MINUTE = 60_000
const BARS = 200
const RUNS: readonly [string, RandomHabits, Record<string, unknown>][] = [
  ['no profile', { seed: 1, every: 6, brackets: true, resting: true }, {}],
  ['insisting under MICRO_CAP', { seed: 2, every: 4, insists: true }, { account: { equity: 101 } }],
  ['with latency', { seed: 3, every: 5, brackets: true }, { execution: { latencyMs: 500 } }],
]

/** What both must tell, facts apart: one that came in the same millisecond may stand before or behind a decision. */
function told(happenings: readonly Happening[]): string[] {
  const lines = happenings.flatMap((one) => {
    if (one.kind === 'order') return [`order ${one.order.id} of ${one.order.quantity} at ${one.atMs}`]
    if (one.kind === 'cancel') return [`cancel ${one.order!.id} at ${one.atMs}`]
    if (one.kind === 'profile') return [`profile ${one.from} to ${one.to} at ${one.atMs}`]
    return []
  })
  return lines.sort()
}

describe.each(RUNS)('%s', (_name, habits, sections) => {
  const market = marketOf(randomCandles({ seed: habits.seed, bars: BARS, timeframeMs: MINUTE }))
  const sizing = 'account' in sections ? { sizing: { mode: 'profile' } } : {}
  const rules = { venueMinimums: false, gates: { quality: false } }
  const changes = { rules, ...sizing, ...sections, data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1m' } }
  const instruments = makeInstruments(plainConfig(changes), market.grid)
  const decisions = new ByteStore()
  const outcomes = new ByteStore()
  runOn(market, new RandomStrategy(habits), changes, { decisions: decisions.add, outcomes: outcomes.add })

  it('tells the same last decision at any time', () => {
    let compared = 0
    for (let bar = 1; bar < BARS; bar += 7) {
      const untilMs = market.grid.time[bar]!
      const watcher = new Watcher({ instruments, rules: plainRules(changes), untilMs })
      runOn(market, new RandomStrategy(habits), changes, { observer: watcher })
      const recorded = fromRecords(decisions.bytes(), outcomes.bytes(), plainRules(changes), untilMs)
      const last = recorded.happenings.findLast(({ kind }) => kind === 'refusal' || kind === 'order')
      // A row of equal refusals is one record, at the time of the first: what lies between them isn't told again.
      if (last === undefined || recorded.repeated !== null) continue
      expect(told(recorded.happenings)).toEqual(told(watcher.happenings))
      compared += 1
    }
    expect(compared).toBeGreaterThan(3)
  })
})
