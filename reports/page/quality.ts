/** The script of the page on data quality: the map shows the series that its table shows, in the same order. */

import { document } from './dom.ts'
import { cellsOf, numbersOf } from './panels/model.ts'
import { startPanels } from './panels/start.ts'
import { type Drawing, draw } from './panels/views.ts'

/** Pixels of a strip with its distance. */
const STRIP = 19

let shown: readonly number[] = []
let isStarted = false

/** Segments by the row of their series, so that a page of the map is drawn without looking at the others. */
const places = numbersOf('segments', 'place')
const segments = new Map<number, number[]>()
for (const [i, place] of places.entries()) {
  const own = segments.get(place!)
  if (own === undefined) segments.set(place!, [i])
  else own.push(i)
}

const [from, to, states, shares] = ['from', 'to', 'state', 'share'].map((name) => cellsOf('segments', name)) as [
  readonly (number | null)[],
  readonly (number | null)[],
  readonly (string | null)[],
  readonly (number | null)[],
]

/** What concerns a hundredth of a stretch is still seen. */
function weightOf(share: number): number {
  return share >= 1 ? 1 : share >= 0.5 ? 0.85 : share >= 0.1 ? 0.65 : 0.45
}

function stripsDrawing(): Drawing {
  const names = cellsOf('series', 'target')
  const rows = shown.flatMap((series) =>
    (segments.get(series) ?? []).map((i) => ({
      series: names[series],
      from: from[i],
      to: to[i],
      state: states[i],
      weight: weightOf(shares[i] ?? 1),
    })),
  )
  const without = shown.filter((series) => !segments.has(series)).length
  return {
    data: { rows },
    height: Math.max(STRIP, (shown.length - without) * STRIP),
    note: without === 0 ? null : `${without} of the series shown have no rows in time.`,
  }
}

startPanels(
  { strips: stripsDrawing },
  {
    series: {
      shown: (rows) => {
        shown = rows
        if (isStarted && document.getElementById('chart-strips') !== null) draw('strips')
      },
    },
  },
)
isStarted = true
