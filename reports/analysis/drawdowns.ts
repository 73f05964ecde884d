/** The deepest drawdowns as a table; the first five are shaded in the charts over time. */

import type { DrawdownSummary } from '../../engine/stats/drawdown.ts'
import { column, type Dataset } from '../dataset.ts'

export function drawdownsDataset({ deepest }: DrawdownSummary): Dataset {
  return {
    title: 'Deepest drawdowns',
    note: 'Of the time-weighted value, marked at every close. One without a recovery was ongoing at the end.',
    columns: [
      column(
        'rank',
        '#',
        'count',
        deepest.map((_, i) => i + 1),
      ),
      column(
        'depth',
        'Depth',
        'fraction',
        deepest.map((one) => one.depth),
      ),
      column(
        'peak',
        'From the high of',
        'time',
        deepest.map((one) => one.peakMs),
      ),
      column(
        'valley',
        'Deepest at',
        'time',
        deepest.map((one) => one.valleyMs),
      ),
      column(
        'recovery',
        'Recovered at',
        'time',
        deepest.map((one) => one.recoveryMs),
      ),
      column(
        'duration',
        'Lasted',
        'duration',
        deepest.map((one) => one.durationMs),
      ),
      column(
        'bars',
        'Bars under water',
        'count',
        deepest.map((one) => one.bars),
      ),
    ],
  }
}
