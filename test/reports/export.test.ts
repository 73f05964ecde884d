/** Saved files: quoting, times, missing values, and text that a spreadsheet would run. */

import { describe, expect, it } from 'vitest'
import { column } from '../../reports/dataset.ts'
import { toCsv, toJson } from '../../reports/export.ts'

const dataset = {
  title: 'Example',
  note: 'thinned',
  columns: [
    column('at', 'At', 'time', [0, 3_600_000]),
    column('value', 'Value', 'ratio', [0.1 + 0.2, Number.NaN]),
    column('text', 'Text', 'text', ['a "b", c', '=1+1']),
  ],
}

describe('export', () => {
  it('writes CSV', () => {
    expect(toCsv(dataset)).toBe(
      'at,value,text\r\n1970-01-01T00:00:00.000Z,0.30000000000000004,"a ""b"", c"\r\n1970-01-01T01:00:00.000Z,,\'=1+1\r\n',
    )
  })

  it('writes JSON', () => {
    expect(JSON.parse(toJson(dataset))).toEqual({
      title: 'Example',
      note: 'thinned',
      rows: [
        { at: 0, value: 0.30000000000000004, text: 'a "b", c' },
        { at: 3_600_000, value: null, text: '=1+1' },
      ],
    })
  })
})
