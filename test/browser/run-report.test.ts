/**
 * The run report in a real browser, opened from a file with the network off: it draws, obeys its controls and keys,
 * saves what it shows, and lets nothing that it was given run.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Metric, RunResult } from '../../engine/core/result.ts'
import type { RunDetail } from '../../engine/core/run-detail.ts'
import { renderRunReport } from '../../reports/run-report.ts'
import {
  DESKTOP,
  describeBrowser,
  launchBrowser,
  type OpenedPage,
  openDetails,
  openOffline,
  PHONE,
  type View,
} from '../support/browser.ts'
import { HOSTILE, replaceStrings } from '../support/markup.ts'
import { oddRuns, thousandSymbols } from '../support/odd-runs.ts'
import { madeUpDetail } from '../support/run-detail.ts'
import { madeUpMetrics } from '../support/run-metrics.ts'
import { madeUpRun } from '../support/run-result.ts'

describeBrowser('run report in a browser', () => {
  let browser: Browser
  let directory: string
  let report: string
  const run = madeUpRun()

  async function write(
    name: string,
    result: RunResult,
    metrics: readonly Metric[],
    detail: RunDetail | null = madeUpDetail(result),
  ): Promise<string> {
    const path = join(directory, name)
    writeFileSync(path, await renderRunReport(result, metrics, detail))
    return pathToFileURL(path).href
  }

  async function opened(url: string, view: View, body: (opened: OpenedPage) => Promise<void>): Promise<void> {
    const page = await openOffline(browser, url, view)
    try {
      await body(page)
      expect(page.errors).toEqual([])
      expect(page.requests).toEqual([])
    } finally {
      await page.close()
    }
  }

  /** The page draws what is in sight first: waits for the rest. */
  const drawn = (page: Page) => page.waitForSelector('html[data-drawn=true]', { state: 'attached' })

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'report-'))
    browser = await launchBrowser()
    report = await write('report.html', run, madeUpMetrics())
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const path = (page: Page, chart: string) =>
    page.locator(`#chart-${chart} svg .mark-line path`).first().getAttribute('d')
  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent()
  /** Pixels of the price chart that are not background. */
  const inked = (page: Page, chart = 'price') =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector('#chart-${chart} canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4) if (data[i] !== data[0] || data[i + 1] !== data[1]) count++
      return count
    })()`)
  const picture = (page: Page) => page.evaluate<string>("document.querySelector('#chart-price canvas').toDataURL()")
  const settled = (page: Page) =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  it('draws every chart from the file alone, equity linear or log', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      for (const chart of ['overview', 'equity', 'drawdown'])
        expect((await path(page, chart))!.length).toBeGreaterThan(500)
      expect(await page.locator('#chart-exposure svg .mark-area path').first().getAttribute('d')).not.toBe('')
      expect(await inked(page)).toBeGreaterThan(5000)
      expect(await page.title()).toBe('btc-sma – backtest report')
      const linear = await path(page, 'equity')
      await page.getByRole('button', { name: 'Log', exact: true }).click()
      await settled(page)
      expect(await path(page, 'equity')).not.toBe(linear)
      await page.getByRole('button', { name: 'Linear', exact: true }).click()
      await settled(page)
      expect(await path(page, 'equity')).toBe(linear)
      // Equity alone has an axis of its own, and the button brings the benchmark back.
      const hold = page.getByRole('button', { name: 'Buy and hold' })
      await hold.click()
      await settled(page)
      expect([await hold.getAttribute('aria-pressed'), (await path(page, 'equity')) === linear]).toEqual([
        'false',
        false,
      ])
      await hold.click()
      await settled(page)
      expect(await path(page, 'equity')).toBe(linear)
    }))
  it('draws the charts of returns, groups, costs and single trades', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      const shapes = (chart: string) => page.locator(`#chart-${chart} svg .mark-rect.role-mark path`).count()
      // Seven months and the year.
      expect(await shapes('calendar')).toBe(8)
      expect(await shapes('by-weekday')).toBeGreaterThan(3)
      expect(await shapes('by-exitReason')).toBeGreaterThan(1)
      expect(await shapes('waterfall')).toBe(8)
      expect(await shapes('sensitivity')).toBe(3)
      expect(await shapes('histogram')).toBeGreaterThan(10)
      expect((await path(page, 'rolling-sharpe'))!.length).toBeGreaterThan(200)
      for (const chart of ['scatter-mae', 'scatter-mfe', 'scatter-hours']) {
        const ink = await inked(page, chart)
        expect(ink, chart).toBeGreaterThan(500)
      }
    }))
  it('follows the system’s theme until the reader chooses', () =>
    opened(report, { ...DESKTOP, scheme: 'dark' }, async ({ page }) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      const chart = () =>
        page
          .locator('#chart-equity svg')
          .evaluate((svg) => (svg as unknown as { style: { backgroundColor: string } }).style.backgroundColor)
      expect([await ground(), await chart()]).toEqual(['rgb(14, 17, 20)', 'rgb(21, 25, 29)'])
      await page.getByRole('button', { name: 'Switch to the light theme' }).click()
      await settled(page)
      expect([await ground(), await chart()]).toEqual(['rgb(247, 247, 245)', 'rgb(255, 255, 255)'])
    }))
  it('zooms every chart with the brush, and out again', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      const whole = await Promise.all([text(page, 'window'), path(page, 'equity'), path(page, 'drawdown')])
      const box = (await page.locator('#chart-overview svg').boundingBox())!
      await page.mouse.move(box.x + box.width * 0.4, box.y + 20)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 })
      await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 })
      await page.mouse.up()
      await settled(page)
      const zoomed = await Promise.all([text(page, 'window'), path(page, 'equity'), path(page, 'drawdown')])
      zoomed.forEach((value, index) => {
        expect(value).not.toBe(whole[index])
      })
      expect(zoomed[0]).toMatch(/^2021-03-\d\d \d\d:\d\d.* – 2021-0[45]-\d\d .* UTC$/)
      await page.getByRole('button', { name: 'All', exact: true }).click()
      await settled(page)
      expect(await Promise.all([text(page, 'window'), path(page, 'equity'), path(page, 'drawdown')])).toEqual(whole)
    }))
  it('does with keys and buttons what the pointer does', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await page.getByRole('button', { name: '1 w', exact: true }).press('Enter')
      await settled(page)
      expect(await text(page, 'window')).toBe('2021-07-21 08:00 – 2021-07-28 08:00 UTC')
      expect(await page.locator('#chart-overview svg .brush_brush path').first().getAttribute('d')).not.toBeNull()
      await page.getByRole('button', { name: 'Half a window back' }).press('Enter')
      await settled(page)
      expect(await text(page, 'window')).toBe('2021-07-17 20:00 – 2021-07-24 20:00 UTC')
      await page.locator('#chart-equity').focus()
      await page.keyboard.press('End')
      expect(await text(page, 'readout')).toMatch(
        /^2021-07-24 20:00 UTC · equity [\d,.]+ USD · drawdown −[\d.]+\u00a0% · exposure/,
      )
      await page.keyboard.press('ArrowLeft')
      expect(await text(page, 'readout')).toMatch(/^2021-07-24 19:00 UTC/)
    }))
  it('sorts, filters, pages and shows trades', () =>
    opened(report, DESKTOP, async ({ page }) => {
      const cells = (column: number) => page.locator(`#trade-table tbody td:nth-child(${column})`).allTextContents()
      expect(await page.locator('#trade-table tbody tr').count()).toBe(25)
      await page.getByRole('button', { name: 'Next' }).click()
      expect((await cells(2))[0]).toBe('26')
      await page.getByRole('button', { name: 'PnL (USD)' }).click()
      const best = [...run.trades].sort((a, b) => b.pnl - a.pnl)[0]!
      expect((await cells(2))[0]).toBe(String(run.trades.indexOf(best) + 1))
      expect(await page.locator('#trade-table th[aria-sort]').getAttribute('aria-sort')).toBe('descending')
      await page.getByRole('searchbox').fill('short')
      expect(new Set(await cells(4))).toEqual(new Set(['short']))
      await page.getByRole('button', { name: 'All columns' }).click()
      expect(await page.locator('#trade-table thead th').count()).toBe(21)
      await page.locator('#trade-table tbody button').first().click()
      await settled(page)
      expect(await text(page, 'window')).not.toContain('2021-01-01 00:00')
    }))

  it('saves data and images', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      const saved = async (name: string) => {
        const waiting = page.waitForEvent('download')
        await page.getByRole('button', { name, exact: true }).click()
        const download = await waiting
        return { name: download.suggestedFilename(), bytes: readFileSync((await download.path())!) }
      }
      const csv = await saved('Save Trades as CSV')
      expect(csv.name).toBe('btc-sma-trades.csv')
      expect(csv.bytes.toString().trimEnd().split('\r\n')).toHaveLength(run.trades.length + 1)
      const json = JSON.parse((await saved('Save Equity as JSON')).bytes.toString())
      expect(json.rows).toHaveLength(run.bars + 1)
      expect(json.rows[0]).toEqual({ time: run.fromMs, equity: 10_000, benchmark: 10_000, drawdown: 0, exposure: 0 })
      expect((await saved('Save Equity as SVG')).bytes.toString()).toMatch(/^<svg/)
      expect((await saved('Save Trades on price as PNG')).bytes.subarray(1, 4).toString()).toBe('PNG')
    }))

  it('draws indicators over and below the candles, with a key to each', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      expect(await page.locator('#overlay-key li').allTextContents()).toEqual(['sma 20', 'sma 100'])
      expect(await page.locator('.pane:visible h3').allTextContents()).toEqual(['rsi', 'sma of volume'])
      for (const pane of ['pane-0', 'pane-1']) expect(await inked(page, pane), pane).toBeGreaterThan(1000)
      // Without its lines the chart has less ink.
      const bare = await write('bare.html', run, [], { ...madeUpDetail(run), indicators: [], levels: [] })
      const withLines = await inked(page)
      await opened(bare, DESKTOP, async ({ page: other }) => {
        await drawn(other)
        expect(await inked(other)).toBeLessThan(withLines)
        expect(await other.locator('.pane').count()).toBe(0)
      })
    }))

  it('draws what rested at the venue around a trade', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await drawn(page)
      await page.locator('#trade-table tbody button').nth(3).click()
      await settled(page)
      const zoomed = await inked(page)
      const bare = await write('no-levels.html', run, [], { ...madeUpDetail(run), levels: [] })
      await opened(bare, DESKTOP, async ({ page: other }) => {
        await drawn(other)
        await other.locator('#trade-table tbody button').nth(3).click()
        await settled(other)
        expect(await inked(other)).not.toBe(zoomed)
      })
      await openDetails(page, '[data-behind=levels] summary')
      expect(await page.locator('[data-behind=levels] tbody tr').count()).toBe(50)
    }))

  it('filters by comparisons, and saves what is left', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await page.getByRole('searchbox').fill('long pnl<0')
      const losers = run.trades.filter(({ pnl, side }) => pnl < 0 && side === 'long')
      const waiting = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save the rows shown as JSON' }).click()
      const { rows } = JSON.parse(readFileSync((await (await waiting).path())!, 'utf8'))
      expect(rows).toHaveLength(losers.length)
      await page.getByRole('searchbox').fill('moon>3')
      expect(await page.locator('#trade-table .trouble').textContent()).toBe('Not understood: no column moon')
    }))

  it('shows the distance to a liquidation, marks it on equity, and saves the figures', async () => {
    const ruined = oddRuns()['wiped out']!
    const url = await write('margin.html', ruined, madeUpMetrics())
    await opened(url, DESKTOP, async ({ page }) => {
      await drawn(page)
      expect(await inked(page, 'distance')).toBeGreaterThan(200)
      expect(await page.locator('#chart-equity svg .mark-text text').allTextContents()).toContain('L')
      await page.locator('summary', { hasText: 'All figures as JSON' }).click()
      const waiting = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save figures.json' }).click()
      const { figures } = JSON.parse(readFileSync((await (await waiting).path())!, 'utf8'))
      expect(figures.find(({ id }: { id: string }) => id === 'margin.leverage').value).toBe(20)
    })
  })

  it('can be reached whole by keys, and every control has a name', () =>
    opened(report, DESKTOP, async ({ page }) => {
      const nameless = await page.evaluate<
        string[]
      >(`[...document.querySelectorAll('button, select, input, a, [tabindex]')]
        .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label'))).map((e) => e.outerHTML)`)
      expect(nameless).toEqual([])
      const charts = await page.evaluate<string[]>(`[...document.querySelectorAll('.chart[id]:not([aria-hidden])')]
        .filter((e) => e.tabIndex !== 0 || !(e.getAttribute('aria-label') ?? '').trim()).map((e) => e.id)`)
      expect(charts).toEqual([])
      await page
        .getByRole('navigation', { name: 'Contents' })
        .getByRole('link', { name: 'Sensitivity to costs' })
        .press('Enter')
      await expect.poll(() => page.evaluate('location.hash')).toBe('#sensitivity')
    }))

  it('lets every panel with a chart or a table save it', () =>
    opened(report, DESKTOP, async ({ page }) => {
      const bare = await page.evaluate<string[]>(`[...document.querySelectorAll('.panel')]
        .filter((e) => e.querySelector('.chart, table') && !e.querySelector('[data-save]')).map((e) => e.id)`)
      expect(bare).toEqual([])
      const charts = await page.evaluate<string[]>(`(() => {
        const saved = new Set([...document.querySelectorAll('[data-save=png]')].map((e) => e.dataset.chart))
        return [...document.querySelectorAll('.chart[id]')].map((e) => e.id.slice(6)).filter((id) => !saved.has(id))
      })()`)
      expect(charts).toEqual(['overview'])
    }))

  it('shows one of several symbols, and the one of a trade that is asked for', async () => {
    const several = oddRuns()['several symbols']!
    const url = await write('symbols.html', several, [])
    await opened(url, DESKTOP, async ({ page }) => {
      await drawn(page)
      const first = await picture(page)
      await page.locator('#symbol').selectOption('ETH/USD')
      await settled(page)
      expect(await picture(page)).not.toBe(first)
      const trade = several.trades.findIndex(({ symbol }) => symbol === 'SOL/USD')
      await page.locator('#trade-table tbody button').nth(trade).click()
      await settled(page)
      expect(await page.locator('#symbol').inputValue()).toBe('2')
    })
  })

  it('opens definitions and the tables behind charts', () =>
    opened(report, DESKTOP, async ({ page }) => {
      await page.getByRole('link', { name: 'Sharpe ratio', exact: true }).click()
      await page.locator('#definition-4').waitFor({ state: 'visible' })
      await openDetails(page, '[data-behind=price] summary')
      expect(await page.locator('[data-behind=price] tbody tr').count()).toBe(50)
    }))

  it('fits a phone, and follows a change of width', () =>
    opened(report, PHONE, async ({ page }) => {
      await drawn(page)
      const wide = () => page.evaluate<number>('document.documentElement.scrollWidth')
      const chart = async () => Number(await page.locator('#chart-equity svg').getAttribute('width'))
      expect(await wide()).toBe(390)
      expect(await chart()).toBeLessThan(370)
      await page.setViewportSize({ width: 844, height: 390 })
      // The page is told of it when it next draws itself.
      await expect.poll(chart).toBeGreaterThan(700)
      expect(await wide()).toBe(844)
    }))

  it('prints in light colours without its controls', () =>
    opened(report, { ...DESKTOP, scheme: 'dark' }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' })
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
      expect(await page.getByRole('button', { name: 'Log', exact: true }).isVisible()).toBe(false)
      await page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
      await settled(page)
      const ground = "document.querySelector('#chart-equity svg').style.backgroundColor"
      expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)')
      expect((await page.pdf()).length).toBeGreaterThan(20_000)
    }))

  it('runs nothing that it is given', async () => {
    let index = 0
    const replace = () => `${HOSTILE[index++ % HOSTILE.length]!}${index}`
    const records = new Set(['exits', 'finalEquity', 'config'])
    const hostile = replaceStrings(madeUpRun({ bars: 200, trades: 30 }), replace, records)
    const detail = replaceStrings(madeUpDetail(hostile), replace, new Set(['counts']))
    const kinds = madeUpDetail(hostile)
    const url = await write('hostile.html', hostile, replaceStrings(madeUpMetrics(), replace, records), {
      ...detail,
      levels: kinds.levels,
      records: detail.records.map((record, i) => ({ ...record, kind: kinds.records[i]!.kind })),
    })
    await opened(url, DESKTOP, async ({ page }) => {
      await drawn(page)
      await openDetails(page, 'details > summary')
      await page.getByRole('button', { name: 'All columns' }).click()
      await page.locator('#trade-table tbody button').first().click()
      await settled(page)
      expect(await page.evaluate('typeof window.pwned')).toBe('undefined')
      expect(await page.locator('script').count()).toBe(4)
      expect(await page.locator('img, iframe, object, embed, body style, h1 ~ h1').count()).toBe(0)
      const handlers =
        '[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length'
      expect(await page.evaluate(handlers)).toBe(0)
    })
  })

  // The document test takes every odd run; these are the ones whose charts have nothing ordinary to draw.
  const odd = [
    ...['no trade', 'one trade', 'one bar', 'no bar'],
    ...['wiped out', 'flat price', 'no price at all', 'a thousand symbols'],
  ]
  it.each(odd)('bears a run with %s', async (name) => {
    const url = await write(`${name}.html`, name === 'a thousand symbols' ? thousandSymbols() : oddRuns()[name]!, [])
    await opened(url, PHONE, async ({ page }) => {
      await drawn(page)
      const body = await page.evaluate<string>(
        'document.body.cloneNode(true).innerHTML.replace(/<script[^]*?<\\/script>/g, "")',
      )
      expect(body).not.toMatch(/NaN|Infinity|undefined/)
      expect(await page.locator('#chart-equity svg').count()).toBe(1)
    })
  })
})
