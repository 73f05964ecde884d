/**
 * One sweep in a process of its own: `node sweep-child.js BARS WORKERS FOLDER FAST SLOW`, the pairs as from,step,count;
 * one JSON line on standard output. Everything a user waits for is in the time: planning, threads, trials with all
 * metrics and digests, results on disk.
 */

import { join } from 'node:path'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { sweepSection } from '../../engine/run/config/sweep-section.ts'
import { runSweep, type SweepSummary } from '../../engine/sweep/run-sweep.ts'
import { randomWalk } from './random-walk.ts'
import { JOB, marketFor } from './reference-run.ts'

export interface SweepReport {
  readonly seconds: number
  /** Of all threads together. */
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly trials: number
  /** Sums over all trials, as the C program has them. */
  readonly entries: number
  readonly ratios: number
}

const [bars, workers, folder, fast, slow] = process.argv.slice(2) as [string, string, string, string, string]

function axis(text: string): { from: number; to: number; step: number } {
  const [from, step, count] = text.split(',').map(Number) as [number, number, number]
  return { from, to: from + step * (count - 1), step }
}

const section = { space: { fast: axis(fast), slow: axis(slow) }, keep: { trades: 'none' } }
const file = { input: JOB, config: resolveConfig(JOB, 'bench'), sweep: sweepSection.parse(section) }
const market = marketFor(randomWalk(Number(bars)))
const cpuBefore = process.cpuUsage()
const began = performance.now()
const summary = (await runSweep(file, {
  store: folder,
  runs: folder,
  out: join(folder, 'sweep'),
  baseFolder: folder,
  workers: Number(workers),
  shard: null,
  resume: false,
  yes: false,
  log: () => {},
  progress: () => {},
  market: async () => market,
})) as SweepSummary
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
const cpuSeconds = (user + system) / 1e6
const peakBytes = process.resourceUsage().maxRSS * 1024

const { SweepQuery } = await import('../../engine/sweep/results/query.ts')
const sums = await SweepQuery.with(summary.folder, (query) =>
  query.sql('select sum(trades + "openTrades")::double as entries, sum(1 + "totalReturn") as ratios from trials'),
)
const [entries, ratios] = sums.rows[0] as [number, number]
const report: SweepReport = { seconds, cpuSeconds, peakBytes, trials: summary.trials, entries, ratios }
process.stdout.write(`${JSON.stringify(report)}\n`)
