/** What stands above a table: words and conditions. */

import { describe, expect, it } from 'vitest'
import { column, type Dataset } from '../../reports/dataset.ts'
import { rowFilter } from '../../reports/page/filter.ts'

const dataset: Dataset = {
  title: 'x',
  columns: [
    column('name', 'Name', 'text', ['Alpha', 'beta', null, 'a<b']),
    column('fast', 'Fast', 'number', [5, 10, null, 20]),
    column('share', 'Share', 'fraction', [0.1, 0.2, 0.3, null]),
  ],
}

const rows = (text: string): number[] => [0, 1, 2, 3].filter(rowFilter(dataset, text))

describe('rowFilter', () => {
  it.each([
    ['', [0, 1, 2, 3]],
    ['alp', [0]],
    ['A', [0, 1, 3]],
    ['fast<20', [0, 1]],
    ['FAST>=10', [1, 3]],
    ['fast!=10 a', [0, 3]],
    ['share>=20%', [1, 2]],
    ['name=BETA', [1]],
    ['name!=beta', [0, 2, 3]],
    ['a<b', [3]],
    ['fast>x', []],
    ['nothing', []],
  ])('%s', (text, expected) => {
    expect(rows(text)).toEqual(expected)
  })
})
