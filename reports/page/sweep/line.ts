/** A measure along one parameter. */

import { column } from '../../dataset.ts'
import { byId, document } from '../dom.ts'
import { putDataset } from '../panels/model.ts'
import type { Drawing } from '../panels/views.ts'
import {
  allRows,
  axisFormat,
  bestRow,
  isLikeBest,
  levelsOf,
  measureOf,
  more,
  numbers,
  quantile,
  sampleNote,
} from './trials.ts'

/** The chosen axis; the only one where there is no choice. */
function axisOf(): string {
  return document.getElementById('line-axis')?.value ?? more.axes[0]!
}

export function lineDrawing(): Drawing {
  const axis = axisOf()
  const measure = measureOf(byId('line-measure').value)
  const levels = levelsOf(axis)
  const values = numbers(measure.name)
  const others = more.axes.filter((one) => one !== axis)
  const groups = levels.labels.map((): { all: number[]; slice: number[] } => ({ all: [], slice: [] }))
  for (const row of allRows) {
    const value = values[row]
    const group = groups[levels.of(row)]
    if (typeof value !== 'number' || group === undefined) continue
    group.all.push(value)
    if (others.length > 0 && isLikeBest(row, others)) group.slice.push(value)
  }
  const rows = groups.map(({ all, slice }, i) => {
    const sorted = all.toSorted((a, b) => a - b)
    return {
      index: i,
      x: levels.at === null ? levels.labels[i]! : levels.at[i]!,
      label: levels.labels[i]!,
      median: quantile(sorted, 0.5),
      low: quantile(sorted, 0.25),
      high: quantile(sorted, 0.75),
      slice: quantile(
        slice.toSorted((a, b) => a - b),
        0.5,
      ),
      trials: all.length,
    }
  })
  putDataset('line', {
    title: `${measure.label} along ${axis}`,
    columns: [
      column(
        'value',
        axis,
        'text',
        rows.map((row) => row.label),
      ),
      column(
        'median',
        'Median',
        measure.kind,
        rows.map((row) => row.median),
      ),
      column(
        'low',
        'Lower quarter',
        measure.kind,
        rows.map((row) => row.low),
      ),
      column(
        'high',
        'Upper quarter',
        measure.kind,
        rows.map((row) => row.high),
      ),
      ...(others.length === 0
        ? []
        : [
            column(
              'slice',
              'Others as in the best',
              measure.kind,
              rows.map((row) => row.slice),
            ),
          ]),
      column(
        'trials',
        'Trials',
        'count',
        rows.map((row) => row.trials),
      ),
    ],
  })
  const drawn = rows.filter((row) => row.median !== null)
  const best = bestRow < 0 ? undefined : rows[levels.of(bestRow)]
  return {
    variant: levels.at === null ? 'words' : 'numbers',
    words: { xTitle: axis, measure: measure.label, format: axisFormat(measure) },
    data: { rows: drawn, chosen: best === undefined ? [] : [{ at: best.x }] },
    note: drawn.length === 0 ? 'No trial has a value.' : sampleNote(),
  }
}
