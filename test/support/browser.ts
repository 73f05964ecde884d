/** A real browser for page tests: Chromium from $CHROMIUM_PATH or where Linux keeps it; tests skip where there is none. */

import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
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
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors and uncaught exceptions so far. */
  readonly errors: string[]
  /** Requests so far other than for the page itself and for what it made (data:, blob:). */
  readonly requests: string[]
}

export interface View {
  readonly width: number
  readonly height: number
  readonly scheme?: 'light' | 'dark'
}

export const DESKTOP: View = { width: 1440, height: 900 }
export const PHONE: View = { width: 390, height: 844 }

/** Opens a file with the network off, in a context of its own, and waits until the page says it is ready. */
export async function openOffline(browser: Browser, fileUrl: string, view: View): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme ?? 'light',
    offline: true,
    acceptDownloads: true,
    timezoneId: 'America/New_York',
  })
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (url !== fileUrl && !url.startsWith('data:') && !url.startsWith('blob:')) requests.push(url)
  })
  await page.goto(fileUrl)
  await page
    .waitForSelector('html[data-ready=true]', { state: 'attached', timeout: 20_000 })
    .catch((cause: unknown) => {
      throw new Error(`the page did not become ready; errors: ${errors.join(' | ') || 'none'}`, { cause })
    })
  return { context, page, errors, requests }
}
