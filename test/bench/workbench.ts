/**
 * The workbench at size, measured: `node dist/test/bench/workbench.js list [RUNS]` opens a list of stored runs,
 * `… watch [MINUTES] [EVENTS A SECOND]` watches a live session. Chromium is used where there is one. Prints one JSON
 * document; what it says depends on the machine, so no test runs it.
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { JournalWriter } from '../support/journal-writer.ts'
import { writeRunFolder } from '../support/run-folder.ts'

const MAIN = fileURLToPath(new URL('../../engine/cli/main.js', import.meta.url))
const CHROMIUM = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)

interface Server {
  readonly url: string
  readonly pid: number
  readonly startedMs: number
  stop(): Promise<void>
}

function serve(folder: string): Promise<Server> {
  const began = performance.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--port=0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  return new Promise((resolve) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (!out.endsWith('}\n')) return
      const { url } = JSON.parse(out) as { url: string }
      const stop = (): Promise<void> => {
        child.kill('SIGTERM')
        return ended
      }
      resolve({ url, pid: child.pid!, startedMs: performance.now() - began, stop })
    })
  })
}

async function inBrowser<T>(url: string, work: (page: Page) => Promise<T>): Promise<T | null> {
  if (CHROMIUM === undefined) return null
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(url)
    await page.waitForSelector('html[data-ready=true]', { state: 'attached' })
    return await work(page)
  } finally {
    await browser.close()
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

async function list(folder: string, runs: number): Promise<unknown> {
  mkdirSync(join(folder, 'runs'))
  for (let i = 0; i < runs; i++) {
    const metrics = Object.fromEntries(Array.from({ length: 70 }, (_, k) => [`metric${k}`, Math.sin(i * 70 + k)]))
    const symbol = ['BTC/USD', 'ETH/USD', 'SOL/USD'][i % 3]!
    writeRunFolder(join(folder, 'runs'), `run-${String(i).padStart(6, '0')}`, {
      name: `study ${i % 97}`,
      symbol,
      metrics,
    })
  }
  const cold = await serve(folder)
  await cold.stop()
  const warm = await serve(folder)
  const shown = await inBrowser(warm.url, async (page) => {
    const { origin } = new URL(page.url())
    const opened: number[] = []
    for (let i = 0; i < 7; i++) {
      await page.goto(`${origin}/?search=study`)
      await page.waitForSelector('#list tbody tr')
      opened.push(await page.evaluate<number>('performance.now()'))
    }
    const asked = await page.evaluate<number[]>(`(async () => {
      const times = []
      for (const query of ['', '?search=study+42', '?symbol=ETH/USD&sort=sharpe', '?sort=name&order=ascending&offset=5000']) {
        const began = performance.now()
        await (await fetch('/api/v1/runs' + query)).json()
        times.push(performance.now() - began)
        await new Promise((done) => setTimeout(done, 600))
      }
      return times
    })()`)
    return { listOpensMs: opened.map(round), apiMs: asked.map(round) }
  })
  await warm.stop()
  return { runs, startWithoutIndexMs: round(cold.startedMs), startWithIndexMs: round(warm.startedMs), ...shown }
}

/** Resident memory of a process, MB; null where the system doesn't tell. */
function residentMb(pid: number): number | null {
  try {
    return round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
  } catch {
    return null
  }
}

interface Sample {
  readonly seconds: number
  readonly events: number
  readonly serverMb: number | null
  readonly pageMb: number | null
  readonly shownEvents: number | null
}

async function watch(folder: string, minutes: number, perSecond: number): Promise<unknown> {
  const writer = new JournalWriter(join(folder, 'runs'), 'watched')
  writer.open()
  writer.flush()
  const server = await serve(folder)
  const samples: Sample[] = []
  const write = async (page: Page | null): Promise<void> => {
    const began = performance.now()
    const sampleEvery = (minutes * 60_000) / 10
    let nextSample = sampleEvery
    for (;;) {
      const ms = performance.now() - began
      while (writer.records < (ms / 1000) * perSecond) writer.row()
      writer.flush()
      if (ms >= nextSample) {
        nextSample += sampleEvery
        samples.push(await sample(server, page, writer, ms))
      }
      if (ms >= minutes * 60_000) return
      await new Promise((done) => setTimeout(done, 100))
    }
  }
  const end = await inBrowser(server.url, async (page) => {
    await page.goto(`${new URL(page.url()).origin}/live/watched`)
    await page.waitForSelector('.events tr')
    await write(page)
    await page.waitForTimeout(1500)
    return {
      rowsOnPage: await page.locator('.events tr').count(),
      sameDigest: (await page.locator('#digest').textContent()) === writer.digest,
    }
  })
  if (end === null) await write(null)
  await server.stop()
  return { minutes, perSecond, events: writer.records, samples, ...end }
}

async function sample({ pid }: Server, page: Page | null, { records }: JournalWriter, ms: number): Promise<Sample> {
  let pageMb: number | null = null
  if (page !== null) {
    const client = await page.context().newCDPSession(page)
    await client.send('HeapProfiler.collectGarbage')
    pageMb = round(((await client.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize / 1e6)
    await client.detach()
  }
  const told = page === null ? null : await page.locator('.tile .figure').last().textContent()
  const shownEvents = told === null ? null : Number(told.replaceAll(',', ''))
  return { seconds: Math.round(ms / 1000), events: records, serverMb: residentMb(pid), pageMb, shownEvents }
}

const [what = 'list', first, second] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'tandem-workbench-'))
try {
  const measured =
    what === 'watch'
      ? await watch(folder, Number(first ?? 10), Number(second ?? 100))
      : await list(folder, Number(first ?? 10_000))
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
