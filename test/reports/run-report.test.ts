/** The run report as a document: what can't get in, what must be there, and what odd runs look like. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Metric } from '../../engine/core/result.ts'
import { unpackDataset } from '../../reports/pack.ts'
import { renderRunReport } from '../../reports/run-report.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { oddRuns, thousandSymbols } from '../support/odd-runs.ts'
import { madeUpDetail } from '../support/run-detail.ts'
import { madeUpMetrics } from '../support/run-metrics.ts'
import { madeUpRun } from '../support/run-result.ts'

const RECORDS = new Set(['exits', 'finalEquity', 'config', 'params', 'costs', 'account', 'execution', 'counts'])

/** The page of a run in which every string is made by `make`, which is given a running number. */
function pageOf(make: (index: number) => string): Promise<string> {
  let index = 0
  const replace = () => make(index++)
  const plain = madeUpRun({ bars: 40, trades: 4 })
  const run = replaceStrings(plain, replace, RECORDS)
  // What decides which words are written isn't text that somebody wrote.
  const { profileRule, ...detail } = madeUpDetail(plain)
  const { kinds, ...hostile } = { ...replaceStrings(detail, replace, RECORDS), kinds: detail }
  return renderRunReport(run, replaceStrings(madeUpMetrics(), replace, RECORDS), {
    ...hostile,
    profileRule: replaceStrings(profileRule, replace, RECORDS),
    levels: kinds.levels,
    records: hostile.records.map((record, i) => ({ ...record, kind: kinds.records[i]!.kind })),
  })
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
    const page = markupOf(await renderRunReport(run, madeUpMetrics(), madeUpDetail(run)))
    for (const text of [
      'sma-cross',
      'BTC/USD',
      'kraken',
      'fast 20, slow 100',
      run.digest.inputs,
      run.digest.decisions,
      run.digest.outcomes,
      run.rulebookHash,
      'tandem backtest runs/r-3f9c2a71',
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
      expect(page).toMatch(
        new RegExp(`data-figure="${metric.id}" value="" title="[^"]*because of ${metric.id}\\)">n/a`),
      )
      expect(page).toContain(`<span class="reason">because of ${metric.id}</span>`)
      expect(page).toContain(`<code>${metric.id}</code></dt>`)
    }
  })

  it.each(Object.entries({ ...oddRuns(), 'a thousand symbols': thousandSymbols() }))(
    'bears a run with %s',
    async (_, run) => {
      for (const detail of [null, madeUpDetail(run)]) {
        const page = markupOf(await renderRunReport(run, [], detail))
        expect(page).not.toMatch(/NaN|Infinity|undefined/)
        expect(page).toContain('<h2 id="equity-title">Equity</h2>')
      }
    },
  )

  it('has the candles of the forty most traded of a thousand symbols, and says so', async () => {
    const run = thousandSymbols()
    const page = await renderRunReport(run, [], madeUpDetail(run))
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
    expect(page).toContain('960 symbols with fewer trades have no candles on this page.')
    const traded = new Set(run.trades.map(({ symbol }) => symbol))
    const { symbols } = modelOf(page)
    expect(symbols).toHaveLength(40)
    expect(symbols.filter((symbol: string) => !traded.has(symbol))).toEqual([])
  })

  it('keeps a run of 2.6 million bars and twenty thousand trades under five megabytes, its trades complete', async () => {
    const run = madeUpRun({ bars: 2_600_000, trades: 20_000 })
    const page = await renderRunReport(run, madeUpMetrics(), madeUpDetail(run))
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000)
    const { datasets } = modelOf(page)
    const column = (dataset: string, name: string) =>
      unpackDataset(datasets[dataset]).columns.find((one) => one.name === name)!.values as number[]
    expect(column('trades', 'pnl')).toEqual(run.trades.map(({ pnl }) => Math.round(pnl * 1e8) / 1e8 + 0))
    const equity = column('curve', 'equity')
    expect(equity.length).toBeLessThan(20_000)
    const lowest = run.equity.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)
    expect(equity.reduce((low, value) => Math.min(low, value))).toBe(Number(lowest.toPrecision(9)))
    // The bars of the largest trade are all there.
    const largest = run.trades.reduce((a, b) => (Math.abs(b.pnl) > Math.abs(a.pnl) ? b : a))
    const times = new Set(column('price-0', 'time'))
    for (let row = largest.entryRow; row <= (largest.exitRow ?? largest.entryRow); row++) {
      expect(times.has(run.time[row]!)).toBe(true)
    }
  })
})

// biome-ignore lint/suspicious/noExplicitAny: a page's model, read as its script reads it
function modelOf(page: string): any {
  return JSON.parse(/id="model">(.*?)<\/script>/s.exec(page)![1]!)
}
