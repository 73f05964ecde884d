/**
 * The pages of sweep, ladder, validation and data quality in a real browser, opened from files with the network off: they
 * draw, obey their controls, save what they show, and let nothing that they were given run.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { renderLadderReport } from '../../reports/ladder-report.ts'
import type { RenderedPage } from '../../reports/panels/render.ts'
import { renderQualityReport } from '../../reports/quality-report.ts'
import { renderSweepReport } from '../../reports/sweep-report.ts'
import { renderValidationReport } from '../../reports/validation-report.ts'
import {
  describeBrowser,
  launchBrowser,
  type OpenedPage,
  openDetails,
  openOffline,
  type View,
} from '../support/browser.ts'
import { LADDER, oddLadders } from '../support/ladder-input.ts'
import { HOSTILE } from '../support/markup.ts'
import { ONE_SERIES, oddData } from '../support/quality-input.ts'
import { GRID, madeUpSweep, oddSweeps } from '../support/sweep-input.ts'
import { BARE_VALIDATION, VALIDATION } from '../support/validation-input.ts'

const DESKTOP: View = { width: 1440, height: 900 }
const PHONE: View = { width: 390, height: 844, scheme: 'dark' }

describeBrowser('pages of panels in a browser', () => {
  let browser: Browser
  let directory: string
  let sweepUrl: string
  const sweep = madeUpSweep()

  function write(name: string, { html }: RenderedPage): string {
    const path = join(directory, name)
    writeFileSync(path, html)
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

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pages-'))
    browser = await launchBrowser()
    sweepUrl = write('sweep.html', await renderSweepReport(sweep))
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** Charts without a mark: neither a path with a shape nor a pixel that isn't ground. */
  const blank = (page: Page) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('.chart')].filter((place) => {
      const svg = place.querySelector('svg')
      if (svg) return ![...svg.querySelectorAll('.mark-rect path, .mark-line path, .mark-symbol path, .mark-area path')].some((one) => one.getAttribute('d'))
      const canvas = place.querySelector('canvas')
      if (!canvas) return true
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      for (let i = 0; i < data.length; i += 4) if (data[i] !== data[0] || data[i + 1] !== data[1]) return false
      return true
    }).map((place) => place.id)`)
  const text = (page: Page, selector: string) => page.locator(selector).textContent()
  const cells = (page: Page, table: string, column: number) =>
    page.locator(`#table-${table} tbody td:nth-child(${column})`).allTextContents()
  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  const words = (page: Page) => page.evaluate<string>("document.querySelector('main').innerText")
  const saved = async (page: Page, name: string) => {
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name, exact: true }).click()
    const download = await waiting
    return { name: download.suggestedFilename(), bytes: readFileSync((await download.path())!) }
  }

  it('draws every chart of a sweep, and redraws what its controls ask for', () =>
    opened(sweepUrl, DESKTOP, async ({ page }) => {
      expect(await blank(page)).toEqual([])
      const map = () => page.locator('#chart-heat svg').innerHTML()
      const first = await map()
      await page.locator('#heat-y').selectOption('sizing.fraction')
      const second = await map()
      expect(second).not.toBe(first)
      await page.locator('#heat-measure').selectOption('trades')
      expect(await map()).toContain('trades')
      expect(await map()).not.toBe(second)
      await page.locator('#line-axis').selectOption('slow')
      await openDetails(page, '[data-behind=line] summary')
      expect(await page.locator('[data-behind=line] tbody td:first-child').allTextContents()).toEqual([
        '50',
        '100',
        '150',
        '200',
        '300',
      ])
    }))

  it('shows in a cell what the trials with its values have', () =>
    opened(sweepUrl, DESKTOP, async ({ page }) => {
      const { axes, metrics } = sweep.table
      const sharpe = metrics.find(({ name }) => name === 'sharpe')!.values as number[]
      const own = sharpe.filter((_, row) => axes[0]!.values[row] === 10 && axes[1]!.values[row] === 150)
      await openDetails(page, '[data-behind=heat] summary')
      const row = page.locator('[data-behind=heat] tbody tr', { hasText: /^10150/ })
      expect(await row.locator('td').allTextContents()).toEqual([
        '10',
        '150',
        ((own[0]! + own[1]!) / 2).toFixed(3),
        '2',
      ])
      await page.locator('#heat-statistic').selectOption('best')
      expect((await row.locator('td').allTextContents())[2]).toBe(Math.max(...own).toFixed(3))
    }))

  it('has the values of its axes in order, also where pairs are left out', async () => {
    const values = [10, 20, 30, 40]
    const part = madeUpSweep({
      axes: { fast: values, slow: values },
      where: ([fast, slow]) => Number(fast) < Number(slow),
    })
    await opened(write('part.html', await renderSweepReport(part)), DESKTOP, async ({ page }) => {
      const axis = (index: number) =>
        page.locator('#chart-heat .role-axis-label').nth(index).locator('text').allTextContents()
      expect(await axis(0)).toEqual(['10', '20', '30'])
      expect(await axis(1)).toEqual(['40', '30', '20'])
    })
  })

  it('keeps in the table what the brush keeps, by pointer, button and field', () =>
    opened(sweepUrl, DESKTOP, async ({ page }) => {
      expect(await text(page, '#table-trials .status')).toBe('1–25 of 40')
      await page.getByRole('button', { name: 'Best quarter' }).press('Enter')
      expect(await text(page, '#table-trials .status')).toBe('1–10 of 10')
      expect(await text(page, '#brushed')).toMatch(
        /^10 of 40 trials in the brush; median sharpe [\d.]+ \(all: [\d.]+\)\.$/,
      )
      await page.getByRole('button', { name: 'All', exact: true }).click()
      await page.locator('#chart-parallel').scrollIntoViewIfNeeded()
      const box = (await page.locator('#chart-parallel canvas').boundingBox())!
      // Along the first axis, from the middle up: fast 15 and 20 of 5 to 20.
      const at = await page.evaluate<number>(
        "document.querySelector('#chart-parallel canvas').getBoundingClientRect().width / 7 * 0.25",
      )
      await page.mouse.move(box.x + at, box.y + box.height * 0.5)
      await page.mouse.down()
      await page.mouse.move(box.x + at, box.y + box.height * 0.2, { steps: 3 })
      await page.mouse.move(box.x + at, box.y + 2, { steps: 3 })
      await page.mouse.up()
      expect(await text(page, '#table-trials .status')).toBe('1–20 of 20')
      expect(new Set(await cells(page, 'trials', 2))).toEqual(new Set(['15', '20']))
      await page.getByRole('button', { name: 'All', exact: true }).click()
      await page.locator('#ranges summary').click()
      await page.getByLabel('slow, from').fill('200')
      await page.keyboard.press('Tab')
      expect(new Set(await cells(page, 'trials', 3))).toEqual(new Set(['200', '300']))
    }))

  it('sorts and filters trials, and leads to the run report of the best', () =>
    opened(sweepUrl, DESKTOP, async ({ page }) => {
      const best = sweep.best[0]!
      expect((await cells(page, 'trials', 1))[0]).toBe(String(best))
      expect(await page.locator('#table-trials tbody a').first().getAttribute('href')).toBe(
        `best/trial-${best}/report.html`,
      )
      await page.locator('#table-trials thead').getByRole('button', { name: 'trades' }).click()
      expect((await cells(page, 'trials', 1))[0]).toBe('39')
      await page.locator('#table-trials input[type=search]').fill('fast=5 slow>=200')
      expect(new Set(await cells(page, 'trials', 2))).toEqual(new Set(['5']))
      expect(await text(page, '#table-trials .status')).toBe('1–4 of 4')
    }))

  it('saves data and images of a sweep, and switches its theme', () =>
    opened(sweepUrl, DESKTOP, async ({ page }) => {
      const csv = await saved(page, 'Save Trials as CSV')
      expect(csv.name).toBe('made-up-trials.csv')
      expect(csv.bytes.toString().trimEnd().split('\r\n')).toHaveLength(41)
      const json = JSON.parse((await saved(page, 'Save Two parameters as JSON')).bytes.toString())
      expect(json.rows).toHaveLength(20)
      expect(JSON.parse((await saved(page, 'Save Figures and definitions as JSON')).bytes.toString()).rows[0].id).toBe(
        'trials',
      )
      expect((await saved(page, 'Save Two parameters as SVG')).bytes.toString()).toMatch(/^<svg/)
      expect((await saved(page, 'Save All parameters as PNG')).bytes.subarray(1, 4).toString()).toBe('PNG')
      const ground = () =>
        page
          .locator('#chart-heat svg')
          .evaluate((svg) => (svg as unknown as { style: { backgroundColor: string } }).style.backgroundColor)
      expect(await ground()).toBe('rgb(255, 255, 255)')
      await page.getByRole('button', { name: 'Switch to the dark theme' }).click()
      expect(await ground()).toBe('rgb(21, 25, 29)')
      expect(await blank(page)).toEqual([])
      await page.emulateMedia({ media: 'print' })
      expect((await page.pdf()).length).toBeGreaterThan(20_000)
    }))

  it('draws ladder, validation and data quality, wide and light, narrow and dark', async () => {
    const urls = [
      write('ladder.html', await renderLadderReport(LADDER)),
      write('validation.html', await renderValidationReport(VALIDATION)),
      write('quality.html', await renderQualityReport(ONE_SERIES)),
      sweepUrl,
    ]
    for (const url of urls) {
      for (const view of [DESKTOP, PHONE]) {
        await opened(url, view, async ({ page }) => {
          expect(await blank(page), url).toEqual([])
          expect(await overflow(page), url).toBe(0)
          await openDetails(page, '[data-behind] > summary')
          expect(await words(page)).not.toMatch(/NaN|Infinity|undefined/)
          for (const name of ['CSV', 'SVG']) {
            const button = page.locator(`[data-save=${name.toLowerCase()}]`).first()
            const waiting = page.waitForEvent('download')
            await button.click()
            expect(readFileSync((await (await waiting).path())!).length).toBeGreaterThan(20)
          }
        })
      }
    }
  }, 240_000)

  // The document test takes every odd sweep; these are the ones whose charts have nothing ordinary to draw.
  it.each([
    'one parameter',
    'one trial',
    'all trials failed',
    'drawn values',
    'words for values',
    'several objectives',
  ])('bears a sweep with %s', async (name) => {
    const url = write('odd.html', await renderSweepReport(oddSweeps()[name]!))
    await opened(url, PHONE, async ({ page }) => {
      for (const select of await page.locator('.pickers select').all()) {
        const values = await select
          .locator('option')
          .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value))
        await select.selectOption(values.at(-1)!)
      }
      await openDetails(page, '[data-behind] > summary, #ranges > summary')
      expect(await words(page)).not.toMatch(/NaN|Infinity|undefined/)
      expect(await page.locator('.chart text', { hasText: /NaN|Infinity|undefined|null/ }).count()).toBe(0)
      expect(await overflow(page)).toBe(0)
    })
  })

  it('bears odd ladders, bare validations and empty stores', async () => {
    const pages = [
      ...(await Promise.all(Object.values(oddLadders()).map(renderLadderReport))),
      await renderValidationReport(BARE_VALIDATION),
      ...(await Promise.all(
        ['an empty store', 'a file without a row'].map((name) => renderQualityReport(oddData()[name]!)),
      )),
    ]
    for (const rendered of pages) {
      await opened(write('odd.html', rendered), PHONE, async ({ page }) => {
        expect(await words(page)).not.toMatch(/NaN|Infinity|undefined/)
        expect(await overflow(page)).toBe(0)
      })
    }
  }, 120_000)

  it('keeps a thousand symbols readable: a page of the map at a time, in the order of the table', async () => {
    const url = write('thousand.html', await renderQualityReport(oddData()['a thousand symbols']!))
    await opened(url, DESKTOP, async ({ page }) => {
      const labels = () =>
        page.locator('#chart-strips svg .role-axis-label text', { hasText: 'kraken' }).allTextContents()
      expect(await labels()).toHaveLength(30)
      expect(await labels()).toEqual(await cells(page, 'series', 1))
      await page.locator('#table-series').getByRole('button', { name: 'Next' }).click()
      expect(await labels()).toEqual(await cells(page, 'series', 1))
      await page.locator('#table-series input').fill('a99')
      expect(await labels()).toHaveLength(11)
      expect(Number(await page.locator('#chart-strips svg').getAttribute('height'))).toBeLessThan(400)
    })
  })

  it('runs nothing that a sweep is given', async () => {
    const axes = Object.fromEntries(HOSTILE.slice(0, 6).map((name, i) => [name, i < 2 ? HOSTILE.slice(0, 3) : [i]]))
    const hostile = {
      ...madeUpSweep({ ...GRID, axes }),
      name: HOSTILE[0]!,
      command: HOSTILE[1]!,
      errors: [{ error: HOSTILE[3]!, count: 1, firstTrial: 0 }],
    }
    const url = write('hostile.html', await renderSweepReport(hostile))
    await opened(url, DESKTOP, async ({ page }) => {
      await openDetails(page, 'details > summary')
      for (const select of await page.locator('.pickers select').all()) await select.selectOption({ index: 1 })
      expect(await page.evaluate('typeof window.pwned')).toBe('undefined')
      expect(await page.locator('script').count()).toBe(4)
      expect(await page.locator('img, iframe, object, embed, body style, h1 ~ h1').count()).toBe(0)
      const handlers =
        '[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length'
      expect(await page.evaluate(handlers)).toBe(0)
    })
  })
})
