/** The line of figures at the head of a sweep's report. */

import { formatFraction, formatMetric, formatNumber } from '../format.ts'
import type { Tile } from '../panels/render.ts'
import type { SweepReportInput } from '../sweep-input.ts'
import type { SweepFacts } from './figures.ts'
import { metricOf } from './luck.ts'

function known(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? 'n/a' : formatNumber(value, digits)
}

export function sweepTiles(input: SweepReportInput, { luck, plateau }: SweepFacts): Tile[] {
  const { count, best, objectives, table } = input
  const { column, text } = objectives[0]!
  const own = [...table.objectives, ...table.metrics].find(({ name }) => name === column)
  const value = metricOf(input, best[0], column)
  const drawdown = metricOf(input, best[0], 'maxDrawdown')
  const total = metricOf(input, best[0], 'totalReturn')
  const ratio = plateau.neighbourhoods[0]?.ratio ?? null
  return [
    {
      label: 'Trials',
      value: formatNumber(count.trials, 0),
      detail: `${formatNumber(count.failed, 0)} failed · ${formatNumber(count.feasible, 0)} feasible`,
    },
    {
      label: `Best ${own?.label ?? text}`,
      value: formatMetric(value, own?.unit ?? 'number', input.quote),
      detail: best[0] === undefined ? 'no trial is feasible' : `trial ${best[0]}`,
    },
    {
      label: 'Its return',
      value: total === null ? 'n/a' : formatFraction(total, 1),
      detail: drawdown === null ? 'drawdown n/a' : `drawdown ${formatFraction(drawdown, 1)}`,
    },
    {
      label: 'Expected of luck',
      value: known(luck.expectedMaximum, 2),
      detail: `Sharpe ratio, best of ${formatNumber(luck.trials, 0)} on record`,
    },
    { label: 'Deflated Sharpe ratio', value: known(luck.deflated, 3), detail: 'probability; 0.95 is asked for' },
    {
      label: 'Neighbours keep',
      value: ratio === null ? 'n/a' : formatFraction(ratio, 0),
      detail: 'of the best, in the median',
    },
  ]
}
