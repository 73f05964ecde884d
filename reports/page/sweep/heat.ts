/** The heat map over any two parameters. */

import { column } from '../../dataset.ts'
import { byId, document } from '../dom.ts'
import { putDataset } from '../panels/model.ts'
import type { Drawing } from '../panels/views.ts'
import {
  allRows,
  axisFormat,
  bestRow,
  cells,
  isLikeBest,
  type Levels,
  levelsOf,
  measureOf,
  more,
  numbers,
  sampleNote,
  shortText,
  statisticOf,
} from './trials.ts'

interface HeatCell {
  readonly x: string
  readonly y: string
  readonly value: number | null
  readonly trials: number
  readonly best: boolean
}

function chosen(id: string): string {
  return byId(id).value
}

/** Colours are as strong as values are far from the middle, up to this share in dark letters. */
const STRONG = 0.55

function cellsOfMap(x: Levels, y: Levels, axes: readonly string[]): HeatCell[] {
  const measure = measureOf(chosen('heat-measure'))
  const statistic = chosen('heat-statistic')
  const onlyFeasible = document.getElementById('heat-feasible')?.checked === true
  const feasible = cells('feasible')
  const values = numbers(measure.name)
  const others = more.axes.filter((axis) => !axes.includes(axis))
  const groups = new Map<string, number[]>()
  for (const row of allRows) {
    const [i, j, value] = [x.of(row), y.of(row), values[row]]
    if (i < 0 || j < 0 || typeof value !== 'number') continue
    if (onlyFeasible && feasible[row] !== 'yes') continue
    if (statistic === 'slice' && !isLikeBest(row, others)) continue
    const key = `${i} ${j}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  const best = bestRow < 0 ? null : `${x.of(bestRow)} ${y.of(bestRow)}`
  // From the top down, so that the larger values of the upright axis are above.
  return y.labels.toReversed().flatMap((label, k) =>
    x.labels.map((across, i) => {
      const key = `${i} ${y.labels.length - 1 - k}`
      const found = groups.get(key) ?? []
      return {
        x: across,
        y: label,
        value: statisticOf(statistic, found, measure),
        trials: found.length,
        best: key === best,
      }
    }),
  )
}

/** What the controls ask for. */
export function heatDrawing(width: number): Drawing {
  const [xAxis, yAxis] = [chosen('heat-x'), chosen('heat-y')]
  const measure = measureOf(chosen('heat-measure'))
  const [x, y] = [levelsOf(xAxis), levelsOf(yAxis)]
  const found = cellsOfMap(x, y, [xAxis, yAxis])
  const values = found.flatMap(({ value }) => (value === null ? [] : [value]))
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const { middle } = measure
  const reach = Math.max(Math.abs(low - (middle ?? 0)), Math.abs(high - (middle ?? 0))) || 1
  const isStrong = (value: number): boolean =>
    middle === null ? (value - low) / (high - low || 1) > STRONG : Math.abs(value - middle) / reach > STRONG
  const height = Math.max(120, Math.min(560, y.labels.length * 27))
  const cellWidth = (width - 80) / Math.max(1, x.labels.length)
  putDataset('heat', {
    title: `${measure.label} by ${xAxis} and ${yAxis}`,
    columns: [
      column(
        'x',
        xAxis,
        'text',
        found.map((one) => one.x),
      ),
      column(
        'y',
        yAxis,
        'text',
        found.map((one) => one.y),
      ),
      column(
        'value',
        measure.label,
        measure.kind,
        found.map((one) => one.value),
      ),
      column(
        'trials',
        'Trials',
        'count',
        found.map((one) => one.trials),
      ),
    ],
  })
  const domain =
    middle === null
      ? { low, mid: (low + high) / 2, high: high > low ? high : low + 1 }
      : { low: middle - reach, mid: middle, high: middle + reach }
  const notes = [
    sampleNote(),
    values.length === 0 ? 'No cell has a value.' : null,
    xAxis === yAxis ? 'Both axes are the same parameter.' : null,
  ]
  return {
    variant: middle === null ? 'sequential' : 'diverging',
    height,
    words: { xTitle: xAxis, yTitle: yAxis, measure: measure.label, format: axisFormat(measure) },
    signals: {
      ...(values.length === 0 ? { low: 0, mid: 0.5, high: 1 } : domain),
      texts: cellWidth >= 30 && height / y.labels.length >= 14,
      fontPixels: cellWidth < 38 ? 9.5 : 11,
    },
    data: {
      rows: found.map((one) => ({
        ...one,
        text: one.value === null ? '' : shortText(one.value, measure),
        strong: one.value !== null && isStrong(one.value),
      })),
    },
    note: notes.filter((note) => note !== null).join(' ') || null,
  }
}
