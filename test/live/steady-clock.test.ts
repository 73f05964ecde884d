/** The venue's time between its words: no wall clock moves it, and a venue of whole seconds doesn't push it about. */

import { expect, it } from 'vitest'
import { SteadyClock } from '../../engine/live/steady-clock.ts'

function clockAt(wallMs: number) {
  const at = { wallMs, monotonicMs: 0 }
  const steady = new SteadyClock({
    nowMs: () => at.wallMs,
    monotonicMs: () => at.monotonicMs,
    after: () => ({ cancel: () => {} }),
  })
  const pass = (ms: number): void => {
    at.wallMs += ms
    at.monotonicMs += ms
  }
  return { at, steady, pass }
}

it('goes on evenly where the wall clock jumps', () => {
  const { at, steady, pass } = clockAt(1_000_000)
  pass(500)
  at.wallMs += 3_600_000
  expect(steady.nowMs()).toBe(1_000_500)
})

it('takes an exact word as of the middle of question and answer', () => {
  const { at, steady, pass } = clockAt(1_000_000)
  const askedMs = at.monotonicMs
  pass(200)
  steady.told(1_002_000, askedMs)
  expect(steady.nowMs()).toBe(1_002_100)
})

it('is left alone by whole seconds that it may well be in, and moved no further than to their edge', () => {
  const { steady } = clockAt(1_000_400)
  steady.told(1_000_000, 0, 1000)
  expect(steady.nowMs()).toBe(1_000_400)
  steady.told(1_001_000, 0, 1000)
  expect(steady.nowMs()).toBe(1_001_000)
  steady.told(999_000, 0, 1000)
  expect(steady.nowMs()).toBe(1_000_000)
  // However often it is asked, it doesn't creep.
  for (let i = 0; i < 100; i++) steady.told(999_000, 0, 1000)
  expect(steady.nowMs()).toBe(1_000_000)
})

it('takes of a slow answer only what is certain', () => {
  const { at, steady, pass } = clockAt(1_000_000)
  const askedMs = at.monotonicMs
  pass(4_000)
  // Made at some moment of the four seconds: what was 1,001,000 then is between 1,001,000 and 1,005,000 now.
  steady.told(1_001_000, askedMs)
  expect(steady.nowMs()).toBe(1_004_000)
  steady.told(1_008_000, askedMs)
  expect(steady.nowMs()).toBe(1_008_000)
  steady.told(1_001_000, askedMs, 1000)
  expect(steady.nowMs()).toBe(1_006_000)
})
