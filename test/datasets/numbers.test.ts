import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNumber, significantDigits } from '../../datasets/import/numbers.ts'
import { parseTime } from '../../datasets/import/times.ts'

const parse = (text: string): number => parseNumber(Buffer.from(text), 0, Buffer.byteLength(text))
const time = (text: string, order?: 'MM/DD/YYYY' | 'DD/MM/YYYY'): number =>
  parseTime(Buffer.from(text), 0, Buffer.byteLength(text), order)

describe('parseNumber', () => {
  it('gives the double that Number gives, for any double as printed', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parse(String(value))).toBe(Number(String(value)))
      }),
      { seed: 2, numRuns: 2000 },
    )
  })

  it('gives the double that Number gives, for any digits', () => {
    const digits = fc.stringMatching(/^\d{1,25}(\.\d{0,30})?([eE][+-]?\d{1,2})?$/)
    fc.assert(
      fc.property(digits, (text) => {
        expect(parse(text)).toBe(Number(text))
      }),
      { seed: 3, numRuns: 2000 },
    )
  })

  it.each(['', ' ', '.', '-', 'e5', '1e', '0x10', 'NaN', 'nan', 'Infinity', '1,5', '1 2', '1_000', '1.2.3', '$5', '١'])(
    'takes %j for no number',
    (text) => expect(parse(text)).toBeNaN(),
  )

  it('counts significant digits', () => {
    expect(['0', '0.00120', '1200.50', '-12.5e7', '9007199254740993'].map(significantDigits)).toEqual([0, 2, 5, 3, 16])
  })
})

describe('parseTime', () => {
  const ms = 1_483_401_600_000 // 2017-01-03
  it.each([
    ['1483401600', ms],
    ['1483401600.0', ms],
    ['1483401600000', ms],
    ['1483401600000000', ms],
    ['2017-01-03', ms],
    ['2017-01-03 01:30', ms + 5_400_000],
    ['2017-01-03T01:30:00Z', ms + 5_400_000],
    ['2017-01-03 01:30:00.250000', ms + 5_400_250],
    ['2017-01-03 01:30:00+01:00', ms + 1_800_000],
    ['2017-01-03 01:30:00 UTC', ms + 5_400_000],
  ])('reads %s', (text, expected) => expect(time(text)).toBe(expected))

  it.each(['01/03/2017', '2017-02-30', '2017-01-03 25:00', '20170103', 'soon', '', '-5', '2017-01-03x', '1e30'])(
    'takes %j for no time',
    (text) => expect(time(text)).toBeNaN(),
  )

  it('reads slashed dates in the stated order only', () => {
    expect(time('01/03/2017', 'MM/DD/YYYY')).toBe(ms)
    expect(time('3/1/17', 'DD/MM/YYYY')).toBe(ms)
    expect(time('13/03/2017', 'MM/DD/YYYY')).toBeNaN()
    expect(time('03.01.2017 01:30', 'DD/MM/YYYY')).toBe(ms + 5_400_000)
  })
})
