/** Charts: Vega-Lite specifications over columns, drawn by the notebook, with a picture for readers without one. */

import type { ColumnTable } from 'tandem'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { displayable } from './show.ts'

export interface Chart {
  /** A column for the horizontal axis; `time` and those that end in `Ms` are dates. */
  readonly x: string
  /** Columns for the vertical axis: one line, bar or set of points each. */
  readonly y: string | readonly string[]
  /** Default: line. */
  readonly mark?: 'line' | 'area' | 'bar' | 'point' | 'rect'
  /** A column for colour: the value of a heat map's cells, or the groups of points. */
  readonly color?: string
  readonly title?: string
  readonly width?: number
  readonly height?: number
}

/** Points that a line keeps: more than a screen has pixels. */
const MOST_POINTS = 2000

/**
 * A chart of a table, for `show`. Lines over long tables are thinned to the least and the largest value in each of
 * 1000 stretches, so that no extreme is lost; figures belong to the table, not to the picture.
 */
export async function chart(source: ColumnTable, wanted: Chart): Promise<ReturnType<typeof displayable>> {
  const spec = specOf(source, wanted)
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  const name = wanted.title ?? `${[wanted.y].flat().join(', ')} by ${wanted.x}`
  return displayable({ 'application/vnd.vegalite.v5+json': spec, 'image/svg+xml': svg, 'text/plain': `chart: ${name}` })
}

function specOf(
  source: ColumnTable,
  { x, y, mark = 'line', color, title, width = 640, height = 260 }: Chart,
): TopLevelSpec {
  const lines = [y].flat()
  const isHeat = mark === 'rect'
  const kind = x === 'time' || x.endsWith('Ms') ? 'temporal' : isHeat || mark === 'bar' ? 'ordinal' : 'quantitative'
  const values = isHeat || mark === 'bar' || mark === 'point' ? all(source) : thinned(source, lines)
  const needed = new Set([x, ...lines, ...(color === undefined ? [] : [color])])
  const rows = values.map((row) =>
    Object.fromEntries([...needed].map((name) => [name, columnOf(source, name)[row] ?? null])),
  )
  const single = isHeat || lines.length === 1
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    data: { values: rows },
    width,
    height,
    ...(title === undefined ? {} : { title }),
    ...(single ? {} : { transform: [{ fold: lines }] }),
    mark: {
      type: mark,
      ...(mark === 'line' ? { strokeWidth: 1.2 } : {}),
      ...(mark === 'point' ? { filled: true } : {}),
    },
    encoding: {
      x: { field: x, type: kind, title: x },
      y: single
        ? {
            field: lines[0]!,
            type: isHeat ? 'ordinal' : 'quantitative',
            title: lines[0]!,
            scale: { zero: mark === 'bar' },
          }
        : { field: 'value', type: 'quantitative', title: '' },
      ...(color === undefined ? {} : { color: { field: color, ...(isHeat ? { type: 'quantitative' } : {}) } }),
      ...(single ? {} : { color: { field: 'key', type: 'nominal', title: '' } }),
    },
  } as TopLevelSpec
}

function columnOf({ columns }: ColumnTable, name: string): ArrayLike<unknown> {
  const column = columns[name]
  if (column !== undefined) return column
  throw new RangeError(`no column '${name}': there are ${Object.keys(columns).join(', ')}`)
}

function all({ rows }: ColumnTable): number[] {
  return Array.from({ length: rows }, (_, row) => row)
}

/** Rows with the least and the largest value of each column in each stretch, in order. */
function thinned(source: ColumnTable, lines: readonly string[]): number[] {
  if (source.rows <= MOST_POINTS) return all(source)
  const kept = new Set<number>([0, source.rows - 1])
  const stretch = Math.ceil(source.rows / (MOST_POINTS / 2))
  for (const name of lines) {
    const values = columnOf(source, name) as ArrayLike<number>
    for (let from = 0; from < source.rows; from += stretch) {
      let [low, high] = [from, from]
      for (let row = from; row < Math.min(source.rows, from + stretch); row++) {
        if (values[row]! < values[low]!) low = row
        if (values[row]! > values[high]!) high = row
      }
      kept.add(low).add(high)
    }
  }
  return [...kept].sort((a, b) => a - b)
}
