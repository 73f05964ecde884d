/**
 * One measurement in a process of its own: `node child.js CASE BARS STRATEGY-FILE CACHE RUNS`, one JSON line on
 * standard output. A process a measurement, so that no case warms up or spoils another's machine code.
 */

import { loadStrategy } from '../../engine/run/strategy-loader.ts'
import { strategies } from '../../strategies/registry.ts'
import { allocatedPerBar, type Timing, timeJob } from './measure.ts'
import { randomWalk } from './random-walk.ts'
import { type BenchCase, type JobNumbers, marketFor, numbersOf, prepareJob, prepareOther } from './reference-run.ts'
import { preparePerpetual } from './rule-cases.ts'

export interface ChildReport {
  readonly timing: Timing
  readonly numbers: JobNumbers
  /** Largest resident set of the process, in bytes. */
  readonly peakBytes: number
}

export interface AllocationReport {
  /** Null where the process was started without --expose-gc. */
  readonly bytesPerBar: number | null
}

/** Bars of the shorter market that the allocation is measured against. */
const SHORT_BARS = 10_000

/** Classes of strategies that run first where that is asked: code that all of them share then knows them all. */
const OTHERS = [
  ...['bollinger-reversion', 'buy-and-hold', 'donchian-breakout', 'dual-rsi', 'keltner-breakout', 'macd-trend'],
  'rsi-reversion',
]
const OTHERS_BARS = 20_000
const OTHERS_RUNS = 20

async function runOthers(): Promise<void> {
  const market = marketFor(randomWalk(OTHERS_BARS))
  for (const name of OTHERS) {
    const job = prepareOther(name, market, await strategies[name]!())
    for (let run = 0; run < OTHERS_RUNS; run++) job.run()
  }
}

async function measureCase(name: BenchCase, bars: number, file: string, cache: string, runs: number) {
  const reference = name === 'outside' || name === 'bar-by-bar' ? ({ file } as const) : ({ name: 'sma-cross' } as const)
  const { module } = await loadStrategy(reference, { registry: strategies, cacheFolder: cache })
  if (name === 'after-others') await runOthers()
  const job =
    name === 'perpetual' ? await preparePerpetual(bars, false) : prepareJob(name, marketFor(randomWalk(bars)), module)
  const timing = timeJob(job, runs)
  const peakBytes = process.resourceUsage().maxRSS * 1024
  return { timing, numbers: numbersOf(job.run(), job.initialEquity), peakBytes } satisfies ChildReport
}

async function measureAllocation(bars: number): Promise<AllocationReport> {
  const module = await strategies['buy-and-hold']!()
  const holding = (rows: number) => prepareOther('buy-and-hold', marketFor(randomWalk(rows)), module)
  return { bytesPerBar: allocatedPerBar(holding(SHORT_BARS), holding(bars)) }
}

const [name, bars, file, cache, runs] = process.argv.slice(2) as [
  BenchCase | 'allocation',
  string,
  string,
  string,
  string,
]
const report =
  name === 'allocation'
    ? await measureAllocation(Number(bars))
    : await measureCase(name, Number(bars), file, cache, Number(runs))
process.stdout.write(`${JSON.stringify(report)}\n`)
