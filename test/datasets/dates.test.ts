import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysFromEpoch, formatTime, parseDateRange } from '../../datasets/dates.ts'

const at = (iso: string): number => Date.parse(iso)

describe('parseDateRange', () => {
  it('takes dates from their first to their last moment', () => {
    expect(parseDateRange('2019-01-01', '2022-12-31')).toEqual({
      fromMs: at('2019-01-01T00:00:00Z'),
      toMs: at('2023-01-01T00:00:00Z'),
    })
    expect(parseDateRange('2020-02-29', '2020-02-29')).toEqual({
      fromMs: at('2020-02-29T00:00:00Z'),
      toMs: at('2020-03-01T00:00:00Z'),
    })
  })

  it('takes timestamps exactly', () => {
    expect(parseDateRange('2020-01-01T05:00:00Z', '2020-01-01T06:30:00.250Z')).toEqual({
      fromMs: at('2020-01-01T05:00:00Z'),
      toMs: at('2020-01-01T06:30:00.250Z'),
    })
    expect(parseDateRange('2020-01-01 05:00').fromMs).toBe(at('2020-01-01T05:00:00Z'))
    expect(parseDateRange('2020-01-01T05:00:00+02:00').fromMs).toBe(at('2020-01-01T03:00:00Z'))
  })

  it('leaves an absent side open', () => {
    expect(parseDateRange()).toEqual({})
    expect(parseDateRange(undefined, '2020-01-01')).toEqual({ toMs: at('2020-01-02T00:00:00Z') })
  })

  it.each(['2021-02-29', '2020-13-01', '2020-1-1', '01/03/2020', 'yesterday', '', '2020-01-01T24:00:00Z'])(
    'refuses %j and says where it was',
    (text) => {
      expect(() => parseDateRange('2019-01-01', text)).toThrow(
        expect.objectContaining({ code: 'BAD_DATE', where: 'to', message: `'${text}' is not a date` }),
      )
    },
  )

  it('refuses an empty range', () => {
    expect(() => parseDateRange('2020-01-02', '2020-01-01')).toThrow(/is empty/)
    expect(() => parseDateRange('2020-01-02T00:00:00Z', '2020-01-02T00:00:00Z')).toThrow(/is empty/)
  })
})

describe('calendar', () => {
  it('counts days as the platform does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true }),
        (date) => {
          const days = daysFromEpoch(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
          expect(days).toBe(Math.floor(date.getTime() / 86_400_000))
        },
      ),
      { seed: 1 },
    )
  })

  it('prints times no finer than they are', () => {
    expect(formatTime(at('2020-01-01T00:00:00Z'))).toBe('2020-01-01')
    expect(formatTime(at('2020-01-01T15:00:00Z'))).toBe('2020-01-01 15:00')
    expect(formatTime(at('2020-01-01T15:00:07Z'))).toBe('2020-01-01 15:00:07')
  })
})
