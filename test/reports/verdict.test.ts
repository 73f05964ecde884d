/** The verdict: what it says follows from the figures, and it never says more than they do. */

import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../engine/core/result.ts'
import { metricsOf } from '../../engine/run/analysis.ts'
import { verdictOf } from '../../reports/verdict.ts'
import { oddRuns } from '../support/odd-runs.ts'
import { madeUpDetail } from '../support/run-detail.ts'
import { madeUpRun } from '../support/run-result.ts'

function text(run: RunResult): string {
  return verdictOf(run, metricsOf(run))
    .map((one) => `${one.tone}: ${one.text}`)
    .join('\n')
    .replace(/[\u00a0\u202f]/g, ' ')
}

const plain = (run: RunResult) =>
  verdictOf(run, [])
    .map((one) => one.text)
    .join(' ')

const trade = madeUpRun().trades.find((one) => one.exitTimeMs !== null)!
const paying = (pnl: number, fee: number) => ({
  ...trade,
  pnl,
  entryFee: fee / 2,
  exitFee: fee / 2,
  funding: 0,
  spreadCost: 0,
  slippageCost: 0,
})

describe('verdictOf', () => {
  it('sets the outcome beside buying and holding', () => {
    const run = madeUpRun()
    const words = text(run)
    expect(words).toMatch(/^(good|bad): The account (made|lost) \d+\.\d\d %/)
    expect(words).toContain('than buying and holding')
    expect(words).toContain('It rests on')
  })

  it('says when costs were more than the profit, and when there was none before them', () => {
    const base = madeUpRun()
    expect(text({ ...base, trades: [paying(-2, 5)] })).toContain('they turned a profit into a loss')
    expect(text({ ...base, trades: [paying(-7, 5)] })).toContain('lost money even at mid prices')
    expect(text({ ...base, trades: [paying(5, 5)] })).toContain('took 50 % of what the trades made')
  })

  it('calls a few trades too few, in good grammar', () => {
    const base = madeUpRun()
    expect(text({ ...base, trades: [paying(1, 0)] })).toContain('bad: 1 closed trade is too few')
    expect(text({ ...base, trades: [paying(1, 0), paying(2, 0)] })).toContain('bad: 2 closed trades are too few')
    expect(text({ ...base, trades: [] })).toContain('nothing to judge the strategy by')
  })

  it('names the most frequent refusal over all symbols', () => {
    const skip = (code: string, symbol: string, count: number) => ({
      code,
      symbol,
      count,
      firstTimeMs: 0,
      lastTimeMs: 0,
      example: '',
    })
    const skips = [skip('FEE', 'A', 5), skip('MINIMUM', 'A', 3), skip('MINIMUM', 'B', 4)]
    expect(text({ ...madeUpRun(), skips })).toContain('12 signals were refused, most often for MINIMUM (7)')
  })

  it('has a sensible word for odd runs, never NaN', () => {
    for (const [name, run] of Object.entries(oddRuns())) {
      const words = run.candles.length === 0 ? plain(run) : text(run)
      expect(words, name).not.toMatch(/NaN|Infinity|undefined|null/)
      expect(words.length, name).toBeGreaterThan(20)
    }
  })

  it('says what costs decide, from the runs at other costs', () => {
    const run = madeUpRun({ bars: 200, trades: 6 })
    const at = (free: number, dear: number) => {
      const detail = madeUpDetail(run)
      const { sensitivity: made } = detail
      if ('omitted' in made) throw new Error(made.omitted)
      const finals: Record<number, number> = { 0: free, 1: run.finalEquity, 2: dear }
      const sensitivity = { ...made, runs: made.runs.map((one) => ({ ...one, finalEquity: finals[one.factor]! })) }
      return verdictOf(run, [], { ...detail, sensitivity }).find(({ text: words }) => words.startsWith('Made again'))
    }
    expect(at(12_000, 9_000)).toEqual({
      tone: 'bad',
      text: 'Made again without costs it returns 20.00\u00a0%, at twice the costs −10.00\u00a0%. Costs decide whether it earns.',
    })
    expect(at(12_000, 11_000)?.tone).toBe('plain')
    const omitted = { ...madeUpDetail(run), sensitivity: { omitted: 'no' } }
    expect(verdictOf(run, [], omitted)).toEqual(verdictOf(run, []))
  })
})
