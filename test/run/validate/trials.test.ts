/** Goal: the space is what was written, out-of-sample parts never touch what was chosen on, and the ledger counts honestly. */

import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededUniform } from '../../../engine/core/random.ts'
import { ValidationLedger } from '../../../engine/run/validate/ledger.ts'
import { crossValidate, walkForward } from '../../../engine/run/validate/out-of-sample.ts'
import {
  neighboursOf,
  type Trial,
  type TrialResult,
  type TrialRunner,
  trialsOf,
  withEvidence,
} from '../../../engine/run/validate/trials.ts'
import type { TimeWindow } from '../../../engine/run/validate/window-run.ts'
import { plainConfig } from '../../support/runs.ts'

const DAY = 86_400_000
const START = Date.UTC(2020, 0, 1)

function spaceOf(space: object) {
  const config = plainConfig({ validate: { space } })
  return trialsOf(config, config.validate!)
}

describe('the space', () => {
  it('is every combination, by parameter or by path, the last key fastest', () => {
    const trials = spaceOf({ fast: [5, 10], slow: { from: 0.1, to: 0.3, step: 0.1 }, 'costs.slippageBps': [0, 3] })
    expect(trials).toHaveLength(12)
    expect(trials[3]!.values).toEqual({ fast: 5, slow: 0.2, 'costs.slippageBps': 3 })
    expect(trials[3]!.config.strategy.params).toEqual({ fast: 5, slow: 0.2 })
    expect(trials[3]!.config.costs.slippageBps).toBe(3)
    expect(trials[5]!.values['slow']).toBe(0.3)
    expect(neighboursOf(trials, trials[3]!)).toEqual([1, 2, 5, 9])
  })

  it('of nothing is the configuration as it is', () => {
    expect(spaceOf({}).map(({ values }) => values)).toEqual([{}])
  })

  it.each([
    [{ 'data.timeframe': ['1h', '4h'] }, /not comparable day by day/],
    [{ 'account.equity': [-1] }, /account.equity: expected a number above 0/],
    [{ a: { from: 1, to: 1e6, step: 1 } }, /at most 100000/],
  ])('refuses %o', (space, expected) => {
    expect(() => spaceOf(space)).toThrow(expected)
  })
})

/** Trials whose daily returns are drawn from seeds; notes which windows were asked for. */
class DrawnRunner implements TrialRunner {
  readonly asked: { trials: readonly Trial[]; window: TimeWindow }[] = []
  private readonly drift: (trial: Trial, day: number) => number

  constructor(drift: (trial: Trial, day: number) => number) {
    this.drift = drift
  }

  async runTrials(trials: readonly Trial[], window: TimeWindow): Promise<readonly TrialResult[]> {
    this.asked.push({ trials, window })
    return trials.map((trial) => {
      const first = Math.round((window.fromMs - START) / DAY)
      const count = Math.round((window.toMs - window.fromMs) / DAY)
      const dayReturns = Float64Array.from({ length: count }, (_, i) => {
        const uniform = seededUniform(first + i, JSON.stringify(trial.values))
        return 0.02 * (uniform() - 0.5) + this.drift(trial, first + i)
      })
      const totalReturn = dayReturns.reduce((unit, r) => unit * (1 + r), 1) - 1
      const dayMs = dayReturns.map((_, i) => window.fromMs + i * DAY)
      return withEvidence({ dayMs, dayReturns, totalReturn, trades: [], fees: 0, exposure: 1, ruined: false })
    })
  }
}

const trials = spaceOf({ fast: [1, 2, 3, 4, 5, 6] })
const days = { firstMs: START, count: 1000 }

describe('walk-forward', () => {
  const plan = { inSampleDays: 300, outOfSampleDays: 100, purgeDays: 5, objective: 'sharpe' as const }

  it('chooses in each fold what was best before it, and trades it after', async () => {
    // Each trial is good for a time: only a search inside every fold follows it.
    const runner = new DrawnRunner((trial, day) =>
      Math.floor(day / 170) === Number(trial.values['fast']) - 1 ? 0.004 : 0,
    )
    const found = (await walkForward(trials, runner, days, { ...plan, inSampleDays: 120, anchored: false }))!
    // In sample are days 100·i to 100·i + 120: whose time covers most of them?
    expect(found.folds.map(({ values }) => values['fast'])).toEqual([1, 1, 2, 3, 3, 4, 4, 5, 6])
    for (const [i, { inSample, outOfSample }] of found.folds.entries()) {
      expect(inSample.toMs + 5 * DAY).toBe(outOfSample.fromMs)
      expect(inSample.toMs - inSample.fromMs).toBe(120 * DAY)
      if (i > 0) expect(outOfSample.fromMs).toBe(found.folds[i - 1]!.outOfSample.toMs)
    }
    expect(found.dayMs).toHaveLength(found.dayReturns.length)
    const stitched = found.dayReturns.reduce((unit, r) => unit * (1 + r), 1) - 1
    expect(stitched).toBeCloseTo(found.summary.stitched, 10)
  })

  it('anchored keeps its start; too short data gives none', async () => {
    const runner = new DrawnRunner(() => 0)
    const found = (await walkForward(trials, runner, days, { ...plan, anchored: true }))!
    expect(new Set(found.folds.map(({ inSample }) => inSample.fromMs))).toEqual(new Set([START]))
    expect(await walkForward(trials, runner, { ...days, count: 450 }, { ...plan, anchored: false })).toBeNull()
  })
})

describe('cross-validation', () => {
  const plan = { groups: 6, testGroups: 2, purgeDays: 4, embargoDays: 10, objective: 'sharpe' as const }

  it('gives five whole paths, of the best outside each test group', async () => {
    const runner = new DrawnRunner((trial) => (trial.values['fast'] === 4 ? 0.003 : 0))
    const whole = await runner.runTrials(trials, { fromMs: START, toMs: START + 1000 * DAY })
    const found = (await crossValidate(trials, runner, days, whole, plan))!
    expect(found.paths).toHaveLength(5)
    expect(found.splits).toBe(15)
    for (const { dayReturns } of found.paths) expect(dayReturns).toHaveLength(1000)
    expect(found.chosen).toEqual([0, 0, 0, 15, 0, 0])
    // Chosen in every split: its groups were run once each, and every path is the same.
    expect(runner.asked).toHaveLength(1 + 6)
    expect(await crossValidate(trials, runner, { ...days, count: 50 }, whole, plan)).toBeNull()
  })
})

describe('the ledger', () => {
  const path = () => join(mkdtempSync(join(tmpdir(), 'tandem-ledger-')), 'deep', 'ledger.jsonl')

  it('counts each configuration on a data set once, across validations', () => {
    const file = path()
    expect(new ValidationLedger(file).countTrials('data', ['a', 'b', 'a'])).toBe(2)
    expect(new ValidationLedger(file).countTrials('data', ['b', 'c'])).toBe(3)
    expect(new ValidationLedger(file).countTrials('other', ['b'])).toBe(1)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3)
  })

  it('knows for how many configurations a stretch was opened, whatever its edges', () => {
    const file = path()
    expect(new ValidationLedger(file).openHoldout('data', 100, 200, 'a')).toBe(1)
    expect(new ValidationLedger(file).openHoldout('data', 100, 200, 'a')).toBe(1)
    expect(new ValidationLedger(file).openHoldout('data', 150, 300, 'b')).toBe(2)
    expect(new ValidationLedger(file).openHoldout('data', 300, 400, 'c')).toBe(1)
    expect(new ValidationLedger(file).openHoldout('other', 100, 200, 'c')).toBe(1)
  })

  it('survives a torn last line, and refuses a damaged one', () => {
    const file = path()
    new ValidationLedger(file).countTrials('data', ['a'])
    appendFileSync(file, '{"kind":"trials","da')
    const ledger = new ValidationLedger(file)
    expect(ledger.countTrials('data', ['b'])).toBe(2)
    expect(new ValidationLedger(file).countTrials('data', [])).toBe(2)
    appendFileSync(file, 'nonsense}\n')
    expect(() => new ValidationLedger(file)).toThrow(/this line is no record/)
  })
})
