/** The script of the sweep report: what its controls change is drawn again. */

import { document } from './dom.ts'
import { refreshBehind, startPanels, tableOf } from './panels/start.ts'
import { draw } from './panels/views.ts'
import { isBrushed } from './sweep/dimensions.ts'
import { frontDrawing } from './sweep/front.ts'
import { heatDrawing } from './sweep/heat.ts'
import { lineDrawing } from './sweep/line.ts'
import { parallelDrawing, startParallel } from './sweep/parallel.ts'

/** Draws a chart anew when any of its controls changes. */
function follow(chart: string, dataset: string, controls: readonly string[]): void {
  for (const id of controls) {
    document.getElementById(id)?.addEventListener('change', () => {
      draw(chart)
      refreshBehind(dataset)
    })
  }
}

startPanels(
  { heat: heatDrawing, line: lineDrawing, parallel: parallelDrawing, front: frontDrawing },
  { trials: { keep: isBrushed } },
)
follow('heat', 'heat', ['heat-x', 'heat-y', 'heat-measure', 'heat-statistic', 'heat-feasible'])
follow('line', 'line', ['line-axis', 'line-measure'])
follow('front', 'front-best', ['front-x', 'front-y'])
if (document.getElementById('chart-parallel') !== null) {
  startParallel(() => {
    draw('parallel')
    refreshBehind('parallel')
    tableOf('trials')?.refresh()
  })
}
