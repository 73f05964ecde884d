/** Goal: a validation judges against exactly what a sweep tried. */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pointsOf, triedPoints } from '../../engine/sweep/tried.ts'
import { inline, runFile, sweep, testFolder } from './support.ts'

describe('what a sweep tried', () => {
  it('of a grid with conditions: the points that pass, before and after it ran', async () => {
    const section = {
      space: { fast: [5, 10, 20], slow: [10, 20], 'costs.fees': [{ maker: 0, taker: 0.001 }] },
      where: 'fast < slow',
    }
    const file = runFile(section)
    const points = pointsOf(file.sweep!)
    expect(points.map(({ fast, slow }) => `${fast}/${slow}`).sort()).toEqual(['10/20', '5/10', '5/20'])
    const runs = testFolder()
    await sweep(file, inline(runs))
    const tried = await triedPoints(join(runs, 'sweep'))
    expect(new Set(tried.map((one) => JSON.stringify(one)))).toEqual(new Set(points.map((one) => JSON.stringify(one))))
  })

  it('of a search that learns: only its results know', async () => {
    const section = {
      method: 'halving',
      samples: 6,
      space: { fast: { min: 3, max: 9, integer: true }, slow: [20, 40] },
      halving: { rungs: 2, eta: 3 },
    }
    const file = runFile(section)
    expect(() => pointsOf(file.sweep!)).toThrow(/is known once it has run/)
    const runs = testFolder()
    await sweep(file, inline(runs))
    const tried = await triedPoints(join(runs, 'sweep'))
    // Each configuration once, whatever windows it was tried on.
    expect(tried.length).toBeGreaterThan(2)
    expect(tried.length).toBeLessThanOrEqual(6)
    for (const point of tried) expect(Object.keys(point).sort()).toEqual(['fast', 'slow'])
  })
})
