/**
 * Goal: at every time the records alone tell the same last decision as watching the run does. Method: random strategies
 * under profiles, many times in the run; orders, refusals, cancels and changes of profile side by side.
 */

import { describe, expect, it } from 'vitest'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { fromRecords } from '../../engine/run/explain/records.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { linesText, narrate } from '../../engine/run/narrate/narrate.ts'
import { type Happening, Watcher } from '../../engine/run/narrate/watcher.ts'
import { rulesOf } from '../../engine/run/rules.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { rulebookRecord } from '../market/support.ts'
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

describe('a fee taken in base', () => {
  const changes = {
    rules: { venueMinimums: true, minimums: 'off', emergencyLoss: 'off' },
    data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1m' },
  }
  const market = marketOf(randomCandles({ seed: 5, bars: BARS, timeframeMs: MINUTE, startPrice: 20 }))
  const fees = { kind: 'flat', maker: 0.001, taker: 0.002, asset: 'received' } as const
  const rulebooks = [rulebookRecord({ venue: 'test', fromMs: 0, tick: '0.01', step: '0.001', minQty: '0.001' })]
  const terms: Terms = { fees, rulebooks, spread: 0, slippage: 0 }

  it('stands with its fill in the records, as does dust', () => {
    const decisions = new ByteStore()
    const outcomes = new ByteStore()
    const sinks = { decisions: decisions.add, outcomes: outcomes.add }
    runOn(market, new RandomStrategy({ seed: 5, every: 6 }), changes, { terms, ...sinks })
    const rules = rulesOf(plainConfig(changes), terms)
    const instruments = makeInstruments(plainConfig(changes), market.grid)
    const tell = (happenings: readonly Happening[]): string[] =>
      linesText(narrate(happenings.filter(isOutcome), { instruments, quote: 'USD' }))
        // What a position came to needs what was before it: the records of one decision have no more.
        .map((line) => line.replace(/; the position is closed with .*$/, ''))
        .sort()
    let [inBase, dusts] = [0, 0]
    for (let bar = 1; bar < BARS; bar += 5) {
      const untilMs = market.grid.time[bar]!
      const watcher = new Watcher({ instruments, rules, untilMs })
      runOn(market, new RandomStrategy({ seed: 5, every: 6 }), changes, { terms, observer: watcher })
      const lines = tell(fromRecords(decisions.bytes(), outcomes.bytes(), rules, untilMs).happenings)
      // One that came in the decision's own millisecond may stand before it.
      expect(lines).toEqual(expect.arrayContaining(tell(watcher.happenings)))
      inBase += lines.filter((line) => /fee .* taken as .* BTC/.test(line)).length
      dusts += lines.filter((line) => line.includes('is left as dust')).length
    }
    expect([inBase > 3, dusts > 3]).toEqual([true, true])
  })
})

function isOutcome({ kind }: Happening): boolean {
  return kind === 'fact' || kind === 'dust'
}

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
