import { describe, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import { type NativeResult, runNative } from '../bench/native.ts'
import { randomWalk } from '../bench/random-walk.ts'
import { type PeerSizing, type PeerTrade, simulatePeer, smaCrossRows } from './peer-sizing.ts'
import { syntheticSeries } from './synthetic-series.ts'

const FAST = 20
const SLOW = 100
const CASH = 1e6
const FEE_RATE = 0.001

const native = runNative(randomWalk(1000), { fast: FAST, slow: SLOW, repeats: 1 })
const skipped = native.result === null ? native.reason : ''

/** Equity at each close, told from the trades alone: the amounts that come and go, and what is held. */
function equityMarks(candles: Candles, trades: readonly PeerTrade[]): Float64Array {
  const flows = new Map<number, { readonly cash: number; readonly size: number }>()
  for (const { entryTime, entryPrice, exitTime, exitPrice, size } of trades) {
    flows.set(entryTime, { cash: -size * entryPrice * (1 + FEE_RATE), size })
    if (exitTime !== null) flows.set(exitTime, { cash: size * exitPrice! * (1 - FEE_RATE), size: -size })
  }
  let cash = CASH
  let held = 0
  return candles.close.map((price, row) => {
    const flow = flows.get(candles.time[row]!)
    if (flow !== undefined) {
      cash += flow.cash
      held += flow.size
    }
    return cash + held * price
  })
}

/** The numbers of the C program from the formulas of peer-sizing.ts. */
function expected(sizing: PeerSizing, fraction: number, candles: Candles) {
  const setup = { cash: CASH, fraction, feeRate: FEE_RATE, unit: 1e-8 }
  const { trades } = simulatePeer(sizing, candles, smaCrossRows(candles.close, FAST, SLOW), setup)
  const marks = equityMarks(candles, trades)
  let [peak, maxDrawdown, sumR, sumR2, last] = [CASH, 0, 0, 0, CASH]
  for (const equity of marks) {
    peak = Math.max(peak, equity)
    maxDrawdown = Math.max(maxDrawdown, (peak - equity) / peak)
    sumR += equity / last - 1
    sumR2 += (equity / last - 1) ** 2
    last = equity
  }
  return { entries: trades.length, finalRatio: last / CASH, maxDrawdown, sumR, sumR2 }
}

function expectSame(result: NativeResult | null, want: ReturnType<typeof expected>): void {
  expect(result?.entries).toBe(want.entries)
  expect(result?.refused).toBe(0)
  for (const key of ['finalRatio', 'maxDrawdown', 'sumR', 'sumR2'] as const) {
    expect(Math.abs(result![key] / want[key] - 1), key).toBeLessThan(1e-9)
  }
}

describe.skipIf(skipped !== '')(skipped === '' ? 'the C program' : `the C program [skipped: ${skipped}]`, () => {
  const series = { synthetic: syntheticSeries(), 'random walk': randomWalk(20_000) }
  for (const [name, candles] of Object.entries(series)) {
    it(`computes the reference job, all-in at the fill, on the ${name}`, () => {
      const { result } = runNative(candles, { fast: FAST, slow: SLOW, repeats: 1 })
      expectSame(result, expected('fill', 1, candles))
    })

    it(`computes it sized at the signal's close on the ${name}`, () => {
      const { result } = runNative(candles, { fast: FAST, slow: SLOW, repeats: 1, sizedAtClose: 0.95 })
      expectSame(result, expected('signal-close', 0.95, candles))
    })
  }

  it('counts a buy that cash cannot pay, and says why bad arguments give no result', () => {
    const { result } = runNative(syntheticSeries(), { fast: FAST, slow: SLOW, repeats: 1, sizedAtClose: 1 })
    expect(result?.refused).toBeGreaterThan(0)
    const outcome = runNative(randomWalk(50), { fast: FAST, slow: SLOW, repeats: 1 })
    expect(outcome.result === null && outcome.reason).toMatch(/longer than SLOW/)
  })
})

for (const [name, make] of Object.entries({ randomWalk, syntheticSeries })) {
  it(`${name} makes sound candles, and a shorter series is the beginning of a longer one`, () => {
    const candles = make(5000)
    const { time, open, high, low, close, volume } = candles
    for (const row of time.keys()) {
      expect(low[row]! > 0 && low[row]! <= Math.min(open[row]!, close[row]!)).toBe(true)
      expect(high[row]! >= Math.max(open[row]!, close[row]!) && volume[row]! > 0).toBe(true)
      if (row > 0) expect(time[row]! - time[row - 1]!).toBe(time[1]! - time[0]!)
    }
    expect(make(3000).close).toEqual(close.slice(0, 3000))
  })
}

it('the random walk trades about as often as the reference job', () => {
  const { entries } = smaCrossRows(randomWalk(100_000).close, FAST, SLOW)
  expect(entries.length).toBe(698)
})
