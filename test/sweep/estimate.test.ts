import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { advise, estimateSweep, reckon } from '../../engine/sweep/estimate.ts'
import { planSweep } from '../../engine/sweep/plan.ts'
import { market, runFile, testFolder } from './support.ts'

const SPACE = { space: { fast: [3, 5, 8], slow: [20, 40] } }
const HOUR = 3600

describe('the cost of a sweep', () => {
  it('is measured on its own trials, and nothing is written', async () => {
    const folder = testFolder()
    const estimate = await estimateSweep(runFile(SPACE), { baseFolder: folder, market, workers: 2 })
    expect(estimate).toMatchObject({ trials: 6, isExact: true, bars: 900, measuredTrials: 6, fits: 'one machine' })
    expect(estimate.secondsPerTrial).toBeGreaterThan(0)
    expect(estimate.nsPerBar).toBeCloseTo((estimate.secondsPerTrial * 1e9) / 900, 6)
    expect(existsSync(join(folder, 'sweep'))).toBe(false)
  })

  it('is reckoned up to a thousand million trials', async () => {
    const space = {
      fast: { from: 1, to: 1000, step: 1 },
      slow: { from: 1, to: 1000, step: 1 },
      stop: { from: 0.001, to: 1, step: 0.001 },
    }
    const plan = await planSweep(runFile({ space }), { baseFolder: '.', market })
    const one = reckon(plan, { trials: 12, secondsPerTrial: 0.01, bytesPerTrial: 1000 }, 1)
    expect(one.trials).toBe(1e9)
    expect(one.hours).toBeCloseTo(1e7 / HOUR, 6)
    expect(one.diskBytes).toBeGreaterThan(1e12)
    expect(one.fits).toBe('queue')
    const two = reckon(plan, { trials: 12, secondsPerTrial: 0.01, bytesPerTrial: 1000 }, 2)
    expect(one.hours / two.hours).toBeCloseTo(1.9, 9)
    expect(two.memoryBytes).toBeGreaterThan(one.memoryBytes)
  })

  it.each([
    [11, false, 'one machine', 1],
    [13, false, 'shards', 2],
    [500, false, 'shards', 63],
    [600, false, 'queue', 75],
    [11, true, 'one machine', 1],
    [100, true, 'queue', 13],
  ] as const)('of %d hours (adaptive: %s) fits %s', (hours, adaptive, fits, machines) => {
    expect(advise(hours, adaptive)).toMatchObject({ fits, machines })
  })
})
