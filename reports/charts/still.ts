/** What charts without a window of time share: their rows are a dataset of the page, drawn whole. */

import { config } from './common.ts'

export const still = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 600,
  padding: { left: 0, right: 10, top: 8, bottom: 2 },
  autosize: { type: 'fit-x' as const, contains: 'padding' as const },
  config,
  data: { name: 'rows' },
}

/** Blue for what was gained, vermilion for what was lost; position says the same, so colour is never the only sign. */
export const signColour = (field: string) =>
  ({ condition: { test: `datum['${field}'] < 0`, value: '@loss' }, value: '@gain' }) as const

/** A line at 0 over the whole width or height. */
export const zeroLine = (axis: 'x' | 'y') => ({
  data: { values: [{ zero: 0 }] },
  mark: { type: 'rule' as const, color: '@muted', strokeWidth: 1 },
  encoding: { [axis]: { datum: 0, type: 'quantitative' as const } },
})

/** No more figures on an axis than can be read at its width. */
export const FEW_TICKS = { expr: 'max(2, width / 80)' }

/** Short figures on an axis of money: 12.5k rather than 12,500.00. */
export const MONEY_LABELS = "abs(datum.value) >= 1e4 ? format(datum.value, '.3~s') : format(datum.value, '~g')"
