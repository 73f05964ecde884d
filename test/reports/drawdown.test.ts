/** The underwater curve against hand-made cases. */

import { describe, expect, it } from 'vitest'
import { drawdownOf } from '../../reports/drawdown.ts'

const time = [0, 10, 20, 30]

describe('drawdownOf', () => {
  it('counts from the initial equity', () => {
    expect([...drawdownOf(time, [90, 120, 60, 120], 100, [])]).toEqual([90 / 100 - 1, 0, -0.5, 0])
  })

  it('does not take money moved for a gain or a loss', () => {
    // 100 → 110; then 90 are withdrawn and the rest stays; then a fall by half.
    const drawdown = drawdownOf(time, [110, 20, 10, 10], 100, [{ timeMs: 15, amount: -90 }])
    expect([...drawdown].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([0, 0, -0.5, -0.5])
  })

  it('survives an account that is wiped out', () => {
    expect([...drawdownOf(time, [50, 0, 0, 0], 100, [])]).toEqual([-0.5, -1, -1, -1])
    expect([...drawdownOf(time, [0, 0, 0, 0], 0, [])]).toEqual([0, 0, 0, 0])
  })
})
