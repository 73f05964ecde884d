import { describe, expect, it } from 'vitest'
import { PACED, Pacing } from '../../engine/rules/pacing.ts'
import { LOW_CAPITAL, MICRO_CAP } from '../../engine/rules/profile-presets.ts'

describe('C3 pacing by category', () => {
  it('C3: each category waits for its own interval and no other', () => {
    const pacing = new Pacing(MICRO_CAP.pacing)
    for (const category of PACED) expect(pacing.due(category, 0)).toBe(true)
    for (const category of PACED) pacing.used(category, 100_000)
    expect(PACED.map((category) => pacing.dueMs(category) - 100_000)).toEqual([30_000, 5_000, 60_000, 30_000])
    pacing.used('entry', 110_000)
    expect(pacing.dueMs('exit')).toBe(105_000)
  })

  it('C2: monitored exits wait only for the exit interval (5 s), inclusive, never for the entry interval', () => {
    const pacing = new Pacing(MICRO_CAP.pacing)
    pacing.used('entry', 0)
    expect(pacing.due('exit', 1)).toBe(true)
    pacing.used('exit', 1)
    expect([pacing.due('exit', 5_000), pacing.due('exit', 5_001)]).toEqual([false, true])
  })

  it('another profile changes the intervals over the same memory; a snapshot continues', () => {
    const pacing = new Pacing(MICRO_CAP.pacing)
    pacing.used('exit', 0)
    const again = new Pacing(MICRO_CAP.pacing)
    again.restore(pacing.snapshot())
    again.configure(LOW_CAPITAL.pacing)
    expect([again.due('exit', 9_999), again.due('exit', 10_000)]).toEqual([false, true])
    expect(again.snapshot().entry).toBeNull()
  })
})

describe('C1 stale orders', () => {
  it('C1: an unfilled entry order is stale after 120 s', () => {
    expect(new Pacing(MICRO_CAP.pacing).staleFromMs(1_000)).toBe(121_000)
  })
})
