/** Goal: refusals that repeat and outcomes that nobody knows stop what they must, no more, and for as long as they must. */

import { describe, expect, it } from 'vitest'
import { Side } from '../../../engine/core/order.ts'
import { recentCrashes, refuseCrashLoop } from '../../../engine/live/safety/starts.ts'
import { account, makeGate, NOON_MS, order } from './support.ts'

const MINUTE_MS = 60_000

describe('breakers', () => {
  it('three equal refusals in a row turn off their symbol, for entries', () => {
    const { gate } = makeGate()
    const reject = (code: string) => gate.outcome('BTC/USD', 'rejected', code)
    const allowed = (symbol: string) => gate.check(order({}, { symbol }), account()).allowed
    reject('A')
    reject('A')
    reject('B')
    reject('A')
    expect(allowed('BTC/USD')).toBe(true)
    gate.outcome('BTC/USD', 'taken', null)
    const fresh = makeGate()
    for (const code of ['A', 'A', 'A']) fresh.gate.outcome('BTC/USD', 'rejected', code)
    expect(fresh.gate.check(order(), account())).toMatchObject({ code: 'SYMBOL_OFF' })
    expect(fresh.gate.check(order({}, { symbol: 'ETH/USD' }), account()).allowed).toBe(true)
    const exit = order({ reducing: true, position: 4 }, { side: Side.sell })
    expect(fresh.gate.check(exit, account()).allowed).toBe(true)
  })

  it('an order that is taken ends the run', () => {
    const { gate } = makeGate()
    for (const outcome of ['rejected', 'rejected', 'taken', 'rejected', 'rejected'] as const)
      gate.outcome('BTC/USD', outcome, 'A')
    expect(gate.check(order(), account()).allowed).toBe(true)
  })

  it('five refusals within ten minutes leave only what lowers exposure', () => {
    const { gate, clock } = makeGate()
    const reject = (ms: number, code: string) => {
      clock.nowMs = NOON_MS + ms
      gate.outcome(code, 'rejected', code)
    }
    reject(0, 'A')
    for (const minute of [7, 8, 9]) reject(minute * MINUTE_MS, `M${minute}`)
    reject(10 * MINUTE_MS, 'B')
    expect(gate.state).toBe('ACTIVE')
    reject(10 * MINUTE_MS + 1, 'C')
    expect(gate.state).toBe('REDUCING')
    expect(gate.check(order(), account())).toMatchObject({ code: 'STATE_REDUCING' })
  })

  it('one unknown outcome blocks its symbol, but for exits; two halt', () => {
    const { gate, breakers, conditions } = makeGate()
    gate.outcome('BTC/USD', 'unknown', null)
    const exit = order({ reducing: true, position: 4 }, { side: Side.sell })
    expect(gate.check(exit, account()).allowed).toBe(true)
    expect(gate.check(order(), account())).toMatchObject({ code: 'SYMBOL_OFF' })
    expect(gate.check(order({}, { symbol: 'ETH/USD' }), account()).allowed).toBe(true)
    gate.outcome('BTC/USD', 'settled', null)
    expect(gate.check(order(), account()).allowed).toBe(true)
    gate.outcome('BTC/USD', 'unknown', null)
    gate.outcome('ETH/USD', 'unknown', null)
    expect(gate.state).toBe('HALTED')
    gate.outcome('BTC/USD', 'settled', null)
    gate.outcome('ETH/USD', 'settled', null)
    expect(breakers.unresolved).toBe(0)
    expect([gate.state, conditions.symbols]).toEqual(['HALTED', []])
    conditions.resume('me')
    expect(gate.state).toBe('ACTIVE')
  })

  it('two unknown of one symbol: both must become known', () => {
    const { gate, conditions } = makeGate()
    gate.outcome('BTC/USD', 'unknown', null)
    gate.outcome('BTC/USD', 'unknown', null)
    gate.outcome('BTC/USD', 'settled', null)
    expect(conditions.symbol('BTC/USD')?.key).toBe('UNKNOWN_OUTCOME')
    gate.outcome('BTC/USD', 'settled', null)
    expect(conditions.symbol('BTC/USD')).toBeNull()
  })

  it('what is raised twice is told once; what clears is told; a restart keeps what held', () => {
    const { conditions, events } = makeGate()
    const stale = { key: 'STALE', level: 'REDUCING', why: 'old', sinceMs: 1, latched: false } as const
    conditions.raise(stale)
    conditions.raise({ ...stale, sinceMs: 2 })
    conditions.raise({ ...stale, level: 'HALTED', sinceMs: 3 })
    expect(conditions.all).toEqual([{ ...stale, level: 'HALTED', sinceMs: 1 }])
    conditions.clear('STALE', 'a candle came')
    conditions.clear('STALE', 'again')
    expect(events.map(({ kind }) => kind)).toEqual(['raised', 'raised', 'cleared'])
    conditions.raise({ ...stale, latched: true })
    conditions.clear('STALE', 'a candle came')
    const other = makeGate().conditions
    other.restore(conditions.snapshot())
    expect(other.state).toBe('REDUCING')
  })

  it('more than three crashes in ten minutes: it stays down', () => {
    const crash = (minute: number) => ({ atMs: minute * MINUTE_MS, ended: false })
    const three = [crash(1), crash(2), crash(3)]
    expect(() => refuseCrashLoop(three, 4 * MINUTE_MS, 'runs/live/x')).not.toThrow()
    expect(() => refuseCrashLoop([...three, crash(4)], 5 * MINUTE_MS, 'runs/live/x')).toThrow('crashed 4 times')
    expect(recentCrashes([...three, crash(4)], 11 * MINUTE_MS)).toBe(3)
    expect(recentCrashes([{ atMs: 0, ended: true }], 1)).toBe(0)
  })
})
