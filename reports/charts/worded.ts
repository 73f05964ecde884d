/**
 * What charts share whose titles and number formats are written in by the page (`@name`). A title or format that is part
 * of an expression couldn't be: so marks have no descriptions of their own (the chart has one, and a table behind it),
 * and tooltips have fixed titles.
 */

import { still } from './still.ts'

export const worded = {
  ...still,
  config: {
    ...still.config,
    aria: false,
    legend: {
      labelColor: '@muted',
      titleColor: '@muted',
      titleFontWeight: 'normal' as const,
      labelFontSize: 11,
      titleFontSize: 11,
      labelLimit: 0,
      symbolStrokeWidth: 2,
    },
  },
}
