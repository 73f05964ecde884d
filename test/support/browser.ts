/** A real browser for page tests: Chromium from $CHROMIUM_PATH or where Linux keeps it; tests skip where there is none. */

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { describe } from 'vitest'
import { isBuilt } from '../cli/built.ts'

const candidates = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const executablePath = candidates.find((path) => path !== undefined && path !== '' && existsSync(path))

/** A `describe` that runs where a Chromium is found and is skipped, saying so, elsewhere. */
export function describeBrowser(name: string, body: () => void): void {
  const missing = executablePath === undefined
  describe.skipIf(missing)(missing ? `${name} [skipped: no Chromium; set CHROMIUM_PATH]` : name, body)
}

/** A `describeBrowser` of pages that the built command serves. */
export function describeServed(name: string, body: () => void): void {
  describeBrowser(isBuilt ? name : `${name} [skipped: npm run build first]`, () => {
    describe.skipIf(!isBuilt)('as built', body)
  })
}

/** Starts the browser, headless and quiet. Call it only inside `describeBrowser`. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface OpenedPage {
  readonly page: Page
  /** Console errors and uncaught exceptions so far. */
  readonly errors: string[]
  /** Requests so far other than for the page itself and for what it made (data:, blob:). */
  readonly requests: string[]
  /** Gives the page back, for the next that is opened. */
  close(): Promise<void>
}

export interface View {
  readonly width: number
  readonly height: number
  readonly scheme?: 'light' | 'dark'
}

export const DESKTOP: View = { width: 1440, height: 900 }
export const PHONE: View = { width: 390, height: 844 }

/** How long anything on a page may take: a machine that is busy with other things is slow, and not wrong. */
export const SLOW_MS = 90_000

/** A page that files are opened in, one after the other: a new one takes longer to start than most files to open. */
interface Tab {
  readonly page: Page
  opened: OpenedPage & { readonly url: string }
  isFree: boolean
}

const tabs = new WeakMap<Browser, Tab[]>()

/** Opens a file with the network off, as if for the first time, and waits until the page says it is ready. */
export async function openOffline(browser: Browser, url: string, view: View): Promise<OpenedPage> {
  const all = tabs.get(browser) ?? []
  tabs.set(browser, all)
  let tab = all.find(({ isFree }) => isFree)
  if (tab === undefined) {
    tab = await newTab(browser)
    all.push(tab)
  }
  const { page } = tab
  const mine = tab
  tab.isFree = false
  const [errors, requests]: [string[], string[]] = [[], []]
  const close = async (): Promise<void> => {
    await page.evaluate('localStorage.clear()')
    await page.goto('about:blank')
    mine.isFree = true
  }
  tab.opened = { page, errors, requests, url, close }
  await page.setViewportSize({ width: view.width, height: view.height })
  await page.emulateMedia({ media: null, colorScheme: view.scheme ?? 'light' })
  await page.goto(url)
  await page.waitForSelector('html[data-ready=true]', { state: 'attached' }).catch((cause: unknown) => {
    throw new Error(`the page did not become ready; errors: ${errors.join(' | ') || 'none'}`, { cause })
  })
  return tab.opened
}

/** Presses each summary that there is. The browser tells the page of it a moment later: waits for the tables inside. */
export async function openDetails(page: Page, summaries: string): Promise<void> {
  for (const summary of await page.locator(summaries).all()) await summary.click()
  await page.locator('[data-behind][open] > div:empty').first().waitFor({ state: 'detached' })
}

async function newTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({ offline: true, acceptDownloads: true, timezoneId: 'America/New_York' })
  const page = await context.newPage()
  page.setDefaultTimeout(SLOW_MS)
  const opened = { page, errors: [], requests: [], url: '', close: async () => {} }
  const tab: Tab = { page, opened, isFree: true }
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') tab.opened.errors.push(message.text())
  })
  page.on('pageerror', (error) => tab.opened.errors.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (url !== tab.opened.url && !/^(data|blob):|^about:blank$/.test(url)) tab.opened.requests.push(url)
  })
  return tab
}
