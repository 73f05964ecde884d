/**
 * Goal: what an operator does with money from the page, in a real browser against practice exchanges, with `tandem live`
 * and other commands running beside it: accounts, rebalancing, two who start the same, and a session that is halted.
 * Method: one browser, one server; exchanges on clocks of their own; what the exchanges say is what counts.
 */

import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { builtMain, type Folder, newFolder } from '../cli/built.ts'
import {
  expectOk,
  finished,
  liveWords,
  openPractice,
  type PracticeExchange,
  prepare,
  start,
} from '../live/rehearsal.ts'
import { DESKTOP, describeServed, launchBrowser, SLOW_MS } from '../support/browser.ts'
import { halted, journalOf, until } from '../support/halted.ts'
import { type HeldExchange, heldExchange } from '../support/held-exchange.ts'
import { type Practice, standingExchange } from '../support/practice.ts'
import { openPage, pressHalt, type Served, serve, type WorkbenchPage } from '../support/served.ts'

// Each test starts several processes one after the other, which a busy machine takes minutes for; it only ends a hang.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const BTC = 'BTC/USD:USD'
const ETH = 'ETH/USD:USD'
const WEIGHTS = `account: alice\nleverage: 2\ntotal: max\ntargets: { '${BTC}': 0.5, '${ETH}': 0.5 }\n`
const RUNNING = /is doing this already/
/** What stands in fields. */
const valuesOf = (all: readonly unknown[]) => all.map((one) => (one as { value: string }).value)

describeServed('the workbench and venues', () => {
  let browser: Browser
  let folder: Folder
  let served: Served
  let bench: WorkbenchPage
  let env: NodeJS.ProcessEnv
  /** Kraken Futures, standing still; its clients come through `held`. */
  let futures: Practice
  let held: HeldExchange
  /** Kraken spot, whose clock the session moves. */
  let spot: PracticeExchange
  let trust: string
  let session: ChildProcess | undefined
  let sessionEnd: ReturnType<typeof finished>

  beforeAll(async () => {
    folder = newFolder()
    const words = ['--symbol', BTC, ETH, '--bars', '100', '--start', '2020-01-03', '--balance', 'USD=1000']
    ;[futures, browser] = await Promise.all([standingExchange(folder.path, ...words), launchBrowser()])
    held = await heldExchange(futures.url)
    ;({ trust } = await prepare(folder, 60))
    spot = await openPractice(folder)
    env = { ...spot.env, TANDEM_LOOP_API_KEY: futures.key.key, TANDEM_LOOP_SECRET: futures.key.secret }
    folder.write(
      'accounts.yaml',
      `accounts:
  - { user: alice, venue: krakenfutures, key: loop, symbols: ['${BTC}', '${ETH}'], url: '${held.url}' }
  - { user: gone, venue: krakenfutures, key: loop, url: 'http://127.0.0.1:1' }
  - { user: me, venue: kraken, symbols: [BTC/USD], url: '${spot.url}' }
`,
    )
    folder.write('weights.yaml', WEIGHTS)
    served = await serve(folder.path, 0, { ...env, XDG_STATE_HOME: join(folder.path, 'state') })
    bench = await openPage(browser, served.url, DESKTOP)
  })

  afterAll(async () => {
    session?.kill('SIGKILL')
    await Promise.all([browser?.close(), served?.stop(), held?.close()])
    await Promise.all([futures?.stop(), spot?.stop()])
    folder?.remove()
  })

  const tandem = (...words: string[]) => finished(start(folder, builtMain, words, env))
  const go = async (page: Page, path: string) => {
    await page.goto(`${served.origin}${path}`)
    await page.waitForSelector('html[data-ready=true]', { state: 'attached' })
  }
  /** Another page of the same user. */
  const another = async (): Promise<Page> => {
    const page = await bench.context.newPage()
    page.setDefaultTimeout(SLOW_MS)
    return page
  }
  const clean = ({ errors, strangers }: WorkbenchPage) => expect([errors, strangers]).toEqual([[], []])

  const previewed = async (page: Page) => {
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.locator('#scale').waitFor()
  }
  /** The weights of the project's file, which the page opens by itself. */
  const previewFile = async (page: Page) => {
    await go(page, '/rebalance')
    await page.locator('.target-row').nth(1).waitFor()
    expect(await page.locator('input[name=leverage][value="2"]').isChecked()).toBe(true)
    await previewed(page)
  }

  /** Up to the box that must be ticked; the press itself is left to the caller. */
  const confirm = async (page: Page) => {
    await page.getByRole('button', { name: 'Execute …' }).click()
    await page.locator('dialog #agreed').check()
    return page.locator('dialog').getByRole('button', { name: 'Execute' })
  }
  const jobOf = async (page: Page) => {
    await page.waitForURL(/\/jobs\//)
    await page.waitForSelector('#job-state:not([data-state=running]):not([data-state=queued])')
    return (await page.locator('main').textContent())!
  }
  const execute = async (page: Page) => {
    await (await confirm(page)).click()
    return jobOf(page)
  }

  it('accounts at venues: the three-part balance of the one that answers, and that the other one doesn’t', async () => {
    const { page } = bench
    await go(page, '/accounts')
    const card = (account: string) => page.locator('#venue-accounts .panel', { hasText: account })
    // A venue that took too long to answer is asked again by the page itself.
    await expect
      .poll(() => card('alice@krakenfutures').textContent())
      .toMatch(
        /^alice@krakenfuturesconnected.*Total equity, USD\s*1,000\.00.*Available\s*1,000\.00.*Locked\s*0\.00.*No position\./s,
      )
    expect(await card('gone@krakenfutures').textContent()).toMatch(/disconnected.*can't be reached/s)
    expect(await page.content()).not.toContain(futures.key.secret)
    clean(bench)
  })

  it('a rebalancing at a preset of the leverage: previewed with its scale, executed, and the account is as it says', async () => {
    const { page } = bench
    await go(page, '/rebalance')
    await page.locator('.target-row').nth(1).waitFor()
    const choice = page.locator('select[aria-label=Account]')
    await choice.locator('option[value="account alice@krakenfutures"]').waitFor({ state: 'attached' })
    await choice.selectOption('account alice@krakenfutures')
    // What belongs to it by the file of accounts stands there, at the default leverage, until weights are given.
    const weights = page.locator('[data-field=weight]')
    await expect.poll(() => weights.evaluateAll(valuesOf)).toEqual(['', ''])
    expect(await page.locator('input[name=leverage][value="3"]').isChecked()).toBe(true)
    for (const i of [0, 1]) await weights.nth(i).fill('0.5')
    await page.selectOption('#total', 'max')
    await previewed(page)
    expect((await futures.export()).orders).toEqual([])
    expect(await page.locator('#scale').textContent()).toBe('0.990000')
    const done = await execute(page)
    expect(done).toContain('Done: every weight is where it was asked to be')
    const { orders } = await futures.export()
    expect(orders.map(({ symbol, side, status }) => [symbol, side, status])).toEqual([
      [BTC, 'buy', 'filled'],
      [ETH, 'buy', 'filled'],
    ])
    await go(page, '/accounts')
    // Nothing old is shown after a trade.
    await page.locator('#venue-accounts .panel').first().waitFor()
    expect(await page.locator('#venue-accounts').textContent()).toMatch(/ETH\/USD:USD.*3×/s)
    clean(bench)
  })

  it('a failing close stops it: nothing is opened, and the page says so', async () => {
    const { page } = bench
    await previewFile(page)
    expect(await page.locator('#result').textContent()).toContain("leverage can't change on an open position")
    await futures.faults({ 'spurious-funds': 1 })
    const before = (await futures.export()).trades.length
    const stopped = await execute(page)
    await futures.faults({})
    expect(stopped).toContain('Stopped: nothing was opened')
    expect(stopped).toMatch(/close.*BTC\/USD:USD.*failed.*buy.*skipped/s)
    expect((await futures.export()).trades).toHaveLength(before)
    clean(bench)
  })

  it('two pages and a command start the same at once: one wins, the others are told, and it is done once', async () => {
    const { page } = bench
    const other = await another()
    const before = (await futures.export()).orders.length
    await previewFile(page)
    await previewFile(other)
    const presses = [await confirm(page), await confirm(other)]
    // Nobody comes to an end before all have begun.
    held.hold()
    let commandEnd: Awaited<ReturnType<typeof tandem>> | null = null
    const command = tandem('rebalance', 'weights.yaml', '--json').then((one) => {
      commandEnd = one
      return one
    })
    await Promise.all(presses.map((press) => press.click()))
    const toldOf = async (one: Page): Promise<string> =>
      (await one.locator('.note-line.bad, main .notice.bad').allTextContents()).join(' ')
    const told = async () => [await toldOf(page), await toldOf(other), commandEnd?.stderr ?? '']
    await until(async () => (await told()).filter((text) => RUNNING.test(text)).length === 2)
    held.letGo()
    const isWinner = (await told()).map((text) => !RUNNING.test(text))
    if (isWinner[2]) expect(await command).toMatchObject({ code: 0 })
    else {
      expect(await command).toMatchObject({ code: 2, stdout: '' })
      expect(await jobOf(isWinner[0] ? page : other)).toContain('Done: every weight is where it was asked to be')
    }
    const { orders } = await futures.export()
    expect(orders.slice(before).filter(({ status }) => status === 'filled')).toHaveLength(4)
    await other.close()
    bench.errors.splice(0) // The browser notes the 409 itself.
  })

  it('while a session trades an account, no page and no command acts on it: one line says who has it', async () => {
    session = start(folder, builtMain, liveWords(spot.url, trust, 'halted'), env)
    sessionEnd = finished(session)
    await until(() => journalOf(folder, 'halted').some(({ kind }) => kind === 'FACT'))
    const { page } = bench
    folder.write('spot.yaml', 'account: me\nleverage: 1\ntotal: max\ntargets: { BTC/USD: 0.5 }\n')
    await go(page, '/rebalance')
    // The first file, which the page opens by itself; opened once more it would be filled in over the preview.
    await expect.poll(() => page.locator('[data-field=symbol]').evaluateAll(valuesOf)).toEqual(['BTC/USD'])
    expect(await page.inputValue('select[aria-label=Account]')).toBe('spot.yaml')
    // A plan sends nothing, and may be looked at.
    await previewed(page)
    const line =
      'me@kraken: another tandem process trades this account of kraken (a live session or another operation: end it first (Ctrl-C), or wait for it)'
    await execute(page)
    expect(await page.locator('main .notice.bad').textContent()).toBe(line)
    expect(await tandem('cleanup', '--account', 'me', '--runs', 'elsewhere')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `tandem: ${line}\n`,
    })
    clean(bench)
  })

  it('the halt button stops a live session: nothing that enlarges a position leaves any more', async () => {
    const { page } = bench
    await go(page, '/live')
    await page.getByRole('link', { name: 'halted' }).click()
    await page.locator('#session-state', { hasText: 'active' }).waitFor()
    // The session goes on by itself, and may not have come to its first entry.
    await until(() => halted(folder, 'halted').entriesBefore > 0)
    const { answer, pressedMs } = await haltByPage(page)
    const answeredMs = Date.now() - pressedMs
    await page.locator('#session-state', { hasText: 'halted' }).waitFor()
    const shownMs = Date.now() - pressedMs
    console.log(`halt button: ${answer} said after ${answeredMs} ms, page halted after ${shownMs} ms`)
    // Far beyond a second, for machines that are busy with other things: a halt that waits for a candle would take longer.
    expect(answeredMs).toBeLessThan(60_000)
    expect(await page.locator('.notice.bad').textContent()).toContain('Halted: tandem halt')
    await nothingLeaves()
    clean(bench)
  })

  it('a command resumes it and halts it again, and it ends in order', async () => {
    expectOk(await folder.command('resume', 'halted'))
    // The session goes on by itself: an entry may be gone before this looks for the first time.
    await until(() => halted(folder, 'halted').entriesAfter.length > 0)
    const { sinceMs } = halted(folder, 'halted')
    const [answer] = JSON.parse(expectOk(await tandem('halt', 'halted', '--json')).stdout).sessions
    expect(answer).toMatchObject({ session: 'halted', taken: true })
    console.log(`tandem halt: ${answer.answer} after ${answer.afterMs} ms`)
    await until(() => halted(folder, 'halted').sinceMs > sinceMs)
    await nothingLeaves()
    session!.kill('SIGINT')
    const { code, stdout, stderr } = await sessionEnd
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).state).toBe('CLOSED')
    const verified = JSON.parse(expectOk(await folder.command('verify', 'halted', '--json')).stdout)
    expect(verified).toMatchObject({ identical: true, closed: true })
  })

  /** Until the session has answered: the page waits a second and a half for it, and is pressed again where that was short. */
  async function haltByPage(page: Page): Promise<{ answer: string; pressedMs: number }> {
    let pressedMs: number | null = null
    for (;;) {
      const { atMs } = await pressHalt(page)
      pressedMs ??= atMs
      const note = page.locator('.note-line', { hasText: /halted;|has not answered/ })
      // At once: a good one goes by itself.
      const answer = (await note.textContent())!
      if (answer.includes('halted;')) return { answer, pressedMs }
      await note.getByRole('button', { name: 'Put away' }).click()
    }
  }

  /** Until the strategy has wanted entries after the latest halt, and been refused; by the journal and by the exchange. */
  async function nothingLeaves(): Promise<void> {
    await until(() => halted(folder, 'halted').heldBack > 1)
    const seen = halted(folder, 'halted')
    expect(seen.entriesBefore).toBeGreaterThan(0)
    expect(seen.entriesAfter).toEqual([])
    const { orders } = await spot.export()
    const late = orders.filter(({ side, placedMs }) => side === 'buy' && (placedMs as number) > seen.sinceMs)
    expect([orders.length > 0, late]).toEqual([true, []])
  }
})
