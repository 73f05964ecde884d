/** What the page says, `figures.json` says and metrics.json says are the same numbers. */

import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../engine/core/result.ts'
import { computeMetrics } from '../../engine/stats/metrics.ts'
import type { FiguresDocument } from '../../reports/figures-json.ts'
import { formatMetric } from '../../reports/format.ts'
import { reportOf } from '../../reports/run-report.ts'
import { oddRuns } from '../support/odd-runs.ts'
import { madeUpDetail } from '../support/run-detail.ts'
import { madeUpRun } from '../support/run-result.ts'

interface Shown {
  readonly id: string
  readonly value: string
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'", '#96': '`' }
const plain = (markup: string) =>
  markup.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp|#39|#96);/g, (_, name: string) => ENTITIES[name]!)

/** Every figure that the page's text shows. */
function shownOn(page: string): Shown[] {
  const found = page.matchAll(/<data data-figure="([^"]*)" value="([^"]*)" title="[^"]*">(.*?)<\/data>/gs)
  return [...found].map(([, id, value, text]) => ({ id: plain(id!), value: value!, text: plain(text!) }))
}

async function reported(run: RunResult) {
  const metrics = computeMetrics(run)
  const report = reportOf(run, metrics, madeUpDetail(run))
  return { metrics, figures: report.figures, page: await report.page() }
}

function embedded(page: string): FiguresDocument {
  return JSON.parse(/<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(page)![1]!)
}

describe('figures of a run', () => {
  const runs = { 'a plain run': madeUpRun({ bars: 2000, trades: 60 }), ...oddRuns() }

  it.each(Object.entries(runs))('are the same on the page and as JSON: %s', async (_, run) => {
    const { figures, page, metrics } = await reported(run)
    const byId = new Map(figures.figures.map((figure) => [figure.id, figure]))
    const shown = shownOn(page)
    for (const { id, value, text } of shown) {
      const figure = byId.get(id)!
      expect(text, id).toBe(formatMetric(figure.value, figure.unit, run.quote))
      expect(value === '' ? null : Number(value), id).toBe(figure.value)
    }
    // Every metric is on the page, unrounded, and under its own id.
    for (const metric of metrics) {
      expect(byId.get(metric.id)).toEqual(metric)
      expect(shown.some(({ id }) => id === metric.id)).toBe(true)
    }
    expect(embedded(page)).toEqual(JSON.parse(JSON.stringify(figures)))
  })

  it('agree with the metrics that are computed another way', async () => {
    const { figures } = await reported(madeUpRun({ bars: 3000, trades: 80 }))
    const value = (id: string) => figures.figures.find((figure) => figure.id === id)!.value
    for (const [figure, metric] of [
      ['run.finalEquity', 'finalEquity'],
      ['run.initialEquity', 'initialEquity'],
      ['run.net', 'netProfit'],
      ['run.deepest', 'maxDrawdown'],
      ['run.closedTrades', 'trades'],
      ['run.openTrades', 'openTrades'],
      ['run.exposed', 'timeInMarket'],
      ['run.mostExposed', 'maxExposure'],
      ['cost.spread', 'spread'],
      ['cost.slippage', 'slippage'],
      ['cost.fees', 'fees'],
      ['cost.funding', 'funding'],
    ] as const) {
      expect(value(figure), figure).toBeCloseTo(value(metric)!, 9)
    }
    expect(value('cost.net')! + value('cost.outside')!).toBeCloseTo(value('cost.change')!, 9)
  })

  it('have unit, basis and definition, and so have the columns of tables', async () => {
    const { figures } = await reported(madeUpRun({ bars: 500, trades: 12 }))
    for (const { label, unit, basis, definition } of figures.figures) {
      for (const text of [label, unit, basis, definition]) expect(text.length).toBeGreaterThan(0)
    }
    expect(figures.tables.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['drawdowns', 'calendar', 'waterfall', 'records', 'quality', 'sensitivity', 'by-hour']),
    )
    for (const { columns, rows, basis } of figures.tables) {
      expect(basis.length).toBeGreaterThan(0)
      for (const { unit, definition } of columns) expect([unit.length > 0, definition.length > 0]).toEqual([true, true])
      for (const row of rows) expect(row).toHaveLength(columns.length)
    }
  })

  it('have no number that JSON has no word for', async () => {
    for (const run of Object.values(oddRuns())) {
      const { figures } = await reported(run)
      for (const { value, id } of figures.figures) expect(value === null || Number.isFinite(value), id).toBe(true)
    }
  })
})
