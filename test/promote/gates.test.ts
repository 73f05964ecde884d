/** Goal: each gate passes and fails where the policy says, and doubt is never a pass. */

import { describe, expect, it } from 'vitest'
import { type Evidence, found, missing, notApplicable } from '../../engine/promote/evidence.ts'
import { evaluateGates, failedGates } from '../../engine/promote/gates.ts'
import { defaultPolicy, type GateName, parsePolicy } from '../../engine/promote/policy.ts'
import { GOOD } from './samples.ts'

const policy = defaultPolicy()
const bad: Readonly<Record<GateName, Partial<Evidence>>> = {
  lookAhead: { lookAhead: found({ passed: false, detail: 'reads close at row 31', cuts: 24 }) },
  backtestLength: { years: 3 },
  trades: { closedTrades: 29 },
  deflatedSharpe: { sharpeVariance: found(0.01) },
  overfitting: { overfitting: found({ probability: 0.21, lossProbability: 0, blocks: 16, halves: 12870 }) },
  walkForward: {
    walkForward: found({
      evidence: { sharpe: 0.01, n: 1000, skew: 0, kurtosis: 3 },
      folds: 8,
      stitchedReturn: 0,
      efficiency: null,
    }),
  },
  superiorAbility: { superiorAbility: found({ cash: 0.001, hold: 0.06, resamples: 1000, blockLength: 4, seed: 7 }) },
  holm: { holm: found({ adjusted: 0.06, raw: 0.003, tests: 20 }) },
  neighbourhood: { neighbourhood: found({ median: 0.1, chosen: 0.15, neighbours: 4 }) },
  costs: { costs: found({ factor: 1.5, totalReturn: -0.01 }) },
  noEdge: { noEdge: found({ share: 0.25, markets: 20, seed: 7 }) },
  drawdown: { drawdown: found({ worst: -0.36, samples: 2000, seed: 7 }) },
  holdout: { holdout: found({ totalReturn: -0.01, days: 180, openings: 1 }) },
  parity: { parity: found({ share: 0.97, decisions: 400 }) },
}

describe('gates', () => {
  it('all pass on good evidence, each with formula, inputs and reason', () => {
    const results = evaluateGates(GOOD, policy)
    expect(failedGates(results)).toEqual([])
    expect(results.map(({ name }) => name).sort()).toEqual(Object.keys(policy.gates).sort())
    for (const { status, formula, reason } of results) {
      expect(status).toBe('passed')
      expect(formula).toMatch(/\/1/)
      expect(reason).not.toBe('')
    }
  })

  it.each(Object.keys(bad) as GateName[])('%s alone fails on evidence against it', (name) => {
    expect(failedGates(evaluateGates({ ...GOOD, ...bad[name] }, policy))).toEqual([name])
  })

  it.each(
    Object.entries(GOOD)
      .filter(([, value]) => typeof value === 'object')
      .map(([key]) => key),
  )('what is missing fails, what makes no sense is not applicable: %s', (key) => {
    const results = (value: unknown) => evaluateGates({ ...GOOD, [key]: value }, policy)
    expect(failedGates(results(missing('it broke'))).length).toBeGreaterThan(0)
    if (key === 'sharpeVariance') return
    const open = results(notApplicable('there is none')).filter(({ status }) => status === 'not applicable')
    expect(open.map(({ reason }) => reason)).toEqual(['there is none'])
  })

  it('neighbours that fall short are told by their figure, a chosen one without a positive ratio by that', () => {
    const reasonOf = (chosen: number) => {
      const neighbourhood = found({ median: 0.1, chosen, neighbours: 4 })
      return evaluateGates({ ...GOOD, neighbourhood }, policy).find(({ name }) => name === 'neighbourhood')!.reason
    }
    expect(reasonOf(0.2)).toBe('0.5 is not at least 0.7')
    expect(reasonOf(-0.2)).toMatch(/no positive Sharpe ratio/)
  })

  it('a holdout that was opened twice is no holdout', () => {
    const holdout = found({ totalReturn: 0.5, days: 180, openings: 2 })
    const [result] = evaluateGates({ ...GOOD, holdout }, policy).filter(({ name }) => name === 'holdout')
    expect(result).toMatchObject({ status: 'failed', reason: expect.stringMatching(/opened 2 times/) })
  })

  it('a policy changes limits and turns gates off, and says so', () => {
    const own = parsePolicy({ name: 'house', gates: { trades: { atLeast: 200 }, holm: 'off' } }, 'policy.yaml')
    const results = evaluateGates(GOOD, own)
    expect(failedGates(results)).toEqual(['trades'])
    expect(results.find(({ name }) => name === 'holm')?.reason).toBe('turned off by the policy house')
    expect(() => parsePolicy({ gates: { trade: {} } }, 'policy.yaml')).toThrow(/gates.trade: unknown key/)
  })
})
