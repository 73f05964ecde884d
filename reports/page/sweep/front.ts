/** Two objectives against each other, and the front that no trial beats. */

import { column } from '../../dataset.ts'
import { document } from '../dom.ts'
import { putDataset } from '../panels/model.ts'
import type { Drawing } from '../panels/views.ts'
import { allRows, axisFormat, cells, measureOf, more, numbers } from './trials.ts'

/** Points behind the front that are drawn at most. */
const MOST = 3000

export function frontDrawing(): Drawing {
  const name = (id: string, at: number): string => document.getElementById(id)?.value ?? more.objectives[at]!.column
  const [x, y] = [measureOf(name('front-x', 0)), measureOf(name('front-y', 1))]
  const [across, up] = [numbers(x.name), numbers(y.name)]
  const trials = numbers('trial')
  const onFront = new Set(more.front)
  const feasible = cells('feasible')
  const isDrawn = (row: number): boolean => typeof across[row] === 'number' && typeof up[row] === 'number'
  const others = allRows.filter((row) => feasible[row] === 'yes' && isDrawn(row))
  const step = Math.max(1, Math.ceil(others.length / MOST))
  const front = trials
    .map((_, row) => row)
    .filter((row) => onFront.has(trials[row]!) && isDrawn(row))
    .sort((a, b) => across[a]! - across[b]! || a - b)
  putDataset('front-best', {
    title: 'Pareto front',
    columns: [
      column(
        'trial',
        'Trial',
        'count',
        front.map((row) => trials[row]!),
      ),
      ...more.axes.map((axis) =>
        column(
          axis,
          axis,
          cells(axis).some((cell) => typeof cell === 'string') ? 'text' : 'number',
          front.map((row) => cells(axis)[row] ?? null),
        ),
      ),
      ...more.objectives.map(({ column: id, label }) =>
        column(
          id,
          label,
          measureOf(id).kind,
          front.map((row) => numbers(id)[row] ?? null),
        ),
      ),
    ],
  })
  const notes = [
    step > 1 ? `Every ${step}th feasible trial is drawn behind the front.` : null,
    front.length < more.front.length
      ? `${front.length} of ${more.front.length} trials of the front are in this page; summary.json has all.`
      : null,
    more.objectives.length > 2 ? 'Drawn over two of several objectives, the front need not look like one.' : null,
  ]
  return {
    words: { xTitle: x.label, yTitle: y.label, xFormat: axisFormat(x), yFormat: axisFormat(y) },
    data: {
      rows: others.filter((_, i) => i % step === 0).map((row) => ({ x: across[row], y: up[row] })),
      front: front.map((row) => ({ trial: trials[row], x: across[row], y: up[row] })),
    },
    note: notes.filter((note) => note !== null).join(' ') || null,
  }
}
