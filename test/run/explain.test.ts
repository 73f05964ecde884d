/**
 * Goal: a real run is explained by doing it again where that is possible, proven by its digests, else from its records;
 * both tell the same decisions. Method: a backtest over a synthetic market in a folder.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import { runBacktest } from '../../engine/run/backtest.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { explainRun } from '../../engine/run/explain.ts'

let folder: string
let store: string
let run: string
const MINUTE = 60_000

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-explain-'))
  store = join(folder, 'store')
  run = join(folder, 'run')
  const series = { store, venue: 'synthetic', symbol: 'SOL/USD', timeframeMs: 5 * MINUTE }
  await importSynthetic({ ...series, model: 'gbm', seed: 7, bars: 2000, startPrice: 150 })
  const config = resolveConfig({
    strategy: { name: 'sma-cross', params: { fast: 5, slow: 20 } },
    data: { venue: 'synthetic', symbols: ['SOL/USD'], timeframe: '5m' },
    account: { equity: 50, profile: 'MICRO_CAP' },
    costs: { fees: { maker: 0.0016, taker: 0.0026 }, spreadBps: 10 },
    rules: { venueMinimums: false, gates: { quality: false } },
  })
  const options = { store, runs: folder, out: run, report: false, baseFolder: '.', log: () => {} }
  await runBacktest(config, options)
})
afterAll(() => rmSync(folder, { recursive: true }))

const explain = (at: string, over: { store?: string; run?: string } = {}) =>
  explainRun({ run, at, store, baseFolder: '.', ...over })

/** Open time of the first trade's bar, as text: a time at which something was decided. */
async function firstDecision(): Promise<string> {
  for (let hour = 1; hour < 48; hour++) {
    const explained = await explain(new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 16))
    if (explained.decidedMs !== null) return new Date(explained.decidedMs).toISOString().slice(0, 16)
  }
  throw new Error('the run never traded')
}

describe('explain', () => {
  it('tells the bar, the account, the gates, the size and the venue’s answer', async () => {
    const explained = await explain(await firstDecision())
    const text = explained.text.join('\n')
    expect(explained).toMatchObject({ source: 'rerun', without: null, account: { equity: 50, positions: [] } })
    expect(text).toContain('its digests are the same')
    expect(text).toMatch(/bar 2020-01-01 .* of SOL\/USD: open /)
    expect(text).toContain('the strategy wants to buy SOL/USD')
    expect(text).toContain('gate 1 passed (no entry so far, 30 s at least)')
    expect(text).toContain('turned off: 4')
    expect(text).toContain('size: MICRO_CAP trades a fixed 20')
    expect(text).toMatch(/→ order 1: buy .* at market to enter/)
    expect(text).toMatch(/order 1 \(entry\) filled/)
    expect(text).toMatch(/order 2: sell .* as the stop/)
  })

  it('between decisions it says that nothing was said, and what is held', async () => {
    const at = new Date(Date.parse(`${await firstDecision()}Z`) + 5 * MINUTE).toISOString().slice(0, 16)
    const explained = await explain(at)
    expect(explained.account!.positions).toHaveLength(1)
    const text = explained.text.join('\n')
    expect(text).toContain('5 min before')
    expect(text).toContain('the strategy said nothing, and no rule had to act: it held its position')
    expect(text).toContain('at the venue or on its way: order 2')
  })

  it('before the first bar and before the first decision', async () => {
    const early = await explain('2019-12-31')
    expect(early).toMatchObject({ decidedMs: null, bars: [], account: null, lines: [] })
    expect(early.text).toContain('no bar had closed by then')
    expect((await explain('2020-01-01T00:10')).text.join()).toContain('nothing had been decided by then')
  })

  it('without the data the records tell the same orders and answers', async () => {
    for (const at of [await firstDecision(), '2020-01-03', '2020-01-05 07:35']) {
      const again = await explain(at)
      const recorded = await explain(at, { store: join(folder, 'nowhere') })
      expect(recorded).toMatchObject({ source: 'records', decidedMs: again.decidedMs })
      expect(recorded.without).toMatch(/^the run can't be done again: /)
      const orders = (lines: readonly { text: string }[]) =>
        lines.map(({ text }) => text).filter((text) => text.startsWith('→ order'))
      expect(orders(recorded.lines)).toEqual(orders(again.lines))
      expect(recorded.lines.length).toBeGreaterThan(2)
    }
  })

  it('a run that comes out differently is only believed in its records', async () => {
    const other = join(folder, 'other')
    const { cpSync } = await import('node:fs')
    cpSync(run, other, { recursive: true })
    const config = readFileSync(join(other, 'config.yaml'), 'utf8').replace('fast: 5', 'fast: 6')
    writeFileSync(join(other, 'config.yaml'), config)
    const explained = await explain('2020-01-03', { run: other })
    expect(explained).toMatchObject({ source: 'records' })
    expect(explained.without).toMatch(/comes out differently/)
  })

  it.each([
    [{ at: 'noon' }, "--at: 'noon' is not a time (write YYYY-MM-DD or YYYY-MM-DDTHH:MM, UTC)"],
    [{ run: 'nowhere' }, "nowhere: summary.json can't be read (give a directory that tandem backtest has written)"],
  ])('%j is one line', async (over, line) => {
    await expect(explainRun({ run, at: '2020-01-01', store, baseFolder: '.', ...over })).rejects.toMatchObject({ line })
  })
})
