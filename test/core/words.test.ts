/** Names, codes and messages: timeframes, refusals, errors, order states, the table of doubles. */

import { describe, expect, it } from 'vitest'
import { assert, BugError, TandemError } from '../../engine/core/errors.ts'
import { isLive, OrderState } from '../../engine/core/order.ts'
import { describeRefusal, REFUSAL_NAMES, REFUSAL_NUMBERS, RefusalCode } from '../../engine/core/refusal.ts'
import { ChunkPool, DoubleTable, removeItem } from '../../engine/core/table.ts'
import { formatTimeframe, parseTimeframe } from '../../engine/core/timeframe.ts'
import { codeOf } from './support.ts'

describe('timeframes', () => {
  it.each([
    ['1s', 1_000],
    ['1m', 60_000],
    ['15m', 900_000],
    ['90m', 5_400_000],
    ['1h', 3_600_000],
    ['4h', 14_400_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
  ])('%s', (text, ms) => {
    expect(parseTimeframe(text)).toBe(ms)
    expect(formatTimeframe(ms)).toBe(text)
  })

  it('has the shortest name, which means the same', () => {
    for (const [text, shortest] of [
      ['60s', '1m'],
      ['120m', '2h'],
      ['24h', '1d'],
      ['14d', '2w'],
      ['99999s', '99999s'],
    ] as const) {
      expect(formatTimeframe(parseTimeframe(text))).toBe(shortest)
      expect(parseTimeframe(shortest)).toBe(parseTimeframe(text))
    }
    expect(formatTimeframe(500)).toBe('500ms')
  })

  it.each(['', 'h', '0h', '01h', '1.5h', '-1h', '1H', '1M', '1y', ' 1h', '1h ', '100000s'])('%j is none', (text) => {
    expect(codeOf(() => parseTimeframe(text))).toBe('BAD_TIMEFRAME')
  })

  it('says where, and what to write', () => {
    expect(() => parseTimeframe('1x', 'data.timeframe')).toThrow(TandemError)
    try {
      parseTimeframe('1x', 'data.timeframe')
    } catch (error) {
      expect((error as TandemError).line).toBe(
        "data.timeframe: '1x' is not a timeframe (write a number and s, m, h, d or w, such as 15m or 1h)",
      )
    }
  })
})

describe('refusals', () => {
  it('every code has a name of its own and two different numbers', () => {
    const codes = Object.entries(RefusalCode)
    expect(Object.keys(REFUSAL_NAMES)).toHaveLength(codes.length)
    expect(Object.keys(REFUSAL_NUMBERS)).toHaveLength(codes.length)
    for (const [name, code] of codes) {
      expect(REFUSAL_NAMES[code]).toBe(name.replace(/[A-Z]/g, '_$&').toUpperCase())
      const [first, second] = REFUSAL_NUMBERS[code]
      expect(first).not.toBe(second)
    }
    expect(new Set(codes.map(([, code]) => code)).size).toBe(codes.length)
  })

  it('is shown with its numbers', () => {
    const refusal = { code: RefusalCode.belowMinimum, instrument: 0, side: 1, first: 2, second: 2.5 } as const
    expect(describeRefusal(refusal)).toBe('BELOW_MINIMUM wanted=2 minimum=2.5')
  })
})

describe('errors', () => {
  it('is one line: where, what, what to do', () => {
    const options = { code: 'X', where: 'a.csv\r\nrow 7', hint: 'fix\n  it' }
    expect(new TandemError('bad\n\nprice', options).line).toBe('a.csv row 7: bad price (fix it)')
    expect(new TandemError('bad price', { code: 'X' }).line).toBe('bad price')
  })

  it('is neither retryable nor unsafe unless it says so, and exits with 2', () => {
    expect(new TandemError('m', { code: 'X' })).toMatchObject({
      name: 'TandemError',
      message: 'm',
      code: 'X',
      where: null,
      hint: null,
      retryable: false,
      retrySafe: true,
      exitCode: 2,
    })
    const cause = new Error('socket')
    const error = new TandemError('m', { code: 'X', retryable: true, retrySafe: false, exitCode: 1, cause })
    expect([error.retryable, error.retrySafe, error.exitCode, error.cause]).toEqual([true, false, 1, cause])
    expect('cause' in new TandemError('m', { code: 'X' })).toBe(false)
  })

  it('a broken invariant is a bug', () => {
    expect(() => assert(false, 'cash is blue')).toThrow(new BugError('cash is blue'))
    expect(() => assert(true, '')).not.toThrow()
    expect(new BugError('x')).toMatchObject({ name: 'BugError', message: 'bug: x' })
  })
})

it('an order is live until it is filled, cancelled, rejected or expired', () => {
  const live = Object.entries(OrderState).filter(([, state]) => isLive(state))
  expect(live.map(([name]) => name)).toEqual(['submitInFlight', 'open', 'cancelInFlight', 'amendInFlight'])
})

describe('tables of doubles', () => {
  it('grow by chunks and keep their cells', () => {
    const table = new DoubleTable(3)
    const rows = 2000
    for (let row = 0; row < rows; row++) {
      expect(table.add()).toBe(row)
      for (const column of [0, 1, 2]) {
        expect(table.get(row, column)).toBe(0)
        table.set(row, column, row * 10 + column)
      }
      table.chunk(row)[table.offset(row) + 2]! += 0.5
    }
    expect(table.rows).toBe(rows)
    for (let row = 0; row < rows; row++) {
      expect([0, 1, 2].map((column) => table.get(row, column))).toEqual([row * 10, row * 10 + 1, row * 10 + 2.5])
    }
  })

  it("of a pool are clean, and nobody else's until it is reset", () => {
    const pool = new ChunkPool()
    for (const widths of [[3, 2], [2, 3, 3], [3]]) {
      pool.reset()
      const tables = widths.map((width) => new DoubleTable(width, pool))
      for (let row = 0; row < 1300; row++) {
        for (const [k, table] of tables.entries()) {
          expect(table.get(table.add(), 1)).toBe(0)
          table.set(row, 1, row * 10 + k + 1)
        }
      }
      for (const [k, table] of tables.entries()) {
        for (let row = 0; row < 1300; row++) expect(table.get(row, 1)).toBe(row * 10 + k + 1)
      }
    }
  })

  it('removeItem keeps the order, and does nothing for a stranger', () => {
    const items = ['a', 'b', 'c']
    removeItem(items, 'b')
    removeItem(items, 'x')
    expect(items).toEqual(['a', 'c'])
  })
})
