/**
 * Goal: watching a run changes nothing, and what the narration says of gates and sizes is what the rules decided.
 * Method: random strategies on random markets under every profile; each decision against its explanation.
 */

import { describe, expect, it } from 'vitest'
import { Purpose } from '../../engine/core/order.ts'
import { RefusalCode } from '../../engine/core/refusal.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { linesText, narrate } from '../../engine/run/narrate/narrate.ts'
import { Watcher } from '../../engine/run/narrate/watcher.ts'
import { moneyNumber, percentText, refusalText, spanText, timeText } from '../../engine/run/narrate/words.ts'
import { randomCandles } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { marketOf, plainConfig, plainRules, runOn } from '../support/runs.ts'

const CASES: readonly [string, RandomHabits, Record<string, unknown>][] = [
  ['no profile', { seed: 1, every: 5, brackets: true }, {}],
  ['MICRO_CAP', { seed: 2, every: 3 }, { account: { equity: 50, profile: 'MICRO_CAP' }, sizing: { mode: 'profile' } }],
  [
    'MICRO_CAP without its quality gate',
    { seed: 6, every: 3, resting: true },
    {
      account: { equity: 50, profile: 'MICRO_CAP' },
      sizing: { mode: 'profile' },
      rules: { venueMinimums: false, gates: { quality: false } },
    },
  ],
  ['auto', { seed: 3, every: 3, resting: true }, { account: { equity: 110 }, sizing: { mode: 'profile' } }],
  [
    'legacy',
    { seed: 4, every: 2, insists: true },
    { account: { equity: 50, profile: 'legacy' }, sizing: { mode: 'profile' } },
  ],
  [
    'small and dynamic',
    { seed: 5, every: 2 },
    { account: { equity: 3, profile: 'none' }, sizing: { mode: 'dynamic' } },
  ],
]

describe.each(CASES)('%s', (_name, habits, sections) => {
  const market = marketOf(randomCandles({ seed: habits.seed, bars: 400, timeframeMs: 60_000 }))
  const changes = { ...sections, data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1m' } }
  const instruments = makeInstruments(plainConfig(changes), market.grid)
  const watcher = new Watcher({ instruments, rules: plainRules(changes) })
  const watched = runOn(market, new RandomStrategy(habits), changes, { observer: watcher })

  it('watching changes no decision and no outcome', () => {
    const alone = runOn(market, new RandomStrategy(habits), changes)
    expect(watched.decisionsDigest).toBe(alone.decisionsDigest)
    expect(watched.outcomesDigest).toBe(alone.outcomesDigest)
  })

  it('every entry is explained by what the rules decided', () => {
    let explained = 0
    for (const [i, one] of watcher.happenings.entries()) {
      if (one.kind !== 'entry') continue
      const answer = watcher.happenings[i + 1]!
      const refused = one.gates.find(({ state }) => state === 'refused')
      if (answer.kind === 'order') {
        expect(answer.order.purpose).toBe(Purpose.entry)
        expect(refused).toBeUndefined()
        expect(one.size!.amount!.quantity).toBe(answer.order.quantity)
      } else if (answer.kind === 'refusal') {
        const { code, first, second } = answer.refusal
        const early = code === RefusalCode.positionOpen || code === RefusalCode.entryPending
        const late = code === RefusalCode.feeUnprofitable || code === RefusalCode.shortNotAllowed
        if (refused !== undefined && !early) expect(refused.refusal).toMatchObject({ code, first, second })
        else if (!early && !late) expect(one.size!.skip).toEqual({ code, first, second })
      } else expect.unreachable()
      explained += 1
    }
    expect(explained).toBe(watched.recorder.entrySignals)
    expect(explained).toBeGreaterThan(10)
  })

  it('the results that it tells add up to the account', () => {
    const told = watcher.happenings.reduce((sum, one) => sum + (one.kind === 'fact' ? (one.result ?? 0) : 0), 0)
    const { trades } = watched.kernel.portfolio
    const closed = trades
      .closed()
      .reduce((sum, t) => sum + t.side * (t.exitValue - t.entryValue) - t.entryFee - t.exitFee, 0)
    expect(told).toBe(closed)
  })

  it('is told in words', () => {
    const text = linesText(narrate(watcher.happenings, { instruments, quote: 'USD' })).join('\n')
    expect(text).not.toMatch(/undefined|NaN|\[object|null/)
    expect(text).toContain('the strategy wants to buy BTC/USD')
  })
})

describe('words', () => {
  it('amounts, shares, times and spans', () => {
    expect([moneyNumber(2), moneyNumber(2.717), percentText(0.0026), percentText(1)]).toEqual([
      '2.00',
      '2.717',
      '0.26 %',
      '100 %',
    ])
    expect([timeText(0), timeText(1500), timeText(31_000)]).toEqual([
      '1970-01-01 00:00',
      '1970-01-01 00:00:01.500',
      '1970-01-01 00:00:31',
    ])
    expect([spanText(0), spanText(31_000), spanText(90_000), spanText(5), spanText(90_061_000)]).toEqual([
      '0 s',
      '31 s',
      '1 min 30 s',
      '5 ms',
      '1 d 1 h',
    ])
  })

  it('refusals with their numbers', () => {
    expect(refusalText({ code: RefusalCode.belowMinimum, first: 2, second: 2.5 })).toBe(
      'BELOW_MINIMUM wanted 2.00, minimum 2.50',
    )
    expect(refusalText({ code: RefusalCode.entryInterval, first: 60_000, second: 30_000 })).toBe(
      'ENTRY_INTERVAL until 1970-01-01 00:01, interval 30 s',
    )
    expect(refusalText({ code: RefusalCode.noPosition, first: 0, second: 0 })).toBe('NO_POSITION')
  })
})
