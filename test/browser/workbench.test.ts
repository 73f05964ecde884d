/**
 * The workbench in a real browser against the built `tandem serve`: what a user does there by mouse and by keys, on a large
 * and a small screen, light and dark; that nothing runs which it was given; and that it outlives its server.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadRunFile } from '../../engine/run/config/index.ts'
import { lockOperation } from '../../engine/run/operation-lock.ts'
import { sweepOperation } from '../../engine/run/operations.ts'
import { type Folder, newFolder, RUN_FILE, synthWords } from '../cli/built.ts'
import { expectOk } from '../live/rehearsal.ts'
import { DESKTOP, describeServed, launchBrowser, PHONE, SLOW_MS, type View } from '../support/browser.ts'
import { JournalWriter } from '../support/journal-writer.ts'
import { writeRunFolder } from '../support/run-folder.ts'
import { openPage, pressHalt, type Served, serve, type WorkbenchPage } from '../support/served.ts'

const SWEEP = `name: small-sweep\n${RUN_FILE}sweep:\n  space: { fast: [5, 10, 20], slow: [50, 100] }\n  objective: sharpe\n`
const REBALANCE = `accountValue: 416
leverage: 2
total: 3180
targets: { 'SOL/USDT:USDT': 0.5, 'BTC/USDT:USDT': 0.5 }
positions:
  - { symbol: 'SOL/USDT:USDT', value: 941, leverage: 10 }
  - { symbol: 'BTC/USDT:USDT', value: 2238, leverage: 10 }
prices: { 'SOL/USDT:USDT': 150, 'BTC/USDT:USDT': 60000 }
`
const SCRIPT = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

describeServed('workbench in a browser', () => {
  let browser: Browser
  let folder: Folder
  let served: Served
  let bench: WorkbenchPage

  beforeAll(async () => {
    folder = newFolder()
    const opening = Promise.all([launchBrowser(), serve(folder.path, 0)])
    expectOk(await folder.command(...synthWords('kraken', 'BTC/USD')))
    folder.write('run.yaml', `name: first\n${RUN_FILE}`)
    folder.write('sweep.yaml', SWEEP)
    for (const equity of [10_000, 700]) {
      const words = ['backtest', 'run.yaml', '--no-report', '--set', `account.equity=${equity}`]
      expectOk(await folder.command(...words))
    }
    folder.write('rebalance.yaml', REBALANCE)
    writeRunFolder(join(folder.path, 'runs'), 'hostile', { name: SCRIPT, strategy: SCRIPT, symbol: SCRIPT })
    writeFileSync(join(folder.path, 'runs', 'hostile', 'report.html'), HOSTILE_REPORT)
    const writer = new JournalWriter(join(folder.path, 'runs'), 's1')
    writer.open()
    for (let i = 0; i < 40; i++) writer.row()
    writer.flush()
    ;[browser, served] = await opening
    bench = await openPage(browser, served.url, DESKTOP)
  })

  afterAll(async () => {
    await browser?.close()
    await served?.stop()
    folder?.remove()
  })

  const go = async (page: Page, path: string) => {
    await page.goto(`${served.origin}${path}`)
    await page.waitForSelector('html[data-ready=true]', { state: 'attached' })
  }
  const clean = ({ errors, strangers }: WorkbenchPage) => expect([errors, strangers]).toEqual([[], []])

  it('a sweep is started, watched and opened, by keys alone', async () => {
    const { page } = bench
    await go(page, '/launch')
    await page.waitForSelector('.verdict.good')
    await page.getByRole('button', { name: 'sweep.yaml' }).focus()
    await page.keyboard.press('Enter')
    const start = page.getByRole('button', { name: 'Start the sweep' })
    await start.waitFor()
    await start.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/jobs\/[0-9a-f]{16}$/)
    await page.waitForSelector('#job-state[data-state=done]')
    expect(await page.locator('.job-progress').textContent()).toContain('6 of 6')
    const open = page.getByRole('link', { name: 'Open the sweep' })
    await open.focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('table.heat')
    expect(await page.locator('h1').textContent()).toBe('small-sweep')
    const trials = page.locator('#tab-body table').first().locator('tbody tr')
    await expect.poll(() => trials.count()).toBe(6)
    // From a trial to a run of its own.
    await page.getByRole('button', { name: 'Run it' }).first().click()
    await page.waitForSelector('.verdict.good')
    expect(await page.locator('#set').inputValue()).toMatch(/^strategy\.params\.fast=\d+\nstrategy\.params\.slow=\d+$/)
    clean(bench)
  })

  it('a backtest is started and its report shown in a cell that reaches nothing', async () => {
    const { page } = bench
    await go(page, '/launch?file=run.yaml')
    await page.waitForSelector('.verdict.good')
    await page.fill('#set', 'account.equity=500')
    await page.getByRole('button', { name: 'Start the backtest' }).click()
    await page.waitForSelector('#job-state[data-state=done]')
    await page.getByRole('link', { name: 'Open the report' }).click()
    const frame = page.frameLocator('iframe.report')
    await frame.locator('html[data-ready=true]').waitFor({ state: 'attached' })
    expect(await frame.locator('h1').textContent()).toBe('first')
    await frame.locator('#chart-equity svg .mark-line path').first().waitFor({ state: 'attached' })
    await page.getByRole('tab', { name: 'Report' }).focus()
    await page.keyboard.press('End')
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Figures')
    clean(bench)
  })

  it('a fault in a run file is told with its line before anything starts', async () => {
    const { page } = bench
    await go(page, '/launch?file=run.yaml')
    await page.waitForSelector('.verdict.good')
    await page.fill(
      '#text',
      `name: first\n${RUN_FILE.replace('sma-cross', 'sma-cros').replace('equity: 10000', 'equity: -1')}`,
    )
    await page.waitForSelector('.verdict.bad')
    expect(await page.locator('#verdict').textContent()).toContain('run.yaml:4: account.equity')
    expect(await page.getByRole('button', { name: /^(?:Save and start|Start)/ }).isDisabled()).toBe(true)
  })

  it('one wins, the other is told: a command holds what the page wants', async () => {
    const { page } = bench
    const file = join(folder.path, 'sweep.yaml')
    const lock = lockOperation(join(folder.path, 'runs'), sweepOperation(loadRunFile(file), file, []), Date.now())
    await go(page, '/launch?file=sweep.yaml')
    await page.waitForSelector('.verdict.good')
    await page.getByRole('button', { name: 'Start the sweep' }).click()
    await page.waitForSelector('.note-line.bad')
    expect(await page.locator('.note-line.bad').textContent()).toContain('a command is doing this already')
    lock.release()
    bench.errors.splice(0) // The browser notes the 409 itself.
  })

  it('gates are shown, an override needs a reason and a name, promotion a second confirmation', async () => {
    const { page } = bench
    const { rows } = JSON.parse(await page.evaluate<string>("fetch('/api/v1/runs?search=first').then((a) => a.text())"))
    await go(page, `/runs/${rows[0].id}`)
    await page.getByRole('button', { name: 'Validate' }).click()
    await page.waitForSelector('#job-state[data-state=refused]')
    await page.getByRole('link', { name: 'See the gates' }).click()
    await page.getByRole('button', { name: 'Look at the promotion …' }).waitFor()
    expect(await page.locator('#tab-body tbody tr').count()).toBe(14)
    await page.getByRole('button', { name: 'Look at the promotion …' }).click()
    await page.locator('.note-line.bad', { hasText: 'needs a reason' }).waitFor()
    for (const reason of await page.locator('textarea[data-gate]').all()) await reason.fill('only a trial of the page')
    await page.fill('#by', 'A Tester')
    // What was typed outlives a page that is made anew.
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.locator('#list').waitFor()
    await page.goBack()
    await page.locator('#by').waitFor()
    expect(await page.inputValue('#by')).toBe('A Tester')
    await page.getByRole('button', { name: 'Look at the promotion …' }).click()
    const promote = page.locator('dialog').getByRole('button', { name: 'Promote' })
    await promote.waitFor()
    expect(await promote.isDisabled()).toBe(true)
    await page.keyboard.press('Space')
    await promote.click()
    await page.waitForSelector('#job-state[data-state=done]')
    expect(folder.list('.')).toContain('first-live.yaml')
    clean(bench)
  })

  it('a rebalancing is previewed with its scale, executed with a result for each trade, and stopped by a failing close', async () => {
    const { page } = bench
    const execute = async () => {
      await page.getByRole('button', { name: 'Preview' }).click()
      await page.waitForSelector('#scale')
      await page.getByRole('button', { name: 'Execute …' }).click()
      await page.locator('dialog #agreed').check()
      await page.locator('dialog').getByRole('button', { name: 'Execute' }).click()
      await page.waitForURL(/\/jobs\//)
      await page.waitForSelector('#job-state:not([data-state=running]):not([data-state=queued])')
      return page.locator('main').textContent()
    }
    await go(page, '/rebalance')
    await page.locator('.target-row').nth(1).waitFor()
    expect(
      await page
        .locator('input[name=leverage]')
        .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value)),
    ).toEqual(['2', '3', '5'])
    const done = await execute()
    expect(done).toContain('Done: every weight is where it was asked to be')
    expect(done).toContain('0.259019')
    await go(page, '/rebalance')
    await page.locator('.target-row').nth(1).waitFor()
    await page.selectOption('#fault', 'BTC/USDT:USDT')
    const stopped = await execute()
    expect(stopped).toContain('Stopped: nothing was opened')
    expect(stopped).toContain('rehearsed: the connection was lost')
    clean(bench)
  })

  it('two runs are compared', async () => {
    const { page } = bench
    await go(page, '/?search=first')
    const { rows } = JSON.parse(await page.evaluate<string>("fetch('/api/v1/runs?search=first').then((a) => a.text())"))
    // Each by its name: the list may be made anew between them, in another order.
    for (const { id } of rows.slice(0, 2)) {
      const row = page.locator('#list tbody tr', { has: page.locator('.id', { hasText: id }) })
      await row.locator('input[type=checkbox]').check()
    }
    await page.getByRole('button', { name: 'Compare 2' }).click()
    await page.frameLocator('iframe.report').locator('#metrics').waitFor()
    clean(bench)
  })

  it('a live session is watched as it goes on', async () => {
    const { page } = bench
    const writer = new JournalWriter(join(folder.path, 'runs'), 's2', 2)
    writer.open()
    writer.row()
    writer.flush()
    await go(page, '/live')
    await page.getByRole('link', { name: 's2' }).click()
    await page.locator('#session-state', { hasText: 'active' }).waitFor()
    for (let i = 0; i < 300; i++) writer.row()
    writer.record('HALT', { code: 'OPERATOR', text: 'asked to', atMs: writer.nowMs })
    writer.flush()
    await page.locator('#session-state', { hasText: 'halted' }).waitFor()
    expect(await page.locator('#digest').textContent()).toBe(writer.digest)
    expect(await page.locator('.events tr').count()).toBeLessThanOrEqual(200)
    expect((await page.locator('.plot .line').getAttribute('points'))!.split(' ')).toHaveLength(301)
    // Halting takes two presses; nobody is there to answer, and that is said.
    expect((await pressHalt(page)).said[0]).toBe('Press again to halt')
    await page.locator('.note-line.bad', { hasText: 'has not answered' }).waitFor()
    expect(folder.list('runs/live/s2/commands')).toHaveLength(1)
    clean(bench)
  })

  it('scripts in names and reports don’t run, and a report can’t reach the page', async () => {
    const { page } = bench
    await go(page, '/?search=hostile')
    await page.locator('#list tbody tr').first().waitFor()
    expect(await page.locator('#list tbody tr').count()).toBe(1)
    expect(await page.locator('#list .named a').textContent()).toBe(SCRIPT)
    await page.locator('#list .named a').click()
    const frame = page.frameLocator('iframe.report')
    await frame.locator('#said').waitFor()
    await expect.poll(() => frame.locator('#said').textContent()).toBe('origin null, no cookie, no parent, no request')
    expect(await page.title()).toBe('Runs – tandem')
    bench.errors.splice(0) // Its tries are noted.
  })

  it('every page stands on large and small screens, light and dark: nothing overflows, every control has a name', async () => {
    const cookies = await bench.context.cookies()
    const { rows } = JSON.parse(
      await bench.page.evaluate<string>("fetch('/api/v1/runs?search=first').then((a) => a.text())"),
    )
    const stands = async (view: View) => {
      const context = await browser.newContext({
        viewport: { width: view.width, height: view.height },
        colorScheme: view.scheme ?? 'light',
      })
      await context.addCookies(cookies)
      const page = await context.newPage()
      page.setDefaultTimeout(SLOW_MS)
      const errors: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
      // Each with what it shows last.
      const paths = [
        ['/', '#list tbody tr'],
        [`/runs/${rows[0].id}?tab=validation`, '#tab-body tbody tr'],
        ['/launch', '.verdict.good'],
        ['/jobs', 'main tbody tr'],
        ['/live', 'main tbody tr'],
        ['/live/s1', '#session-state[data-state] .badge'],
        ['/accounts', 'main .badges'],
        ['/rebalance', '.target-row:nth-child(2)'],
        ['/compare', 'main .notice'],
      ] as const
      const quiet = quietness(page)
      await go(page, '/')
      // The first key leads past the bar, the next through it.
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
      for (const [path, last] of paths) {
        // As a link is followed: the page's own files stay, what it shows is asked for.
        await page.evaluate(`(() => {
          const link = document.body.appendChild(document.createElement('a'))
          link.href = ${JSON.stringify(path)}
          link.click()
          link.remove()
        })()`)
        await page.locator('h1').waitFor()
        await page.locator(last).first().waitFor()
        await expect.poll(quiet, { interval: 20 }).toBe(true)
        const found = await page.evaluate<{
          wide: number
          nameless: string[]
          headings: number
          ground: string
        }>(`(() => ({
          wide: document.documentElement.scrollWidth - innerWidth,
          nameless: [...document.querySelectorAll('button,a,input,select,textarea')]
            .filter((one) => !one.textContent.trim() && !one.getAttribute('aria-label') && !one.closest('label') && !document.querySelector('label[for="' + one.id + '"]'))
            .map((one) => one.outerHTML),
          headings: document.querySelectorAll('h1').length,
          ground: getComputedStyle(document.body).backgroundColor,
        }))()`)
        expect({ path, ...found }).toEqual({
          path,
          wide: 0,
          nameless: [],
          headings: 1,
          ground: view.scheme === 'dark' ? 'rgb(14, 17, 20)' : 'rgb(247, 247, 245)',
        })
      }
      expect(errors).toEqual([])
      await context.close()
    }
    const screens = [DESKTOP, PHONE].flatMap((screen) => [screen, { ...screen, scheme: 'dark' as const }])
    await Promise.all(screens.map(stands))
  })

  it('outlives its server: asks for the new token, and goes on where it was', async () => {
    const { page } = bench
    await go(page, '/?search=first')
    await page.locator('#list tbody tr').first().waitFor()
    await served.stop()
    await page.locator('#connection', { hasText: 'connecting' }).waitFor()
    served = await serve(folder.path, served.port)
    const dialog = page.locator('dialog.sign-in')
    await dialog.getByRole('heading', { name: 'The server has a new token' }).waitFor()
    await dialog.locator('#secret').fill('wrong')
    await page.keyboard.press('Enter')
    await dialog.locator('.verdict.bad', { hasText: "that isn't it" }).waitFor()
    await dialog.locator('#secret').fill(served.url)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.locator('html[data-connection=on]').waitFor({ state: 'attached' })
    expect(page.url()).toBe(`${served.origin}/?search=first`)
    expect(await page.locator('#search').inputValue()).toBe('first')
    // Its history is still there.
    await page.getByRole('link', { name: 'Jobs' }).click()
    await page.locator('main tbody tr').nth(4).waitFor()
  })
})

/** Whether nothing is under way that the page waits for, but for its streams. */
function quietness(page: Page): () => boolean {
  const open = new Set<Request>()
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return () => open.size === 0
}

/** Tries what a report must not be able to do, and says what came of it. */
const HOSTILE_REPORT = `<!doctype html><html lang="en"><body><p id="said"></p><script>
const said = ['origin ' + origin]
try { said.push(document.cookie === '' ? 'no cookie' : 'cookie') } catch { said.push('no cookie') }
try { parent.document.title = 'taken'; said.push('parent') } catch { said.push('no parent') }
fetch('/api/v1/runs').then(() => 'request', () => 'no request').then((last) => {
  document.getElementById('said').textContent = [...said, last].join(', ')
})
try { top.location = 'https://evil.example/' } catch {}
</script></body></html>`
