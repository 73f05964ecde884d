/** Goal: RULES F2 to the letter: cached 60 s, 5 s between refreshes, backoff 1 s × 1.2 to 60 s, breaker at five. */

import { describe, expect, it } from 'vitest'
import { BalanceCache } from '../../../engine/live/safety/balance-cache.ts'
import { REFRESH, RefreshPolicy } from '../../../engine/live/safety/refresh-policy.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'

describe('when balances are asked for', () => {
  it('is fresh for 60 s', () => {
    const policy = new RefreshPolicy()
    expect(policy.isFresh(0)).toBe(false)
    policy.succeeded(1000)
    expect([policy.isFresh(60_999), policy.isFresh(61_000)]).toEqual([true, false])
  })

  it('is never refreshed within 5 s, not even after a fill', () => {
    const policy = new RefreshPolicy()
    policy.succeeded(1000)
    policy.invalidate()
    expect([policy.isFresh(1001), policy.mayAskFromMs()]).toEqual([false, 6000])
  })

  it('backs off 1 s, 1.2 s, 1.44 s, 1.728 s, and the fifth failure opens the breaker for 60 s', () => {
    const policy = new RefreshPolicy()
    const waits: number[] = []
    let now = 0
    for (let i = 0; i < 5; i++) {
      policy.failed(now)
      waits.push(policy.mayAskFromMs() - now)
      now = policy.mayAskFromMs()
    }
    expect(waits).toEqual([1000, 1200, 1440, 1728, 60_000])
    expect(policy.breakerOpen).toBe(true)
    policy.failed(now)
    expect(policy.mayAskFromMs() - now).toBe(60_000)
    policy.succeeded(now)
    expect([policy.breakerOpen, policy.mayAskFromMs() - now]).toEqual([false, 5000])
  })

  it('without the breaker the backoff ends at 60 s', () => {
    const policy = new RefreshPolicy({ ...REFRESH, failures: 1000 })
    for (let i = 0; i < 23; i++) policy.failed(0)
    expect(policy.backoff()).toBeCloseTo(1000 * 1.2 ** 22)
    policy.failed(0)
    expect(policy.backoff()).toBe(60_000)
  })
})

describe('the cache', () => {
  function makeCache() {
    const environment = new VirtualEnvironment()
    const asked: number[] = []
    const state = { fail: false, delayMs: 10 }
    const cache = new BalanceCache(environment, async () => {
      asked.push(environment.monotonicMs())
      await new Promise<void>((resolve) => environment.after(state.delayMs, resolve))
      if (state.fail) throw new Error('down')
      return asked.length
    })
    return { environment, cache, asked, state }
  }

  it('asks once for many readers, and again only when it must', async () => {
    const { environment, cache, asked } = makeCache()
    const readers = [cache.read(1000), cache.read(1000), cache.read(1000)]
    await environment.run(100)
    expect((await Promise.all(readers)).map(({ value }) => value)).toEqual([1, 1, 1])
    await environment.run(59_000)
    expect((await cache.read(0)).value).toBe(1)
    await environment.run(1000)
    const late = cache.read(1000)
    await environment.run(100)
    expect([(await late).value, asked.length]).toEqual([2, 2])
  })

  it('after a fill it waits for the 5 s to pass', async () => {
    const { environment, cache, asked } = makeCache()
    const first = cache.read(0)
    await environment.run(100)
    await first
    cache.invalidate()
    await expect(cache.read(1000)).rejects.toMatchObject({ code: 'BALANCES_UNAVAILABLE' })
    const second = cache.read(10_000)
    await environment.run(6000)
    await second
    expect(asked).toEqual([0, 5010])
  })

  it('a fill while the answer is under way makes that answer old', async () => {
    const { environment, cache, asked } = makeCache()
    const reader = cache.read(60_000)
    await environment.run(5)
    cache.invalidate()
    await environment.run(6000)
    expect([(await reader).value, asked.length]).toEqual([2, 2])
  })

  it('fails with what the venue said, keeps the last value with its age, and comes back', async () => {
    const { environment, cache, state, asked } = makeCache()
    const first = cache.read(0)
    await environment.run(100)
    await first
    await environment.run(60_000)
    state.fail = true
    const failing = cache.read(0).catch((error: Error) => error.message)
    await environment.run(100)
    expect(await failing).toBe('down')
    expect(cache.peek()).toMatchObject({ value: 1, fresh: false })
    const patient = cache.read(20_000)
    await environment.run(500)
    state.fail = false
    await environment.run(2000)
    expect((await patient).value).toBe(asked.length)
  })
})
