/** A sweep's summary as a human reads it in a terminal. */

import type { Estimate } from '../sweep/estimate.ts'
import type { ShardSummary, ShownTrial, SweepSummary } from '../sweep/run-sweep.ts'
import { type Cell, formatTable } from './output.ts'
import { durationText } from './progress-bar.ts'

/** Metrics beside the objective in the table of the best. */
const SHOWN = ['totalReturn', 'sharpe', 'maxDrawdown', 'trades', 'profitFactor'] as const

const FRONT_SHOWN = 20

export function sweepText(summary: SweepSummary, top: number): string {
  const { best, front, objectives, errors } = summary
  const parts = [
    `${summary.trials} trials, ${summary.failed} failed, ${summary.feasible} satisfy every constraint`,
    ...errors.map(({ trial, error, trials }) => {
      const who = trials === 1 ? `trial ${trial}` : `${trials} trials, the first of them ${trial}`
      return `  ${who}: ${error}`
    }),
  ]
  if (best.length === 0) parts.push('none of them counts as best: see feasible, status and error in the results')
  else parts.push('', `best by ${objectives[0]}`, trialTable(best.slice(0, top), objectives))
  if (front.length > 0) {
    const more = front.length > FRONT_SHOWN ? `, the first ${FRONT_SHOWN} of ${front.length}` : ''
    parts.push(
      `Pareto front over ${objectives.join(' and ')}${more}`,
      trialTable(front.slice(0, FRONT_SHOWN), objectives),
    )
  }
  parts.push(
    `${summary.ledger.trials} trials of this strategy on this data so far, in ${summary.ledger.sweeps} sweep(s): the number that validation must know`,
    ...Object.entries(summary.files).map(([name, path]) => `${name.padEnd(9)} ${path}`),
  )
  return parts.join('\n')
}

export function shardText({ shard, trials, folder }: ShardSummary): string {
  return `shard ${shard.index + 1} of ${shard.count}: ${trials} trials in ${folder}; join all shards with tandem merge`
}

function trialTable(trials: readonly ShownTrial[], objectives: readonly string[]): string {
  const axes = Object.keys(trials[0]!.values)
  const metrics = SHOWN.filter((id) => !objectives.includes(id))
  const rows = trials.map(({ trial, values, objectives: goals, metrics: all }) => [
    trial,
    ...axes.map((key) => cellOf(values[key])),
    ...goals.map(short),
    ...metrics.map((id) => short(all[id] ?? null)),
  ])
  return formatTable(['trial', ...axes, ...objectives, ...metrics], rows)
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'number' || value === null) return value
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Five digits: enough to tell trials apart. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5))
}

export function estimateText(one: Estimate): string {
  const rate = one.trialsPerSecond >= 10 ? Math.round(one.trialsPerSecond) : Number(one.trialsPerSecond.toPrecision(2))
  const rows: [string, string][] = [
    ['trials', `${one.isExact ? '' : 'about '}${one.trials} (${one.method}) over ${one.bars} bars`],
    [
      'measured',
      `${(one.secondsPerTrial * 1000).toPrecision(3)} ms a trial, ${one.nsPerBar.toFixed(1)} ns a bar, on ${one.measuredTrials} trials`,
    ],
    ['time', `${durationText(one.hours * 3600)} with ${one.workers} worker(s), ${rate} trials a second`],
    ['memory', sizeText(one.memoryBytes)],
    ['disk', sizeText(one.diskBytes)],
    ['machine-hours', one.machineHours.toPrecision(3)],
    ['fits', `${one.fits}${one.machines > 1 ? `, ${one.machines} machines` : ''}: ${one.why}`],
  ]
  return formatTable(['', ''], rows).trimStart()
}

function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power]}`
}
