/**
 * Cost of indicators in nanoseconds a bar, warm, over one million bars of a seeded random walk.
 *
 * `node dist/test/bench/indicators.js [bars] [--json]` prints every indicator alone and the set of the speed target:
 * SMA 20, SMA 100, RSI 14 and ATR 14 together.
 */

import type { Candles } from '../../engine/core/candles.ts'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import type { Indicator } from '../../engine/indicators/indicator.ts'
import { createIndicator, listIndicators, resolveIndicator } from '../../engine/indicators/registry.ts'

const WARM_UP_ROUNDS = 8
const ROUNDS = 9

/** Candles of a random walk from a linear congruential generator (Numerical Recipes), one a minute. */
function randomWalk(rows: number): Candles {
  const column = () => new Float64Array(rows)
  const candles: Candles = {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
  let state = 12_345
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  let price = 30_000
  for (let row = 0; row < rows; row++) {
    const close = price * (1 + (random() - 0.5) * 0.002)
    candles.time[row] = row * 60_000
    candles.open[row] = price
    candles.close[row] = close
    candles.high[row] = Math.max(price, close) * (1 + random() * 0.0005)
    candles.low[row] = Math.min(price, close) * (1 - random() * 0.0005)
    candles.volume[row] = random() * 10
    price = close
  }
  return candles
}

interface Job {
  readonly inputs: readonly Float64Array[]
  readonly outputs: readonly Float64Array[]
  readonly indicator: Indicator
  readonly fresh: Uint8Array
}

function prepare(spec: IndicatorSpec, candles: Candles): Job {
  const indicator = createIndicator(spec)
  return {
    indicator,
    inputs: resolveIndicator(spec).inputs.map((input) => candles[input]),
    outputs: indicator.outputs.map(() => new Float64Array(candles.time.length)),
    fresh: indicator.snapshot(),
  }
}

/** Median nanoseconds a bar of all jobs together, over `ROUNDS` rounds after the warm-up. */
function measure(jobs: readonly Job[], rows: number): number {
  const times: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const job of jobs) job.indicator.restore(job.fresh)
    const start = process.hrtime.bigint()
    for (const job of jobs) job.indicator.advance(job.inputs, 0, rows, job.outputs)
    if (round >= 0) times.push(Number(process.hrtime.bigint() - start) / rows)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}

export interface IndicatorFigure {
  readonly name: string
  readonly nsPerBar: number
}

const [size, ...flags] = process.argv.slice(2)
const rows = Number(size ?? 1_000_000)
const candles = randomWalk(rows)
const averages = [
  { kind: 'sma', length: 20 },
  { kind: 'sma', length: 100 },
].map((spec) => prepare(spec, candles))
const target = [...averages, prepare({ kind: 'rsi' }, candles), prepare({ kind: 'atr' }, candles)]

const figure = (name: string, jobs: readonly Job[]): IndicatorFigure => ({ name, nsPerBar: measure(jobs, rows) })
const figures = [
  figure('sma 20 + sma 100', averages),
  figure('sma 20 + sma 100 + rsi 14 + atr 14', target),
  ...listIndicators().map(({ kind }) => figure(kind, [prepare({ kind }, candles)])),
  // Once more after all others have been through the same calls.
  figure('sma 20 + sma 100 + rsi 14 + atr 14, again', target),
]

if (flags.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
else {
  for (const { name, nsPerBar } of figures) {
    process.stdout.write(`${name.padEnd(44)} ${nsPerBar.toFixed(2).padStart(8)} ns/bar\n`)
  }
}
