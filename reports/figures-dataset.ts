/** The figures of a page as a table that can be saved. */

import { column, type Dataset } from './dataset.ts'
import type { Figures } from './figures.ts'

/** One row a figure. */
export function figuresDataset({ figures }: Figures): Dataset {
  const text = (pick: (one: Figures['figures'][number]) => string) => figures.map(pick)
  return {
    title: 'Figures',
    columns: [
      column(
        'id',
        'Id',
        'text',
        text((one) => one.id),
      ),
      column(
        'label',
        'Figure',
        'text',
        text((one) => one.label),
      ),
      column(
        'value',
        'Value',
        'number',
        figures.map((one) => one.value),
      ),
      column(
        'unit',
        'Unit',
        'text',
        text((one) => one.unit),
      ),
      column(
        'basis',
        'Basis',
        'text',
        text((one) => one.basis),
      ),
      column(
        'definition',
        'Definition',
        'text',
        text((one) => one.definition),
      ),
    ],
  }
}
