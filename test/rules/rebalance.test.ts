/** RULES G: the worked scenarios are files (rebalancing.yaml); here are the properties that hold for any account. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TandemError } from '../../engine/core/errors.ts'
import { parseRebalance, type RebalanceReport, type RebalanceSpec, rebalance } from '../../engine/run/rebalance.ts'

const SYMBOLS = ['SOL/USDT:USDT', 'BTC/USDT:USDT', 'ADA/USDT:USDT'] as const
const PRICES = { 'SOL/USDT:USDT': 100, 'BTC/USDT:USDT': 20_000, 'ADA/USDT:USDT': 0.5 }

const parse = (text: string): RebalanceSpec => parseRebalance(text, 'rebalance.yaml')
const spec = (more: Partial<RebalanceSpec>): RebalanceSpec => ({
  ...parse(`accountValue: 416\ntargets: {}\nprices: ${JSON.stringify(PRICES)}`),
  ...more,
})

const leverage = fc.constantFrom(2, 3, 5, 10)
const cents = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((n) => n / 100)
const position = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  value: fc.oneof(
    cents(900),
    cents(900).map((n) => -n),
  ),
  leverage,
})
const accounts = fc
  .record({
    accountValue: cents(900).map((n) => n + 300),
    leverage,
    total: fc.oneof(
      fc.constantFrom('keep' as const, 'max' as const),
      cents(4000).map((n) => n + 10),
    ),
    positions: fc.uniqueArray(position, { maxLength: 3, selector: ({ symbol }) => symbol }),
    weights: fc.array(fc.integer({ min: -33, max: 33 }), { minLength: 3, maxLength: 3 }),
    fee: fc.constantFrom(0, 0.00045, 0.001),
    slippage: fc.constantFrom(0, 0.0005),
  })
  .map(({ weights, ...rest }) =>
    spec({ ...rest, targets: Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, weights[i]! / 100])) }),
  )

function fits({ positions, accountValue }: RebalanceReport): boolean {
  return positions.reduce((sum, one) => sum + Math.abs(one.value) / one.leverage, 0) <= accountValue.after + 1e-6
}

describe('any account', () => {
  it('comes to its weights at the leverage asked, within its margin, and loses fees and slippage alone', async () => {
    await fc.assert(
      fc.asyncProperty(accounts, async (one) => {
        const report = await rebalance(one, false)
        // An account without any exposure afterwards has no weights to speak of.
        const invested = report.positions.reduce((sum, { value }) => sum + Math.abs(value), 0)
        expect(report.status).toBe('done')
        expect(report.verdict.costExplained).toBe(true)
        expect(report.verdict.offLeverage).toEqual([])
        if (invested > 200) expect(report.verdict.offWeight).toEqual([])
        expect(fits(report)).toBe(true)
        expect(report.steps.every(({ state }) => state === 'done')).toBe(true)
      }),
      { seed: 20, numRuns: 300 },
    )
  })

  it('opens nothing where any close fails or stays unknown', async () => {
    const outcomes = fc.constantFrom('failed' as const, 'unknown' as const)
    await fc.assert(
      fc.asyncProperty(accounts, fc.constantFrom(...SYMBOLS), outcomes, async (one, symbol, outcome) => {
        const report = await rebalance(
          { ...one, faults: [{ symbol, action: 'close', outcome, reason: 'lost' }] },
          false,
        )
        const closes = report.steps.filter(({ action }) => action !== 'open')
        const opens = report.steps.filter(({ action }) => action === 'open')
        if (!closes.some((step) => step.symbol === symbol)) return
        expect(report.status).toBe('failed')
        expect(opens.every(({ state, value }) => state === 'skipped' && value === 0)).toBe(true)
        // All closes are tried.
        expect(closes.every(({ state }) => state === 'done' || state === 'failed')).toBe(true)
        expect(closes.filter(({ state }) => state === 'failed').map((step) => step.symbol)).toEqual([symbol])
      }),
      { seed: 21, numRuns: 200 },
    )
  })

  it('a dry run tells what the run does', async () => {
    await fc.assert(
      fc.asyncProperty(accounts, async (one) => {
        const [dry, real] = [await rebalance(one, true), await rebalance(one, false)]
        expect({ ...dry, dryRun: false }).toEqual(real)
      }),
      { seed: 22, numRuns: 50 },
    )
  })
})

describe('a failed open', () => {
  const BEFORE = spec({ targets: { 'SOL/USDT:USDT': 0.5, 'BTC/USDT:USDT': 0.5 }, total: 800, leverage: 2 })

  it("doesn't undo the others, and running the plan again completes it", async () => {
    const faults = [{ symbol: 'BTC/USDT:USDT', action: 'open', outcome: 'failed', reason: 'rate limit' }] as const
    const report = await rebalance({ ...BEFORE, faults: [...faults] }, false)
    expect(report.status).toBe('partial')
    expect(report.steps.map(({ symbol, state, reason }) => [symbol, state, reason])).toEqual([
      ['SOL/USDT:USDT', 'done', null],
      ['BTC/USDT:USDT', 'failed', 'rate limit'],
    ])
    const positions = report.positions.filter(({ value }) => value !== 0)
    const again = await rebalance({ ...BEFORE, positions, accountValue: report.accountValue.after }, false)
    expect(again.status).toBe('done')
    expect(again.steps.map(({ symbol }) => symbol)).toEqual(['BTC/USDT:USDT'])
    expect(again.verdict.done).toBe(true)
  })
})

describe('G4: lower leverage needs more margin', () => {
  it.each([
    [10, 4160],
    [5, 2080],
    [3, 1248],
    [2, 832],
  ])('416 at %dx carries %d', async (leverage, total) => {
    expect((await rebalance(spec({ leverage, total: 'max', targets: { 'SOL/USDT:USDT': 1 } }), true)).total).toBe(total)
  })
})

describe('what is wrong is one line', () => {
  const fault = async (more: Partial<RebalanceSpec>): Promise<string> => {
    try {
      await rebalance(spec(more), false)
    } catch (error) {
      if (error instanceof TandemError) return error.line
      throw error
    }
    return 'nothing'
  }

  it.each([
    [{ targets: { 'SOL/USDT:USDT': 0.8, 'BTC/USDT:USDT': -0.3 } }, 'targets: the weights sum to 1.1, more than 1'],
    [{ targets: { 'LUNA/USDT:USDT': 0.5 } }, 'prices: LUNA/USDT:USDT has no price'],
    [{ venue: 'binanceusdm', leverage: 101, targets: { 'SOL/USDT:USDT': 1 } }, 'above the maximum of 100'],
    [{ venue: 'kraken', targets: { 'SOL/USDT:USDT': 1 } }, 'kraken has no margin tiers for SOL/USDT:USDT'],
    [{ venue: 'nowhere', targets: { 'SOL/USDT:USDT': 1 } }, "unknown venue 'nowhere'"],
  ])('%j', async (more, message) => {
    expect(await fault(more as Partial<RebalanceSpec>)).toContain(message)
  })

  it('a key that is none', () => {
    expect(() => parse('accountValue: 1\ntargets: {}\nprices: {}\ntotl: 3')).toThrow('totl: unknown key')
  })
})
