/** Delays that are sampled or recorded, refusals and outages: what becomes of messages, and that chance has no path. */

import { describe, expect, it } from 'vitest'
import { FactKind, RejectCode } from '../../engine/core/fact.ts'
import { draw } from '../../engine/sim/draw.ts'
import { Faults } from '../../engine/sim/faults.ts'
import { constantLatency, recordedLatency, sampledLatency } from '../../engine/sim/latency.ts'
import { limit, market, type ScriptedCandle, START_MS, TIMEFRAME_MS } from '../conformance/venue/harness.ts'
import { play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 101, 99, 100]

describe('a draw', () => {
  it('is the same whenever it is asked, and even', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) => draw(7, i, 3))
    expect(draws).toEqual(Array.from({ length: 20_000 }, (_, i) => draw(7, i, 3)))
    expect(draws.every((one) => one >= 0 && one < 1)).toBe(true)
    const deciles = Array.from({ length: 10 }, (_, k) => draws.filter((one) => Math.floor(one * 10) === k).length)
    for (const count of deciles) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(draw(8, 1, 3)).not.toBe(draw(7, 1, 3))
    expect(draw(7, 1, 4)).not.toBe(draw(7, 1, 3))
  })
})

describe('delays', () => {
  it('are drawn from the sample, each way apart, the same for the same message', () => {
    const latency = sampledLatency([20, 35, 400], 7)
    const outs = Array.from({ length: 3000 }, (_, i) => latency.outMs(START_MS + i * 1000))
    expect(new Set(outs)).toEqual(new Set([20, 35, 400]))
    expect(latency.outMs(START_MS)).toBe(outs[0])
    const backs = Array.from({ length: 3000 }, (_, i) => latency.backMs(START_MS + i * 1000))
    expect(backs).not.toEqual(outs)
    expect(sampledLatency([0, 0], 1).isZero).toBe(true)
  })

  it('are the last that was recorded', () => {
    const column = (...values: number[]): Float64Array => Float64Array.from(values)
    const latency = recordedLatency({ timeMs: column(100, 200), outMs: column(5, 7), backMs: column(6, 8) })
    expect([0, 99, 100, 199, 200, 1e9].map((ms) => latency.outMs(ms))).toEqual([5, 5, 5, 5, 7, 7])
    expect([199, 200].map((ms) => latency.backMs(ms))).toEqual([6, 8])
  })
})

describe('faults', () => {
  const spans = [{ fromMs: START_MS + TIMEFRAME_MS, toMs: START_MS + 2 * TIMEFRAME_MS }]

  function faulty(plan: ConstructorParameters<typeof Faults>[0], candles: ScriptedCandle[]) {
    const faults = new Faults(plan, 7)
    return simOf({
      candles,
      sim: {
        inject: (order, atMs) => faults.refusal(order, atMs),
        isOut: (atMs) => faults.outageEnd(atMs) !== null,
        latency: faults.delaying(constantLatency(0)),
      },
    })
  }

  it('refuse every order of a time, and none before or after', () => {
    const venue = faulty({ rejects: spans, outages: [] }, [CALM, CALM, CALM])
    for (const id of [1, 2, 3]) {
      send(venue, market(id, 0.1))
      play(venue)
    }
    expect(play(venue, 0)).toEqual(['1 filled 0.1 @ 100 taker', '2 rejected INJECTED', '3 filled 0.1 @ 100 taker'])
  })

  it('refuse about the share that is asked', () => {
    const faults = new Faults({ rejects: 0.1, outages: [] }, 7)
    const refused = Array.from({ length: 5000 }, (_, i) => faults.refusal({ ...market(i + 1, 1) } as never, START_MS))
    const share = refused.filter((code) => code === RejectCode.injected).length / 5000
    expect(Math.abs(share - 0.1)).toBeLessThan(0.02)
  })

  it('an outage: nothing reaches the venue, what rests fills, and is learned of at its end', () => {
    const fall = [CALM, [97, 98, 96, 97], CALM, CALM] as ScriptedCandle[]
    const other = faulty({ rejects: 0, outages: spans }, fall)
    send(other, limit(1, 1, 98))
    play(other)
    other.cancel(1)
    send(other, market(2, 1))
    play(other, 3)
    const kinds = other.facts().map(({ kind, orderId, code }) => `${orderId} ${kind} ${code}`)
    expect(kinds).toContain(`1 ${FactKind.cancelRejected} ${RejectCode.unavailable}`)
    expect(kinds).toContain(`2 ${FactKind.rejected} ${RejectCode.unavailable}`)
    const fill = other.facts().find(({ kind }) => kind === FactKind.filled)!
    expect([fill.orderId, fill.atMs, fill.knownMs]).toEqual([1, spans[0]!.fromMs, spans[0]!.toMs])
  })

  it('drawn outages come about as often as asked, last as long, and may reach into the next day', () => {
    const faults = new Faults({ rejects: 0, outages: { perDay: 0.5, minutes: 60 } }, 3)
    const minutes = 400 * 1440
    let out = 0
    for (let i = 0; i < minutes; i++) if (faults.outageEnd(START_MS + i * 60_000) !== null) out += 1
    expect(out / 60 / 400).toBeGreaterThan(0.4)
    expect(out / 60 / 400).toBeLessThan(0.6)
  })
})
