/** Goal: no session starts by a clock that is ahead of the venue's. Method: a venue whose first answers are slow. */

import { describe, expect, it } from 'vitest'
import { setByVenue } from '../../engine/live/start-clock.ts'
import { SteadyClock } from '../../engine/live/steady-clock.ts'

const VENUE_MS = Date.UTC(2026, 0, 5) + 137

/** A wall clock that is `aheadMs` ahead of the venue's; each answer takes as long as `waits` says, then 20 ms. */
function start(aheadMs: number, waits: readonly number[], stepMs = 0, slow: 'requests' | 'answers' = 'requests') {
  const at = { monotonicMs: 0, asked: 0 }
  const venueMs = (): number => VENUE_MS + at.monotonicMs
  const steady = new SteadyClock({
    nowMs: () => venueMs() + aheadMs,
    monotonicMs: () => at.monotonicMs,
    after: () => ({ cancel: () => {} }),
  })
  const tell = async (): Promise<number> => {
    const before = venueMs()
    at.monotonicMs += waits[at.asked++] ?? 20
    // Where the request was slow the venue's word is of this moment; by itself it might be of any since it was asked.
    const told = slow === 'requests' ? venueMs() : before
    return stepMs === 0 ? told : Math.floor(told / stepMs) * stepMs
  }
  const exchange = { venue: 'test', abilities: { clockStepMs: stepMs } } as unknown as Parameters<typeof setByVenue>[1]
  const set = setByVenue(steady, exchange, tell)
  return { set, asked: () => at.asked, offMs: () => steady.nowMs() - venueMs() }
}

describe('the clock of a start', () => {
  it('that is right is believed at the first quick answer', async () => {
    const { set, asked, offMs } = start(0, [])
    await set
    expect(asked()).toBe(1)
    expect(Math.abs(offMs())).toBeLessThanOrEqual(10)
  })

  it('two seconds ahead is refused, also where the first answers are too slow to tell', async () => {
    for (const slow of [0, 1, 3, 4]) {
      const { set, asked } = start(1986, Array(slow).fill(4000))
      await expect(set).rejects.toMatchObject({ code: 'CLOCK_OFF', message: "this clock is 1965 ms ahead of test's" })
      expect(asked()).toBe(slow + 1)
    }
  })

  it('the little that it is off is set right by the quick answer, whatever slow ones said', async () => {
    for (const ahead of [-900, 900]) {
      const { set, offMs } = start(ahead, [4000, 2500])
      await set
      expect(Math.abs(offMs())).toBeLessThanOrEqual(10)
    }
  })

  it.each([-700, 0, 700])('where all are slow it is never ahead afterwards (%i ms before)', async (ahead) => {
    const { set, asked, offMs } = start(ahead, [8000, 5000, 1600, 6000, 9000])
    await set
    expect(asked()).toBe(5)
    // Requests were slow: the venue's words might be as old as the quickest took, and weren't.
    expect(offMs()).toBeLessThanOrEqual(0)
    expect(offMs()).toBeGreaterThanOrEqual(-1600)
    const late = start(ahead, [8000, 5000, 1600, 6000, 9000], 0, 'answers')
    await late.set
    expect(Math.abs(late.offMs())).toBeLessThanOrEqual(1600)
    expect(late.offMs()).toBeLessThanOrEqual(0)
  })

  it('of whole seconds is left within the second that the venue is in', async () => {
    const { set, asked, offMs } = start(700, [3000], 1000)
    await set
    expect(asked()).toBe(2)
    expect(Math.abs(offMs())).toBeLessThanOrEqual(1000)
  })
})
