/** The built `tandem serve` in a process of its own, and a page that is signed in to it. */

import { type ChildProcess, spawn } from 'node:child_process'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { builtMain } from '../cli/built.ts'
import { SLOW_MS, type View } from './browser.ts'

export interface Served {
  readonly url: string
  readonly origin: string
  readonly port: number
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** `port` 0 for any free one; `more` of the surroundings, such as keys. */
export function serve(folder: string, port: number, more: NodeJS.ProcessEnv = {}): Promise<Served> {
  const env = { ...process.env, TANDEM_STORE: 'store', XDG_CONFIG_HOME: folder, ...more }
  const child: ChildProcess = spawn(process.execPath, [builtMain, 'serve', `--port=${port}`, '--json'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return new Promise((resolve, reject) => {
    let [out, log] = ['', '']
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (!out.endsWith('}\n')) return
      const { url, origin } = JSON.parse(out) as { url: string; origin: string }
      const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
        child.kill(signal)
        return ended
      }
      resolve({ url, origin, port: Number(new URL(origin).port), stop })
    })
    child.on('close', (code) => reject(new Error(`tandem serve ended with ${code}: ${log}`)))
  })
}

export interface WorkbenchPage {
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors, warnings and uncaught exceptions so far. */
  readonly errors: string[]
  /** Requests that went elsewhere. */
  readonly strangers: string[]
}

/** Opens `url` in a context of its own and waits until the page is ready. */
export async function openPage(browser: Browser, url: string, view: View): Promise<WorkbenchPage> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme ?? 'light',
    timezoneId: 'America/New_York',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(SLOW_MS)
  const opened: WorkbenchPage = { context, page, errors: [], strangers: [] }
  const { origin } = new URL(url)
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) opened.errors.push(message.text())
  })
  page.on('pageerror', (error) => opened.errors.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(?:data|blob):/.test(request.url()))
      opened.strangers.push(request.url())
  })
  await page.goto(url)
  await page.waitForSelector('html[data-ready=true]', { state: 'attached' })
  return opened
}

export interface HaltPressed {
  /** What the button said after each change of its words. */
  readonly said: readonly string[]
  /** When the press began that halts. */
  readonly atMs: number
}

/**
 * Presses Halt until the page has asked the server. That takes two presses within a few seconds: where this machine took
 * longer for them, the second was a first one again.
 */
export async function pressHalt(page: Page): Promise<HaltPressed> {
  const button = "document.getElementById('halt')"
  await page.evaluate(`(() => {
    const button = ${button}
    button.said = []
    new MutationObserver(() => button.said.push(button.textContent)).observe(button, { childList: true })
  })()`)
  let isAsked = false
  const look = (request: Request): void => {
    isAsked ||= request.method() === 'POST' && request.url().endsWith('/halt')
  }
  page.on('request', look)
  let atMs = Number.NaN
  while (!isAsked) {
    atMs = Date.now()
    await page.locator('#halt').click()
  }
  page.off('request', look)
  return { said: await page.evaluate<string[]>(`${button}.said`), atMs }
}
