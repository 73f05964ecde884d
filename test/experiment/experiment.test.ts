/**
 * Goal: the gates tell luck from an edge. Twenty small validations here; main.ts runs two hundred of each. Noise must not
 * pass; at least half of those with a planted edge must, and what is chosen must lie near it.
 */

import { describe, expect, it } from 'vitest'
import { clopperPearsonUpper, runOne, tallyOf } from './experiment.ts'

const seeds = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + i)

describe('noise and planted edges', () => {
  it('of twelve sweeps on noise none passes', async () => {
    const outcomes = []
    for (const seed of seeds(12, 1001)) outcomes.push(await runOne('noise', seed, 5))
    expect(tallyOf(outcomes).passed).toBe(0)
  })

  it('of eight with a planted edge half pass at least, and the choice lies near it', async () => {
    const outcomes = []
    for (const seed of seeds(8, 2001)) outcomes.push(await runOne('planted', seed, 5))
    const { passed, near } = tallyOf(outcomes)
    expect(passed).toBeGreaterThanOrEqual(4)
    expect(near).toBeGreaterThanOrEqual(7)
  })

  it('upper bounds of shares are those of Clopper and Pearson', () => {
    // 1 − 0.05^(1/200), and R's binom.test(3, 200, alternative = "less").
    expect(clopperPearsonUpper(0, 200, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 200), 10)
    expect(clopperPearsonUpper(3, 200, 0.95)).toBeCloseTo(0.0382, 3)
    expect(clopperPearsonUpper(5, 5, 0.95)).toBe(1)
  })
})
