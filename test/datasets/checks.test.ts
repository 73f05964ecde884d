import { describe, expect, it } from 'vitest'
import { type CandleCheck, type Context, checkCandles, checkFundingSeries } from '../../datasets/checks/check.ts'
import type { Reference } from '../../datasets/checks/reference.ts'
import { lines, type RawCandles, type RawFunding, tableOf } from '../../datasets/checks/table.ts'
import { COLUMNS } from '../../datasets/columns.ts'
import { takeRows } from '../../datasets/fixes/fix.ts'
import { forkedUniform } from '../../datasets/synthetic/random.ts'
import { syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import { DAY_MS, HOUR_MS, START_MS } from './support.ts'

const MINUTE_MS = 60_000
const HOURLY: Context = { timeframeMs: HOUR_MS, venue: null, symbol: null, references: [] }
const BASE = {
  model: 'gbm',
  seed: 11,
  bars: 1000,
  venue: 'synthetic',
  symbol: 'BTC/USD',
  timeframeMs: HOUR_MS,
} as const

/** A clean market of our own, every array fresh. */
function market(more: object = {}): RawCandles {
  const { candles } = syntheticCandles({ ...BASE, ...more })
  return tableOf(Object.fromEntries(COLUMNS.map((name) => [name, candles[name].slice()])) as never)
}

const check = (table: RawCandles, more: Partial<Context> = {}): CandleCheck =>
  checkCandles(table, { ...HOURLY, ...more })
const codes = (checked: { findings: readonly { code: string }[] }): string[] => checked.findings.map(({ code }) => code)
const valuesOf = (table: RawCandles) => COLUMNS.map((name) => [...table[name]])

/** Only this is found, at this row, and the safe fix gives the clean market back. */
function expectMended(checked: CandleCheck, code: string, row: number, clean: RawCandles): void {
  expect(codes(checked)).toEqual([code])
  expect(checked.findings[0]).toMatchObject({ row, fixable: true })
  expect(checked.fixes.map((fix) => fix.code)).toEqual([code])
  expect(checked.unmended).toBe(0)
  expect(valuesOf(checked.mended)).toEqual(valuesOf(clean))
}

describe('a clean series', () => {
  it.each([
    ['gbm', HOUR_MS],
    ['regime', HOUR_MS],
    ['gbm', MINUTE_MS],
    ['regime', DAY_MS],
  ])('%s at %i ms raises nothing', (model, timeframeMs) => {
    for (const seed of [1, 2, 3]) {
      const checked = check(market({ model, timeframeMs, seed, bars: 5000 }), { timeframeMs, venue: 'binance' })
      expect([checked.findings, checked.fixes]).toEqual([[], []])
    }
  })
})

describe('order and time', () => {
  it('newest first', () => {
    const clean = market()
    const table = takeRows(clean, [...clean.time.keys()].reverse())
    expectMended(check({ ...table, line: lines(1000) }), 'NEWEST_FIRST', 1, clean)
  })

  it('a row out of order keeps its line', () => {
    const clean = market()
    const order = [...clean.time.keys()]
    order.splice(300, 0, ...order.splice(700, 1))
    const table = { ...takeRows(clean, order), line: lines(1000) }
    expectMended(check(table), 'OUT_OF_ORDER', 302, clean)
  })

  it('a repeated row is left out, two values for one time are not', () => {
    const clean = market()
    const order = [...clean.time.keys()]
    order.splice(500, 0, 499)
    const twice = takeRows(clean, order)
    expectMended(check({ ...twice, line: lines(1001) }), 'DUPLICATE', 501, clean)
    const volume = twice.volume.slice()
    volume[500] = volume[500]! * 2
    const conflict = check({ ...twice, volume, line: lines(1001) })
    expect(codes(conflict)).toEqual(['CONFLICTING_DUPLICATE'])
    expect([conflict.unmended, conflict.fixes, conflict.mended.time.length]).toEqual([1, [], 1001])
  })

  it.each([
    ['s', 1e-3],
    ['µs', 1e3],
    ['ns', 1e6],
  ])('times in %s taken for ms', (unit, factor) => {
    const clean = market()
    const checked = check({ ...clean, time: clean.time.map((time) => time * factor) })
    expectMended(checked, 'WRONG_TIME_UNIT', 1, clean)
    expect(checked.findings[0]!.message).toContain(`in ${unit}, not in ms`)
  })

  it('only the rows from one on are in µs', () => {
    const clean = market()
    const checked = check({ ...clean, time: clean.time.map((time, row) => (row < 600 ? time : time * 1000)) })
    expectMended(checked, 'WRONG_TIME_UNIT', 601, clean)
    expect(checked.findings[0]!.rows).toBe(400)
  })

  it('a time that is none is told and left out of the rest', () => {
    const table = market()
    table.time[10] = Number.NaN
    table.time[20] = 17
    const checked = check(table)
    expect(codes(checked)).toEqual(['BAD_TIME', 'BAD_TIME'])
    expect(checked.findings.map(({ row, timeMs }) => [row, timeMs])).toEqual([
      [11, null],
      [21, 17],
    ])
    expect(checked.unmended).toBe(2)
  })

  it('close times for open times', () => {
    const clean = market()
    for (const early of [1, 1000]) {
      const time = clean.time.map((at) => at + HOUR_MS - early)
      expectMended(check({ ...clean, time }), 'STAMPED_AT_END', 1, clean)
    }
  })

  it('some bars a few milliseconds late', () => {
    const clean = market()
    const time = clean.time.map((at, row) => at + (row % 10 === 3 ? 40 : 0))
    expectMended(check({ ...clean, time }), 'OFF_BY_MS', 4, clean)
  })

  it('a bar off the grid, and another timeframe than said', () => {
    const table = market()
    table.time[7] = table.time[7]! + 20 * MINUTE_MS
    expect(codes(check(table))).toEqual(['OFF_GRID'])
    expect(codes(check(market({ timeframeMs: DAY_MS })))).toEqual(['WRONG_TIMEFRAME'])
  })

  it('days of another zone', () => {
    const table = market({ timeframeMs: DAY_MS })
    const checked = check({ ...table, time: table.time.map((at) => at - 3 * HOUR_MS) }, { timeframeMs: DAY_MS })
    expect(checked.findings).toMatchObject([{ code: 'LOCAL_TIME', severity: 'error', message: /-3 h/ }])
  })

  it('summer time', () => {
    const table = market({ bars: 8760, startMs: START_MS })
    // Berlin: UTC+1, from 2020-03-29 01:00 UTC to 2020-10-25 01:00 UTC one hour more.
    const isSummer = (at: number): boolean => at >= Date.UTC(2020, 2, 29, 1) && at < Date.UTC(2020, 9, 25, 1)
    const checked = check({ ...table, time: table.time.map((at) => at + HOUR_MS * (isSummer(at) ? 2 : 1)) })
    expect(codes(checked)).toEqual(['CONFLICTING_DUPLICATE', 'LOCAL_TIME'])
    expect(checked.findings[1]!.message).toMatch(/before 2020-03-29 03:00 is missing, 2020-10-25 02:00 is there twice/)
  })
})

describe('prices and volume', () => {
  it('no number, zero, and beyond double precision', () => {
    const table = market()
    table.close[5] = Number.NaN
    table.open[6] = 0
    table.high[7] = 2 ** 50
    const checked = check(table)
    expect(codes(checked).slice(0, 3)).toEqual(['BAD_PRICE', 'BAD_PRICE', 'BAD_PRICE'])
    expect(checked.unmended).toBe(3)
  })

  it('high and low the other way round, or short of the open by a rounding, are mended; a wrong high is not', () => {
    const clean = market()
    const swapped = { ...clean, high: clean.high.slice(), low: clean.low.slice() }
    swapped.high[40] = clean.low[40]!
    swapped.low[40] = clean.high[40]!
    expectMended(check(swapped), 'INCONSISTENT_BAR', 41, clean)
    const row = clean.high.findIndex((high, at) => high === clean.open[at])
    const rounded = { ...clean, high: clean.high.slice() }
    rounded.high[row] = clean.high[row]! * (1 - 1e-6)
    expectMended(check(rounded), 'INCONSISTENT_BAR', row + 1, clean)
    const wrong = { ...clean, high: clean.high.slice() }
    wrong.high[50] = clean.low[50]! * 1.00001
    expect(check(wrong)).toMatchObject({ unmended: 1, fixes: [], findings: [{ code: 'INCONSISTENT_BAR', row: 51 }] })
  })

  it('negative volume, volume missing under a move, no volume at all', () => {
    const table = market()
    table.volume[9] = -1
    table.volume[19] = 0
    const checked = check(table)
    expect(codes(checked)).toEqual(['NEGATIVE_VOLUME', 'ZERO_VOLUME'])
    expect(checked.findings.map(({ row }) => row)).toEqual([10, 20])
    expect(codes(check(market({ meanVolume: 0 })))).toEqual(['NO_VOLUME'])
  })

  it.each([
    ['× 10', 10],
    ['÷ 9.', 0.1],
    ['× 1.60', 1.6],
  ])('one bar at %s of its neighbours', (shown, factor) => {
    const table = market()
    for (const name of ['open', 'high', 'low', 'close'] as const) table[name][333] = table[name][333]! * factor
    const checked = check(table)
    expect(checked.findings).toMatchObject([{ code: 'PRICE_OUTLIER', severity: 'warning', row: 334 }])
    expect(checked.findings[0]!.message).toContain(shown.slice(0, 4))
  })

  it('a flash crash inside a bar is told, a market that falls for good is not', () => {
    const table = market()
    table.low[100] = table.low[100]! * 0.4
    expect(codes(check(table))).toEqual(['PRICE_OUTLIER'])
    const fallen = market()
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      fallen[name].forEach((price, row) => {
        if (row >= 500) fallen[name][row] = price * 0.6
      })
    }
    fallen.open[500] = fallen.close[499]!
    fallen.high[500] = Math.max(fallen.high[500]!, fallen.open[500]!)
    expect(codes(check(fallen))).toEqual([])
  })

  it('another price level from a row on', () => {
    const table = market()
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      table[name].forEach((price, row) => {
        if (row >= 640) table[name][row] = price / 15
      })
    }
    expect(check(table).findings).toMatchObject([{ code: 'PRICE_LEVEL', severity: 'error', row: 641, rows: 360 }])
  })

  it('volume columns that change places: exact with both columns, by the level with one', () => {
    const clean = market()
    const quote = clean.volume.map((volume, row) => volume * clean.close[row]!)
    const volume = clean.volume.map((value, row) => (row < 420 ? quote[row]! : value))
    const otherVolume = quote.map((value, row) => (row < 420 ? clean.volume[row]! : value))
    const both = check({ ...clean, volume, otherVolume })
    expectMended(both, 'SWAPPED_VOLUME', 1, clean)
    expect(both.findings[0]!.rows).toBe(420)
    const one = check({ ...clean, volume })
    expect(one.findings).toMatchObject([{ code: 'SWAPPED_VOLUME', severity: 'error', row: 421, fixable: false }])
  })
})

describe('gaps', () => {
  const without = (table: RawCandles, drop: (row: number) => boolean): RawCandles =>
    takeRows(
      table,
      [...table.time.keys()].filter((row) => !drop(row)),
    )

  it('a missing bar is an outage where the venue writes every bar', () => {
    const checked = check(
      without(market(), (row) => row === 77),
      { venue: 'binance' },
    )
    expect(checked.findings).toMatchObject([{ code: 'OUTAGE', severity: 'warning', row: 79, rows: 1 }])
    expect(checked.facts).toMatchObject({ outages: { runs: 1, bars: 1 }, noTrades: { runs: 0, bars: 0 } })
  })

  it('in a thin market absent bars are nothing; thirty in a row are', () => {
    const uniform = forkedUniform(3, 'thin')
    const thin = Array.from({ length: 4000 }, () => uniform() < 0.3)
    const table = market({ bars: 4000 })
    const calm = check(
      without(table, (row) => thin[row]! && row > 0),
      { venue: 'kraken' },
    )
    expect(calm.findings).toEqual([])
    expect(calm.facts!.noTrades.bars).toBeGreaterThan(1000)
    const broken = check(
      without(table, (row) => row > 0 && (thin[row]! || (row > 2000 && row < 2031))),
      { venue: 'kraken' },
    )
    expect(codes(broken)).toEqual(['OUTAGE'])
    expect(broken.findings[0]!.rows).toBeGreaterThanOrEqual(30)
  })

  it('an outage filled with the last price', () => {
    const table = market()
    for (let row = 400; row < 412; row++) {
      for (const name of ['open', 'high', 'low', 'close'] as const) table[name][row] = table.close[399]!
      table.volume[row] = 0
    }
    expect(check(table).findings).toMatchObject([{ code: 'CARRIED_FORWARD', row: 401, rows: 12 }])
  })
})

describe('against other series', () => {
  const uniform = forkedUniform(5, 'noise')
  /** Another venue's prices of the same market: within 0.02 % of it. */
  const elsewhere = (table: RawCandles, venue: string, symbol: string, timeframeMs = HOUR_MS): Reference => {
    const close = table.close.map((price) => price * (1 + (uniform() - 0.5) * 4e-4))
    return { venue, symbol, timeframeMs, time: table.time.slice(), close }
  }
  const own = { venue: 'here', symbol: 'BTC/USD' }

  it('the same market elsewhere raises nothing, nor does another market', () => {
    const table = market()
    const other = market({ seed: 12, startPrice: 300 })
    const references = [elsewhere(table, 'there', 'XBT/USDT'), elsewhere(other, 'there', 'ETH/USD')]
    expect(check(table, { ...own, references }).findings).toEqual([])
  })

  it.each([
    [3, 'LOCAL_TIME'],
    [-5, 'LOCAL_TIME'],
    [5.5, null],
    [1, 'STAMPED_AT_END'],
  ])('a clock %d h late', (hours, code) => {
    const clean = market()
    const table = { ...clean, time: clean.time.map((at) => at + hours * HOUR_MS) }
    const checked = check(table, { ...own, references: [elsewhere(clean, 'there', 'BTC/USDT')] })
    // Half an hour off the grid shows by itself, without another series.
    if (code === null) expect(codes(checked)).toContain('LOCAL_TIME')
    else expectMended(checked, code, 1, clean)
  })

  it('minutes stamped at their end show against hours', () => {
    const minutes = market({ timeframeMs: MINUTE_MS, bars: 60 * 200, annualVolatility: 2 })
    const rows = [...minutes.time.keys()].filter((row) => row % 60 === 59)
    const hours = { ...takeRows(minutes, rows), time: Float64Array.from(rows, (row) => minutes.time[row - 59]!) }
    const references = [elsewhere(hours, 'there', 'BTC/USDT')]
    const late = { ...minutes, time: minutes.time.map((at) => at + MINUTE_MS) }
    expect(check(minutes, { ...own, timeframeMs: MINUTE_MS, references }).findings).toEqual([])
    expectMended(check(late, { ...own, timeframeMs: MINUTE_MS, references }), 'STAMPED_AT_END', 1, minutes)
  })

  it('minutes stamped at their end show by themselves where programs trade at quarter hours', () => {
    const clean = market({ timeframeMs: MINUTE_MS, bars: 60 * 24 * 7 })
    clean.time.forEach((at, row) => {
      if (at % (15 * MINUTE_MS) === 0) clean.volume[row] = clean.volume[row]! * 1.5
    })
    expect(check(clean, { timeframeMs: MINUTE_MS }).findings).toEqual([])
    const late = { ...clean, time: clean.time.map((at) => at + MINUTE_MS) }
    expectMended(check(late, { timeframeMs: MINUTE_MS }), 'STAMPED_AT_END', 1, clean)
  })

  it("another symbol's data, another venue's data, data like nothing there", () => {
    const table = market()
    const bitcoin = market({ seed: 12, startPrice: 300 })
    const ether = elsewhere(table, 'there', 'ETH/USD')
    const wrong = check(table, { ...own, references: [elsewhere(bitcoin, 'there', 'BTC/USD'), ether] })
    expect(wrong.findings).toMatchObject([{ code: 'WRONG_SYMBOL', severity: 'error' }])
    expect(wrong.findings[0]!.message).toContain('those of there ETH/USD 1h')
    expect(codes(check(table, { ...own, references: [ether] }))).toEqual(['WRONG_SYMBOL'])
    const copy = { venue: 'there', symbol: 'BTC/USD', timeframeMs: HOUR_MS, time: table.time, close: table.close }
    expect(codes(check(table, { ...own, references: [copy] }))).toEqual(['OTHER_VENUE'])
    const unlike = check(table, { ...own, references: [elsewhere(bitcoin, 'there', 'BTC/USD')] })
    expect(codes(unlike)).toEqual(['UNLIKE_STORE'])
  })
})

describe('funding', () => {
  const clean = (): RawFunding => ({
    time: Float64Array.from({ length: 300 }, (_, row) => START_MS + row * 8 * HOUR_MS),
    rate: Float64Array.from({ length: 300 }, (_, row) => (row % 7) * 1e-5 - 2e-5),
    line: lines(300),
  })

  it('a clean series raises nothing', () => {
    expect(checkFundingSeries(clean())).toMatchObject({ findings: [], fixes: [], intervalMs: 8 * HOUR_MS })
  })

  it('milliseconds off the hour and local time are mended together', () => {
    const table = clean()
    const time = table.time.map((at, row) => at + 3 * HOUR_MS + (row % 3 === 1 ? 47 : 0))
    const checked = checkFundingSeries({ ...table, time })
    expect(codes(checked)).toEqual(['FUNDING_OFF_HOUR', 'LOCAL_TIME'])
    expect(checked.findings[0]).toMatchObject({ row: 2, rows: 100, message: /by up to 47 ms/ })
    expect([...checked.mended.time]).toEqual([...table.time])
  })

  it('a zone that could be several is told, not shifted', () => {
    const table = clean()
    const time = table.time.map((at) => at + 5 * HOUR_MS).subarray(2)
    const checked = checkFundingSeries({ time, rate: table.rate.subarray(2), line: lines(298) })
    expect(checked).toMatchObject({ findings: [{ code: 'LOCAL_TIME', fixable: false }], fixes: [], unmended: 1 })
  })

  it('a missing settlement and a rate in percent', () => {
    const table = takeRows(
      clean(),
      [...Array(300).keys()].filter((row) => row !== 50),
    )
    table.rate[80] = 1.5
    expect(codes(checkFundingSeries(table))).toEqual(['BAD_RATE', 'FUNDING_GAP'])
  })
})
