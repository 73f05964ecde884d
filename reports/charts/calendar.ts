/** Returns by month, and by year in the last column. Rows: `{year, month, value, strength, text}`; see calendarDataset. */

import type { TopLevelSpec } from 'vega-lite'
import { MONTHS, WHOLE_YEAR } from '../analysis/returns.ts'
import { signColour, still } from './still.ts'

/** Initials where names would touch. */
const SHORT_NAMES = 'width > 430 ? datum.label : slice(datum.label, 0, 1)'

export const calendarChart: TopLevelSpec = {
  ...still,
  height: 100,
  encoding: {
    x: {
      field: 'month',
      type: 'ordinal',
      scale: { domain: [...MONTHS, WHOLE_YEAR] },
      axis: { title: null, orient: 'top', labelAngle: 0, labelOverlap: false, labelExpr: SHORT_NAMES },
    },
    y: { field: 'year', type: 'ordinal', axis: { title: null } },
  },
  layer: [
    {
      mark: { type: 'rect', stroke: '@panel', strokeWidth: 2 },
      encoding: {
        fill: signColour('value'),
        fillOpacity: {
          field: 'strength',
          type: 'quantitative',
          scale: { domain: [0, 1], range: [0.05, 0.55] },
          legend: null,
        },
        tooltip: [
          { field: 'month', title: 'Month' },
          { field: 'year', title: 'Year' },
          { field: 'value', title: 'Return', format: '.2%' },
        ],
      },
    },
    {
      // Figures where there is room for them; the table has them always.
      transform: [{ filter: 'width > 520' }],
      mark: { type: 'text', fontSize: 11, color: '@ink' },
      encoding: { text: { field: 'text', type: 'nominal' } },
    },
  ],
}
