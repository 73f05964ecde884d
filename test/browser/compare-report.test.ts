/** The page of a comparison in a real browser, from a file with the network off: curves, tables, theme, phone, saving. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { metricsOf } from '../../engine/run/analysis.ts'
import { compareRuns } from '../../engine/run/compare/compare.ts'
import { pairTrades } from '../../engine/run/compare/match.ts'
import type { ReadRun } from '../../engine/run/compare/run-files.ts'
import { renderCompareReport } from '../../reports/compare-report.ts'
import { describeBrowser, launchBrowser, openOffline } from '../support/browser.ts'
import { madeUpRun } from '../support/run-result.ts'

function readOf(seed: string, trades: number): ReadRun {
  const run = madeUpRun({ seed, bars: 1500, trades })
  return {
    ...{ folder: `runs/${seed}`, runId: seed, name: seed, quote: 'USD', decisions: seed },
    initialEquity: run.initialEquity,
    finalEquity: run.finalEquity,
    hashes: { config: seed, data: 'd', strategy: 's', rulebook: 'r' },
    metrics: metricsOf(run),
    config: { name: seed, costs: { spreadBps: trades } },
    time: run.time,
    equity: run.equity,
    trades: run.trades,
  }
}

describeBrowser('comparison in a browser', () => {
  let browser: Browser
  let directory: string
  let url: string
  const first = readOf('first', 60)
  const second = {
    ...readOf('second', 40),
    trades: [...first.trades.slice(5), ...readOf('second', 40).trades.slice(30)],
  }
  const found = pairTrades(first.trades, second.trades)

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'compare-'))
    browser = await launchBrowser()
    const runs = [first, second]
    const page = await renderCompareReport({
      ...compareRuns(runs),
      runs,
      pairs: [found],
      command: 'tandem compare runs/first runs/second',
    })
    const path = join(directory, 'compare.html')
    writeFileSync(path, page.html)
    url = pathToFileURL(path).href
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)('opens, draws, sorts, filters and saves at %i pixels, %s', async (width, scheme) => {
    const { page, errors, requests, close } = await openOffline(browser, url, { width, height: 900, scheme })
    for (const chart of ['equity', 'drawdown']) {
      expect(await page.locator(`#chart-${chart} svg .mark-line path`).count(), chart).toBe(2)
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const table = page.locator('#table-alone')
    expect(await table.locator('tbody tr').count()).toBe(Math.min(25, found.onlyFirst.length + found.onlySecond.length))
    await table.getByRole('button', { name: 'PnL (USD)' }).click()
    const best = Math.max(...[...found.onlyFirst, ...found.onlySecond].map(({ pnl }) => pnl))
    expect(
      Number((await table.locator('tbody tr').first().locator('td').last().textContent())!.replace(/,/g, '')),
    ).toBeCloseTo(best, 2)
    await table.getByRole('searchbox').fill('first')
    expect(await table.locator('tbody tr').count()).toBe(Math.min(25, found.onlyFirst.length))
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save Shared trades as JSON' }).click()
    const { rows } = JSON.parse(readFileSync((await (await waiting).path())!, 'utf8'))
    expect(rows).toHaveLength(found.pairs.length)
    await page.locator('#theme').click()
    expect(await page.evaluate("document.documentElement.getAttribute('data-theme')")).toBe(
      scheme === 'light' ? 'dark' : 'light',
    )
    expect(errors).toEqual([])
    expect(requests).toEqual([])
    await close()
  })
})
