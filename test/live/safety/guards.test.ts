/** Goal: what is old, off, late or full is noticed, told once, and over when it is over. */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Ages } from '../../../engine/live/safety/ages.ts'
import { ClockGuard, certainOffset, measureOffset } from '../../../engine/live/safety/clock.ts'
import { Conditions, type SafetyEvent } from '../../../engine/live/safety/conditions.ts'
import { DeadMan } from '../../../engine/live/safety/dead-man.ts'
import { DiskGuard, type DiskPort } from '../../../engine/live/safety/disk.ts'
import { realDisk } from '../../../engine/live/safety/real-disk.ts'
import { type Stall, StallGuard } from '../../../engine/live/safety/stall.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'

function make() {
  const environment = new VirtualEnvironment()
  const events: SafetyEvent[] = []
  const conditions = new Conditions((event) => events.push(event))
  return { environment, events, conditions }
}

describe('age', () => {
  it('past the limit only exits leave, until it is new again', async () => {
    const { environment, conditions, events } = make()
    const ages = new Ages(environment, conditions)
    ages.watch('candles BTC/USD', 'candles of BTC/USD', 90_000)
    await environment.run(90_000)
    ages.check()
    expect(conditions.state).toBe('ACTIVE')
    await environment.run(1)
    ages.check()
    ages.check()
    expect(conditions.state).toBe('REDUCING')
    expect(conditions.all[0]!.why).toBe('candles of BTC/USD: nothing new for 90 s, at most 90 s')
    ages.renew('candles BTC/USD', 90_001)
    expect(conditions.state).toBe('REDUCING')
    ages.renew('candles BTC/USD', 30_000)
    expect(conditions.state).toBe('ACTIVE')
    expect(events.map(({ kind }) => kind)).toEqual(['raised', 'cleared'])
    ages.renew('candles BTC/USD', 60_000)
    expect(ages.ageMs('candles BTC/USD')).toBe(30_000)
  })

  it('what is closed on purpose is no longer awaited', async () => {
    const { environment, conditions } = make()
    const ages = new Ages(environment, conditions)
    ages.watch('socket', 'the socket', 30_000)
    await environment.run(31_000)
    ages.check()
    ages.forget('socket')
    ages.check()
    expect(conditions.state).toBe('ACTIVE')
  })
})

describe("the venue's clock", () => {
  it.each([
    ['right, a quick line', 0, 20, 1, 0],
    ['600 ms behind', 600, 0, 1, 600],
    ['600 ms ahead', -600, 0, 1, 599],
    ['slow line: 500 ms each way leave it open', 400, 1000, 1, 0],
    ['whole seconds: nothing is certain below one', 700, 0, 1000, 0],
    ['whole seconds: 2.5 s behind', 2500, 0, 1000, 2000],
  ])('%s', async (_, offset, roundTripMs, resolutionMs, certain) => {
    const { environment } = make()
    const server = async () => {
      environment.stall(roundTripMs / 2)
      const told = Math.floor((environment.nowMs() + offset) / resolutionMs) * resolutionMs
      environment.stall(roundTripMs / 2)
      return told + (resolutionMs === 1 && told % 1000 === 0 ? 1 : 0)
    }
    const range = await measureOffset(environment, server, 1)
    expect(range.leastMs).toBeLessThanOrEqual(offset + 1)
    expect(range.mostMs).toBeGreaterThanOrEqual(offset)
    expect(Math.abs(certainOffset(range) - certain)).toBeLessThanOrEqual(1)
  })

  it('several questions narrow what whole seconds leave open', async () => {
    const { environment } = make()
    const server = async () => {
      environment.stall(350)
      return Math.floor((environment.nowMs() + 1500) / 1000) * 1000
    }
    const one = await measureOffset(environment, server, 1)
    const many = await measureOffset(environment, server, 12)
    expect(many.mostMs - many.leastMs).toBeLessThan(one.mostMs - one.leastMs)
    expect(many.leastMs).toBeLessThanOrEqual(1500)
    expect(many.mostMs).toBeGreaterThanOrEqual(1500)
  })

  it('warns above 500 ms, halts above 1 s, and ends when the clock is right', () => {
    const { environment, conditions, events } = make()
    const guard = new ClockGuard(environment, conditions)
    const judge = (ms: number) => {
      guard.judge({ leastMs: ms, mostMs: ms })
      return [events.filter(({ kind }) => kind === 'warning').length, conditions.state]
    }
    expect(judge(500)).toEqual([0, 'ACTIVE'])
    expect(judge(501)).toEqual([1, 'ACTIVE'])
    expect(judge(900)).toEqual([1, 'ACTIVE'])
    expect(judge(1000)).toEqual([1, 'ACTIVE'])
    expect(judge(-1001)).toEqual([1, 'HALTED'])
    expect(conditions.all[0]!.why).toBe("the clock is 1001 ms ahead of the venue's")
    expect(judge(0)).toEqual([1, 'ACTIVE'])
  })
})

describe('standing still', () => {
  async function watch(during: (environment: VirtualEnvironment) => void): Promise<Stall[]> {
    const { environment } = make()
    const stalls: Stall[] = []
    const guard = new StallGuard(environment, (stall) => stalls.push(stall))
    guard.start()
    await environment.run(3000)
    during(environment)
    await environment.run(3000)
    guard.stop()
    expect(environment.timers).toBe(0)
    return stalls
  }

  it.each([
    ['a late tick', (e: VirtualEnvironment) => e.stall(5900), []],
    ['a stall', (e: VirtualEnvironment) => e.stall(6100), [{ kind: 'stall', ms: 5100 }]],
    [
      'sleep: only the wall clock ran',
      (e: VirtualEnvironment) => e.stepWall(3_600_000),
      [{ kind: 'jump', ms: 3_600_000 }],
    ],
    ['set back an hour', (e: VirtualEnvironment) => e.stepWall(-3_600_000), [{ kind: 'jump', ms: -3_600_000 }]],
    ['corrected a little', (e: VirtualEnvironment) => e.stepWall(300), []],
  ])('%s', async (_, during, expected) => {
    expect(await watch(during)).toEqual(expected)
  })
})

describe('a full disk', () => {
  function makeDisk(free: { bytes: number | null; error?: Error }) {
    const { environment, conditions } = make()
    const reserve = { bytes: 0 }
    const disk: DiskPort = {
      freeBytes: () => {
        if (free.error !== undefined) throw free.error
        return free.bytes
      },
      keepReserve: (bytes) => {
        reserve.bytes = bytes
      },
      releaseReserve: () => {
        const there = reserve.bytes > 0
        reserve.bytes = 0
        return there
      },
    }
    return { conditions, reserve, free, guard: new DiskGuard(environment, conditions, disk) }
  }

  it('no new risk below the margin; over when there is room again', () => {
    const { conditions, reserve, free, guard } = makeDisk({ bytes: 500_000_000 })
    guard.check()
    expect([conditions.state, reserve.bytes]).toEqual(['ACTIVE', 16_777_216])
    free.bytes = 499_999_999
    guard.check()
    expect(conditions.state).toBe('REDUCING')
    free.bytes = 600_000_000
    guard.check()
    expect(conditions.state).toBe('ACTIVE')
  })

  it('the reserve is given up for the words that say halted', () => {
    const { conditions, reserve, guard, free } = makeDisk({ bytes: 1e9 })
    guard.check()
    expect(guard.full()).toBe(true)
    expect([conditions.state, reserve.bytes]).toEqual(['HALTED', 0])
    expect(guard.full()).toBe(false)
    free.error = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    guard.check()
    expect(conditions.state).toBe('HALTED')
  })

  it('on a real disk: space is told, the reserve is whole, given up, and made again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-disk-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const disk = realDisk(folder)
    expect(disk.freeBytes()).toBeGreaterThan(0)
    expect(disk.releaseReserve()).toBe(false)
    disk.keepReserve(3_000_000)
    disk.keepReserve(3_000_000)
    expect([readdirSync(folder), statSync(join(folder, 'reserve')).size]).toEqual([['reserve'], 3_000_000])
    expect(disk.releaseReserve()).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe("the dead man's switch", () => {
  function makeSwitch(stopsAttached = false) {
    const { environment } = make()
    const words: [number, number][] = []
    const failures: string[] = []
    const state = { fail: false }
    const deadMan = new DeadMan({
      environment,
      cancelAllAfter: async (timeoutMs) => {
        words.push([environment.monotonicMs(), timeoutMs])
        if (state.fail) throw new Error('unreachable')
      },
      failed: (text, armed, times) => failures.push(`${text}, ${armed ? 'armed' : 'not armed'}, ${times} in a row`),
      config: { timeoutMs: 60_000, beatMs: 20_000, stopsAttached },
    })
    return { environment, words, failures, state, deadMan }
  }

  it('is armed while only entries rest, and renewed', async () => {
    const { environment, words, deadMan } = makeSwitch()
    await deadMan.update({ entries: 0, protective: 1 })
    await deadMan.update({ entries: 1, protective: 0 })
    await deadMan.update({ entries: 2, protective: 0 })
    await environment.run(45_000)
    expect(words).toEqual([
      [0, 60_000],
      [20_000, 60_000],
      [40_000, 60_000],
    ])
  })

  it('is disarmed before it could cancel a stop, and when nothing rests', async () => {
    const { environment, words, deadMan } = makeSwitch()
    await deadMan.update({ entries: 1, protective: 0 })
    await deadMan.update({ entries: 1, protective: 1 })
    expect(words.at(-1)).toEqual([0, 0])
    await environment.run(100_000)
    expect(words).toHaveLength(2)
    await deadMan.update({ entries: 1, protective: 0 })
    await deadMan.update({ entries: 0, protective: 0 })
    expect([words.length, words.at(-1), deadMan.isArmed]).toEqual([4, [100_000, 0], false])
    expect(environment.timers).toBe(0)
  })

  it('may stay armed beside stops that hang on the position', async () => {
    const { words, deadMan } = makeSwitch(true)
    await deadMan.update({ entries: 1, protective: 1 })
    await deadMan.update({ entries: 0, protective: 1 })
    expect(words.map(([, ms]) => ms)).toEqual([60_000, 0])
  })

  it('a word that failed is said again soon, and told', async () => {
    const { environment, words, failures, state, deadMan } = makeSwitch()
    await deadMan.update({ entries: 1, protective: 0 })
    state.fail = true
    await deadMan.update({ entries: 0, protective: 0 })
    expect(failures).toEqual(['unreachable, armed, 1 in a row'])
    await environment.run(6000)
    expect(failures[1]).toBe('unreachable, armed, 2 in a row')
    state.fail = false
    await environment.run(60_000)
    expect(words.map(([, ms]) => ms)).toEqual([60_000, 0, 0, 0])
    expect([words.at(-1)![0], deadMan.isArmed, environment.timers]).toEqual([10_000, false, 0])
  })

  it('ends disarmed', async () => {
    const { environment, words, deadMan } = makeSwitch()
    await deadMan.update({ entries: 1, protective: 0 })
    await deadMan.disarm()
    await environment.run(100_000)
    expect(words.map(([, ms]) => ms)).toEqual([60_000, 0])
  })

  it.each([
    [10_000, 60_000],
    [31_000, 90_000],
    [30_000, 45_000],
  ])('a beat of %i ms for %i ms is refused', (beatMs, timeoutMs) => {
    const { environment } = make()
    const config = { beatMs, timeoutMs, stopsAttached: false }
    const options = { environment, cancelAllAfter: async () => {}, failed: () => {}, config }
    expect(() => new DeadMan(options)).toThrow(RangeError)
  })
})
