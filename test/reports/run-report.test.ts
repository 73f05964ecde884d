/** The run report as a document: what can't get in, what must be there, and what odd runs look like. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Metric } from '../../engine/core/result.ts'
import { renderRunReport } from '../../reports/run-report.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { oddRuns } from '../support/odd-runs.ts'
import { madeUpMetrics } from '../support/run-metrics.ts'
import { madeUpRun } from '../support/run-result.ts'

const RECORDS = new Set(['exits', 'finalEquity', 'config', 'params', 'costs', 'account', 'execution'])

/** The page of a run in which every string is made by `make`, which is given a running number. */
function pageOf(make: (index: number) => string): Promise<string> {
  let index = 0
  const replace = () => make(index++)
  const run = replaceStrings(madeUpRun({ bars: 40, trades: 4 }), replace, RECORDS)
  return renderRunReport(run, replaceStrings(madeUpMetrics(), replace, RECORDS))
}

/** The page without its scripts and style sheet. */
function markupOf(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
}

describe('renderRunReport', () => {
  it('has the same elements and attributes whatever its strings are', async () => {
    const plain = skeleton(await pageOf((index) => `x${index}`))
    const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 20 }))
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 12 }), async (texts) => {
        // The number keeps names of groups and keys of records apart, as they are in the plain page.
        const page = await pageOf((index) => `${texts[index % texts.length]}${index}`)
        expect(skeleton(page)).toEqual(plain)
      }),
      { seed: 11, numRuns: 40 },
    )
  })

  it('is the same bytes for the same run', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => renderRunReport(madeUpRun(), madeUpMetrics())))
    expect(first === second).toBe(true)
  })

  it('asks for nothing outside itself', async () => {
    const page = await renderRunReport(madeUpRun(), madeUpMetrics())
    expect(page).toContain('default-src &#39;none&#39;')
    expect(markupOf(page)).not.toMatch(/\b(?:src|href)="(?!#|data:,")/)
    expect(page).not.toContain('@import')
  })

  it('says what was run and how to run it again', async () => {
    const run = madeUpRun()
    const page = markupOf(await renderRunReport(run, madeUpMetrics()))
    for (const text of [
      'sma-cross',
      'BTC/USD',
      'kraken',
      'fast 20, slow 100',
      run.digest.inputs,
      run.digest.decisions,
      run.digest.outcomes,
      run.rulebookHash,
      'tandem backtest btc-sma.yaml',
    ]) {
      expect(page).toContain(text)
    }
  })

  it('explains refusals it knows and shows others as they are', async () => {
    const page = markupOf(await renderRunReport(madeUpRun(), []))
    expect(page).toContain('smaller than the smallest')
    expect(page).toContain('<code>HOUSE_RULE_7</code></th>')
    expect(page.indexOf('BELOW_MINIMUM')).toBeLessThan(page.indexOf('FEE_UNPROFITABLE'))
  })

  it('shows a metric without a value as n/a with its reason, and every definition', async () => {
    const metrics: Metric[] = madeUpMetrics().map((metric) => ({
      ...metric,
      value: null,
      reason: `because of ${metric.id}`,
    }))
    const page = markupOf(await renderRunReport(madeUpRun({ bars: 50, trades: 2 }), metrics))
    for (const metric of metrics) {
      expect(page).toContain(`title="because of ${metric.id}">n/a</td>`)
      expect(page).toContain(`<span class="reason">because of ${metric.id}</span>`)
      expect(page).toContain(`<code>${metric.id}</code></dt>`)
    }
  })

  it.each(Object.entries(oddRuns()))('bears a run with %s', async (_, run) => {
    const page = markupOf(await renderRunReport(run, []))
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).toContain('<h2 id="equity-title">Equity</h2>')
  })

  it('keeps a run of a million bars and five thousand trades under three megabytes, its trades complete', async () => {
    const run = madeUpRun({ bars: 1_000_000, trades: 5000 })
    const page = await renderRunReport(run, madeUpMetrics())
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000)
    const model = JSON.parse(/id="model">(.*?)<\/script>/s.exec(page)![1]!)
    const pnl = model.datasets.trades.columns.find((column: { name: string }) => column.name === 'pnl')
    expect(pnl.values).toEqual(run.trades.map((trade) => trade.pnl))
    const equity = model.datasets.curve.columns.find((column: { name: string }) => column.name === 'equity').values
    expect(equity.length).toBeLessThan(10_000)
    const lowest = run.equity.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)
    expect(Math.min(...equity)).toBe(Number(lowest.toPrecision(9)))
  })
})
