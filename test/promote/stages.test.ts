/** Goal: money grows only by evidence, and an open position is never left without a decision. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededUniform } from '../../engine/core/random.ts'
import { departures, expectedBehaviour } from '../../engine/promote/bands.ts'
import { defaultPolicy } from '../../engine/promote/policy.ts'
import {
  firstStage,
  POSITION_CHOICES,
  STAGES,
  type StageEvent,
  type StageRules,
  type StageState,
  stageStep,
} from '../../engine/promote/stages.ts'

const DAY = 86_400_000
const { stages, limits } = defaultPolicy()
const rules: StageRules = { stages, limits, hasTestnet: true }
const calm = { departures: [], drawdown: -0.05, worstDayReturn: -0.02 } as const
const outside = [{ what: 'tradesPerDay', value: 9, low: 0, high: 2 }] as const

function observed(atMs: number, fields: object = {}): StageEvent {
  return { kind: 'observed', atMs, closedTrades: 30, ...calm, ...fields }
}

/** Up to a stage, with all that is asked for. */
function upTo(stage: StageState['stage'], own = rules): StageState {
  let state = firstStage('a', 0)
  while (state.stage !== stage) {
    state = stageStep(state, observed(state.sinceMs), own).state
    const atMs = state.sinceMs + own.stages[state.stage].minDays * DAY
    const step = stageStep(state, { kind: 'advance', atMs, parity: true }, own)
    expect(step.refusal).toBeNull()
    state = step.state
  }
  return state
}

describe('stages', () => {
  it('go up one at a time, with the capital of each; without a testnet that stage is passed over', () => {
    expect(upTo('full').stage).toBe('full')
    const state = { ...upTo('paper', { ...rules, hasTestnet: false }), closedTrades: 50 }
    const step = stageStep(state, { kind: 'advance', atMs: 15 * DAY, parity: true }, { ...rules, hasTestnet: false })
    expect(step.state.stage).toBe('canary')
    expect(step.actions).toContainEqual({ kind: 'cap-capital', fraction: 0.1 })
  })

  it.each([
    [{ closedTrades: 50 }, 13 * DAY, true, /14 days at least/],
    [{ closedTrades: 9 }, 15 * DAY, true, /10 closed trades/],
    [{ closedTrades: 50 }, 15 * DAY, false, /parity .* failed/],
    [{ closedTrades: 50 }, 15 * DAY, null, /not checked/],
    [{ closedTrades: 50, halted: 'x' }, 15 * DAY, true, /halted/],
  ])('do not go up on %o after %s ms with parity %s', (fields, atMs, parity, expected) => {
    const state = { ...firstStage('a', 0), ...fields }
    const step = stageStep(state, { kind: 'advance', atMs, parity }, rules)
    expect(step.refusal).toMatch(expected)
    expect(step.state).toEqual(state)
  })

  it('go down when a session leaves its bands; real money that goes closes its position', () => {
    const full = stageStep(upTo('full'), observed(99 * DAY, { departures: outside }), rules)
    expect(full.state).toMatchObject({ stage: 'canary', sinceMs: 99 * DAY, closedTrades: 0 })
    expect(full.actions.map(({ kind }) => kind)).toEqual(['tell', 'cap-capital'])
    const canary = stageStep(full.state, observed(120 * DAY, { departures: outside }), rules)
    expect(canary.state.stage).toBe('testnet')
    expect(canary.actions.map(({ kind }) => kind)).toEqual(['tell', 'close-position', 'cap-capital'])
    const paper = stageStep(firstStage('a', 0), observed(DAY, { departures: outside }), rules)
    expect(paper.state.halted).toMatch(/tradesPerDay 9 left its band/)
  })

  it('halt at a hard limit whatever the bands say, until resumed', () => {
    const { state, actions } = stageStep(upTo('full'), observed(99 * DAY, { drawdown: -0.4 }), rules)
    expect(state).toMatchObject({ stage: 'paper', halted: expect.stringMatching(/drawdown -40.0 %/) })
    expect(actions.map(({ kind }) => kind)).toEqual(['stop-entries', 'close-position', 'cap-capital', 'tell'])
    expect(stageStep(upTo('full'), observed(99 * DAY, { worstDayReturn: -0.11 }), rules).state.halted).toMatch(/a day/)
    expect(stageStep(state, { kind: 'resume', atMs: 100 * DAY }, rules).state.halted).toBeNull()
  })
})

describe('another bundle', () => {
  const change = (fields: object): StageEvent => ({
    kind: 'replace',
    atMs: 99 * DAY,
    bundle: 'b',
    openPosition: true,
    ...fields,
  })

  it('needs a choice for an open position', () => {
    expect(stageStep(upTo('full'), change({}), rules).refusal).toMatch(/choose adopt, close, run-off/)
  })

  it.each([
    ['adopt', ['load-bundle', 'cap-capital', 'tell']],
    ['close', ['close-position', 'load-bundle', 'cap-capital', 'tell']],
    ['run-off', ['stop-entries', 'cap-capital', 'tell']],
  ] as const)('%s', (choice, kinds) => {
    const step = stageStep(upTo('full'), change({ choice, keepStage: true }), rules)
    expect(step.actions.map(({ kind }) => kind)).toEqual(kinds)
    expect(step.state).toMatchObject({ bundle: 'b', earlier: ['a'], stage: 'full' })
    if (choice !== 'run-off') return
    expect(step.state.runningOff).toBe('a')
    expect(stageStep(step.state, { kind: 'advance', atMs: 300 * DAY, parity: true }, rules).refusal).toMatch(/runs off/)
    const flat = stageStep(step.state, { kind: 'flat', atMs: 100 * DAY }, rules)
    expect(flat.state.runningOff).toBeNull()
    expect(flat.actions[0]).toEqual({ kind: 'load-bundle', bundle: 'b', adopt: false })
  })

  it('begins on paper unless told otherwise, and then real positions are closed', () => {
    expect(stageStep(upTo('full'), change({ choice: 'adopt' }), rules).refusal).toMatch(/only be closed/)
    expect(stageStep(upTo('full'), change({ choice: 'close' }), rules).state.stage).toBe('paper')
  })

  it('is rolled back to the one before it, with the same choices', () => {
    const replaced = stageStep(upTo('full'), change({ choice: 'adopt', keepStage: true }), rules).state
    const back: StageEvent = { kind: 'rollback', atMs: 101 * DAY, openPosition: true, choice: 'close' }
    const step = stageStep(replaced, back, rules)
    expect(step.state).toMatchObject({ bundle: 'a', earlier: [], stage: 'full' })
    expect(stageStep(step.state, back, rules).refusal).toMatch(/no earlier bundle/)
  })
})

describe('whatever happens', () => {
  const event: fc.Arbitrary<StageEvent> = fc.oneof(
    fc
      .record({ days: fc.nat(40), out: fc.boolean(), drawdown: fc.double({ min: -0.5, max: 0, noNaN: true }) })
      .map(({ days, out, drawdown }) => observed(days * DAY, { departures: out ? outside : [], drawdown })),
    fc.nat(400).map((days): StageEvent => ({ kind: 'advance', atMs: days * DAY, parity: days % 3 !== 0 })),
    fc
      .record({
        open: fc.boolean(),
        choice: fc.constantFrom(undefined, ...POSITION_CHOICES),
        keep: fc.boolean(),
        back: fc.boolean(),
        to: fc.constantFrom('b', 'c', 'd'),
      })
      .map(
        ({ open, choice, keep, back, to }): StageEvent => ({
          kind: back ? 'rollback' : 'replace',
          atMs: 0,
          bundle: to,
          openPosition: open,
          keepStage: keep,
          ...(choice === undefined ? {} : { choice }),
        }),
      ),
    fc.constant<StageEvent>({ kind: 'flat', atMs: 0 }),
    fc.constant<StageEvent>({ kind: 'resume', atMs: 0 }),
  )

  it('capital never rises by more than a stage, and only by an advance; a refusal changes nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state = firstStage('a', 0)
        for (const one of events) {
          const { state: next, actions, refusal } = stageStep(state, one, rules)
          if (refusal !== null) {
            expect(next).toBe(state)
            expect(actions).toEqual([])
          }
          const climb = STAGES.indexOf(next.stage) - STAGES.indexOf(state.stage)
          expect(climb).toBeLessThanOrEqual(one.kind === 'advance' ? 1 : 0)
          if (next.halted !== null) expect(next.stage).toBe('paper')
          const real = (s: StageState) => s.stage === 'canary' || s.stage === 'full'
          const wasOpen = !('openPosition' in one) || one.openPosition
          if (real(state) && !real(next) && wasOpen) expect(actions.map(({ kind }) => kind)).toContain('close-position')
          state = next
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('bands', () => {
  const uniform = seededUniform(3)
  const dayReturns = Float64Array.from({ length: 700 }, () => 0.02 * (uniform() - 0.48))
  const dayTrades = Array.from({ length: 700 }, () => (uniform() < 0.3 ? 1 : 0))
  const expected = expectedBehaviour(
    { dayReturns, dayTrades, slippageBps: 2, days: 14, coverage: 0.99, slippageFactor: 3 },
    seededUniform(1),
  )
  const seen = { days: 14, closedTrades: 4, totalReturn: 0.01, drawdown: -0.02, slippageBps: 3 }

  it('hold most stretches of the backtest itself, and tell what is not like it', () => {
    let left = 0
    for (let from = 0; from + 14 <= 700; from += 14) {
      let [unit, peak, deepest, trades] = [1, 1, 0, 0]
      for (let i = from; i < from + 14; i++) {
        unit *= 1 + dayReturns[i]!
        peak = Math.max(peak, unit)
        deepest = Math.min(deepest, unit / peak - 1)
        trades += dayTrades[i]!
      }
      const stretch = { days: 14, closedTrades: trades, totalReturn: unit - 1, drawdown: deepest, slippageBps: null }
      if (departures(expected, stretch).length > 0) left += 1
    }
    expect(left).toBeLessThanOrEqual(3)
    const names = (fields: object) => departures(expected, { ...seen, ...fields }).map(({ what }) => what)
    expect(names({})).toEqual([])
    expect(names({ closedTrades: 14 })).toEqual(['tradesPerDay'])
    expect(names({ drawdown: -0.2 })).toEqual(['drawdown'])
    expect(names({ totalReturn: 0.3 })).toEqual(['stretchReturn'])
    expect(names({ slippageBps: 7 })).toEqual(['slippageBps'])
    expect(departures(expected, { ...seen, days: 13, drawdown: -0.5 })).toEqual([])
  })
})
