/** Runs side by side: what differs in configuration, which trades are shared, and what can't be compared. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysisOf, measure } from '../../engine/run/analysis.ts'
import { compareRuns, configDifferences } from '../../engine/run/compare/compare.ts'
import { matchTrades, pairTrades } from '../../engine/run/compare/match.ts'
import { type ReadTrade, readRun } from '../../engine/run/compare/run-files.ts'
import { comparePages } from '../../engine/run/compare/write.ts'
import { writeRun } from '../../engine/run/files.ts'
import { renderCompareReport } from '../../reports/compare-report.ts'
import { HOSTILE, skeleton } from '../support/markup.ts'
import { madeUpRun } from '../support/run-result.ts'

const trade = (entryTimeMs: number, pnl: number, exitTimeMs: number | null = entryTimeMs + 10): ReadTrade => ({
  symbol: 'BTC/USD',
  side: 'long',
  entryTimeMs,
  exitTimeMs,
  entryPrice: 100,
  exitPrice: exitTimeMs === null ? null : 101,
  exitReason: 'SIGNAL',
  pnl,
})

describe('matchTrades', () => {
  it('tells shared trades from those of one run, and where they part', () => {
    const found = matchTrades([trade(1, 5), trade(2, 7), trade(4, 1)], [trade(1, 6), trade(3, 2), trade(4, 1, 99)])
    expect(found).toEqual({
      matched: 2,
      sameExit: 1,
      onlyFirst: 1,
      onlySecond: 1,
      pnlMatched: 1,
      pnlOnlyFirst: -7,
      pnlOnlySecond: 2,
      firstDifference: { timeMs: 2, symbol: 'BTC/USD', in: 'first' },
    })
  })

  it('loses no trade and no money', () => {
    const trades = fc.array(
      fc
        .record({ at: fc.integer({ min: 0, max: 8 }), pnl: fc.integer({ min: -9, max: 9 }) })
        .map((t) => trade(t.at, t.pnl)),
      { maxLength: 20 },
    )
    const sum = (list: readonly ReadTrade[]) => list.reduce((all, { pnl }) => all + pnl, 0)
    fc.assert(
      fc.property(trades, trades, (first, second) => {
        const found = matchTrades(first, second)
        expect(found.matched + found.onlyFirst).toBe(first.length)
        expect(found.matched + found.onlySecond).toBe(second.length)
        const difference = found.pnlMatched + found.pnlOnlyFirst + found.pnlOnlySecond
        expect(difference).toBeCloseTo(sum(second) - sum(first), 9)
      }),
      { seed: 5 },
    )
  })
})

describe('configDifferences', () => {
  it('names leaves by path, also those that one lacks', () => {
    const first = { a: { b: 1, c: [1, 2] }, d: 'x' }
    expect(configDifferences([first, { a: { b: 2, c: [1, 2] } }])).toEqual([
      { key: 'a.b', values: ['1', '2'] },
      { key: 'd', values: ['"x"', null] },
    ])
    expect(configDifferences([first, first])).toEqual([])
  })
})

describe('comparePages', () => {
  let folder: string
  const at = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'))
    for (const seed of ['one', 'two']) {
      const result = { ...madeUpRun({ seed, bars: 400, trades: 9 }), runId: seed, name: seed }
      const { metrics, tables } = measure(result)
      const { runId, name, initialEquity, finalEquity, configHash, dataHash, rulebookHash, digest } = result
      await writeRun(at(seed), {
        result,
        metrics,
        analysis: analysisOf(result, tables()),
        summary: {
          runId,
          name,
          initialEquity,
          finalEquity,
          configHash,
          dataHash,
          rulebookHash,
          digest,
          strategyHash: '',
        },
        configYaml: `name: ${seed}\naccount: { quote: USD }\n`,
        records: { decisions: new Uint8Array(0), outcomes: new Uint8Array(0) },
        report: null,
      })
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('reads what a run has written, and says the same as the runs', async () => {
    const run = madeUpRun({ seed: 'one', bars: 400, trades: 9 })
    const read = await readRun(at('one'))
    expect(read.equity).toEqual(run.equity)
    expect(read.trades.map(({ pnl }) => pnl)).toEqual(run.trades.map(({ pnl }) => pnl))
    const { comparison, page } = await comparePages({
      folders: [at('one'), at('two')],
      out: at('page.html'),
      runs: folder,
    })
    expect(comparison.config).toEqual([{ key: 'name', values: ['"one"', '"two"'] }])
    expect(comparison.metrics.find(({ id }) => id === 'finalEquity')!.values[0]).toBe(run.finalEquity)
    const text = readFileSync(page!, 'utf8')
    expect(text).toContain('The runs have the same data, strategy')
    expect(text.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')).not.toMatch(/NaN|Infinity|undefined/)
    // Every metric of both runs, unrounded, in the page and beside it.
    const figures = JSON.parse(readFileSync(at('page.figures.json'), 'utf8'))
    expect(JSON.parse(/id="figures">(.*?)<\/script>/s.exec(text)![1]!)).toEqual(figures)
    const value = (id: string) => figures.figures.find((one: { id: string }) => one.id === id).value
    expect([value('finalEquity@1'), value('onlyFirst@2')]).toEqual([run.finalEquity, comparison.trades[0]!.onlyFirst])
    expect(text).toContain(`tandem compare ${at('one')} ${at('two')}`)
  })

  it('finds a run equal to itself', async () => {
    const run = await readRun(at('one'))
    const { same, config, trades } = compareRuns([run, run])
    expect(same).toEqual({ data: true, strategy: true, rulebook: true, decisions: true })
    expect(config).toEqual([])
    expect(trades[0]).toMatchObject({ matched: run.trades.length, onlyFirst: 0, onlySecond: 0, firstDifference: null })
  })

  it('lets no name and no value become markup', async () => {
    const run = await readRun(at('one'))
    const page = async (text: string) => {
      const hostile = [0, 1].map((i) => ({ ...run, name: `${text}${i}`, config: { [`${text}k`]: `${text}${i}` } }))
      const pairs = [pairTrades(run.trades, run.trades.slice(1))]
      return (await renderCompareReport({ ...compareRuns(hostile), runs: hostile, pairs, command: `tandem ${text}` }))
        .html
    }
    const plain = skeleton(await page('x'))
    for (const text of HOSTILE) expect(skeleton(await page(text))).toEqual(plain)
  })

  it('refuses what is no run, in one line', async () => {
    writeFileSync(at('file'), '')
    const refused = (folders: string[]) =>
      comparePages({ folders, out: null, runs: folder }).then(
        () => 'compared',
        (error: Error & { where?: string }) => `${error.where}: ${error.message}`,
      )
    expect(await refused([at('one')])).toContain('needs two runs')
    expect(await refused([at('one'), at('absent')])).toBe(`${at('absent')}: summary.json can't be read`)
  })
})
