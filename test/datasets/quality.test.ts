/** Where in time a series is whole: worked examples of the map, and what a check hands to it. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckReport, checkData, type Look } from '../../datasets/checks/check-data.ts'
import type { Finding } from '../../datasets/checks/finding.ts'
import { keepLook, qualityFacts } from '../../datasets/checks/quality.ts'
import { qualityCells, runsOf, stateOf } from '../../datasets/checks/quality-map.ts'
import { START_MS, temporaryDirectory } from './support.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function finding(code: string, timeMs: number, rows: number, severity: Finding['severity'] = 'warning'): Finding {
  return { code, severity, row: 1, rows, timeMs, message: '', suggestion: '', fixable: false }
}

describe('qualityCells', () => {
  it('counts rows, gaps and findings where they are', () => {
    // Two days of hours; 5 to 7 and 30 are missing, of which the first three are an outage.
    const time = Float64Array.from({ length: 48 }, (_, i) => i * HOUR).filter(
      (at) => ![5, 6, 7, 30].includes(at / HOUR),
    )
    const findings = [
      finding('OUTAGE', 8 * HOUR, 3),
      finding('PRICE_OUTLIER', 10 * HOUR, 1),
      finding('CARRIED_FORWARD', 40 * HOUR, 4),
      finding('BAD_PRICE', 41 * HOUR, 1, 'error'),
      finding('LOCAL_TIME', 0, 44, 'error'),
    ]
    const cells = qualityCells(runsOf(time, HOUR), HOUR, findings, [0, DAY, 2 * DAY, 3 * DAY])
    expect(cells.map(({ fromMs: _, toMs: __, ...rest }) => rest)).toEqual([
      { expected: 24, present: 21, outage: 3, noTrades: 0, suspicious: 1, errors: 0 },
      { expected: 24, present: 23, outage: 0, noTrades: 1, suspicious: 4, errors: 1 },
      { expected: 0, present: 0, outage: 0, noTrades: 0, suspicious: 0, errors: 0 },
    ])
    expect(cells.map(stateOf)).toEqual(['outage', 'error', 'outside'])
  })

  it('loses no row to the edges, wherever they are', () => {
    const edges = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(edges, fc.uniqueArray(fc.integer({ min: 0, max: 399 }), { minLength: 1 }), (inner, rows) => {
        const time = Float64Array.from(rows.toSorted((a, b) => a - b))
        const all = [...new Set([0, ...inner, 400])].sort((a, b) => a - b)
        const cells = qualityCells(runsOf(time, 1), 1, [], all)
        const sum = (pick: (one: (typeof cells)[number]) => number) =>
          cells.reduce((total, one) => total + pick(one), 0)
        expect(sum((one) => one.present)).toBe(rows.length)
        expect(sum((one) => one.expected)).toBe(time.at(-1)! - time[0]! + 1)
        expect(sum((one) => one.noTrades)).toBe(time.at(-1)! - time[0]! + 1 - rows.length)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

describe('qualityFacts', () => {
  async function facts(rows: readonly string[]) {
    const file = join(temporaryDirectory(), 'x.csv')
    writeFileSync(file, `time,open,high,low,close,volume\n${rows.join('\n')}\n`)
    const looks: Look[] = []
    const reports: CheckReport[] = []
    const options = {
      store: temporaryDirectory(),
      fix: false,
      timeframeMs: HOUR,
      looked: (look: Look) => looks.push(look),
    }
    reports.push(await checkData(file, options))
    return qualityFacts(reports, looks.map(keepLook))
  }

  const line = (hour: number, close = 100) =>
    `${START_MS + hour * HOUR},100,${Math.max(100, close)},${Math.min(100, close)},${close},1`

  it('puts the days of a single series on a calendar, and its stretches on a line', async () => {
    const hours = Array.from({ length: 72 }, (_, i) => i).filter((hour) => hour < 30 || hour >= 40)
    const { series, calendar } = await facts(hours.map((hour) => line(hour)))
    expect(calendar?.unit).toBe('day')
    expect(calendar?.cells.map(({ state, present }) => [state, present])).toEqual([
      ['present', 24],
      ['outage', 14],
      ['present', 24],
    ])
    expect(series[0]).toMatchObject({
      rows: 62,
      outageRows: 10,
      outageRuns: 1,
      firstMs: START_MS,
      lastMs: START_MS + 3 * DAY,
    })
    expect(series[0]!.segments.map(({ state }) => state)).toEqual(['present', 'outage', 'present'])
    expect(series[0]!.segments.at(-1)!.toMs).toBe(START_MS + 3 * DAY)
  })

  it('marks repeated and impossible rows', async () => {
    const rows = Array.from({ length: 48 }, (_, hour) => line(hour))
    const wrong = rows.with(10, rows[9]!).with(30, `${START_MS + 30 * HOUR},100,90,110,100,1`)
    const { calendar, series } = await facts(wrong)
    expect(calendar?.cells.map(({ state }) => state)).toEqual(['error', 'error'])
    expect(series[0]!.errors).toBe(2)
  })

  it('has nothing to show of nothing', () => {
    expect(qualityFacts([], [])).toEqual({ series: [], calendar: null })
  })
})
