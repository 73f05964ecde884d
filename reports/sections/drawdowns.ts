/** The deepest drawdowns by themselves. */

import type { RunResult } from '../../engine/core/result.ts'
import { type Dataset, rowCount, tableHtml } from '../dataset.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

const ROWS = 10

export function drawdownsSection(result: RunResult, dataset: Dataset): Html {
  if (rowCount(dataset) === 0) return html``
  return panel(
    {
      id: 'drawdowns',
      title: 'Deepest drawdowns',
      intro: 'The first five are shaded in the curves. One without a recovery was still ongoing at the end.',
      dataset: 'drawdowns',
    },
    html`<div class="scroll">${tableHtml(dataset, ROWS, result.quote)}</div>`,
  )
}
