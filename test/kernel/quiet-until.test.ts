/**
 * `quietUntil` changes what a simulation costs and nothing else: with it, without it and by `step` alone every strategy
 * that has one decides the same, under rules that refuse entries, close positions and leave exits at the venue, too. One
 * that is wrong is an error.
 */

import { describe, expect, it } from 'vitest'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { execute } from '../../engine/run/execute.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { randomCandles } from '../support/random-market.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../support/runs.ts'

const ROWS = 3000
const FREE = { rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' } }
const SMALL = {
  account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' },
  sizing: { mode: 'profile' },
  rules: { gates: { quality: false }, venueMinimums: false, minimums: 'off' },
}
const SHORTS = { account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true, leverage: 2 } }

const CASES: readonly (readonly [string, Readonly<Record<string, unknown>>, ConfigChanges])[] = [
  ['sma-cross', { fast: 3, slow: 9 }, {}],
  ['sma-cross', { fast: 3, slow: 9 }, FREE],
  ['sma-cross', { fast: 3, slow: 9 }, SMALL],
  ['sma-cross', { fast: 3, slow: 9, target: 0.02, stop: 0.01 }, FREE],
  ['rsi-reversion', { length: 5, oversold: 40, recovered: 52 }, FREE],
  ['rsi-reversion', { length: 5, oversold: 40, recovered: 52, stop: 0.01 }, SMALL],
  ['donchian-breakout', { entry: 6, exit: 3 }, FREE],
  ['donchian-breakout', { entry: 6, exit: 3, short: true }, SHORTS],
]

function market(seed: number) {
  return marketOf(randomCandles({ seed, bars: ROWS }))
}

function decide(strategy: Strategy, changes: ConfigChanges, plain: boolean, seed = 5) {
  const data = market(seed)
  const config = plainConfig({ data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h' }, ...changes })
  const executed = execute(config, data, makeInstruments(config, data.grid), strategy, { plain })
  return {
    decisions: executed.decisionsDigest,
    outcomes: executed.outcomesDigest,
    refusals: executed.recorder.entryRefusals,
    signals: executed.recorder.entrySignals,
    fills: executed.kernel.portfolio.fills,
    state: [...executed.kernel.marker.state],
  }
}

/** A strategy that enters and leaves in the given rows, and says what it likes about the rest. */
class Scripted implements Strategy {
  private x!: Context
  private readonly speaks: ReadonlySet<number>
  readonly quietUntil: (row: number, end: number) => number

  constructor(speaks: ReadonlySet<number>, quietUntil: (row: number, end: number) => number) {
    this.speaks = speaks
    this.quietUntil = quietUntil
  }

  setup(x: Context): void {
    this.x = x
  }

  onBar(row: number): void {
    if (!this.speaks.has(row)) return
    if (this.x.position(0) === 0) this.x.enter(0)
    else this.x.exit(0)
  }
}

describe('quietUntil', () => {
  it.each(CASES)('of %s %j changes nothing (%j)', async (name, given, changes) => {
    const module = await strategies[name]!()
    const params = module.params.parse(given)
    for (const seed of [5, 6]) {
      const offered = module.create(params)
      expect(offered.quietUntil).toBeDefined()
      const without = module.create(params)
      const bare: Strategy = { setup: (x) => without.setup(x), onBar: (row) => without.onBar(row) }
      const plain = decide(module.create(params), changes, true, seed)
      expect(plain.fills).toBeGreaterThan(20)
      expect(decide(offered, changes, false, seed)).toEqual(plain)
      expect(decide(bare, changes, false, seed)).toEqual(plain)
    }
  })

  it('is believed where it is right', () => {
    const speaks = new Set([10, 11, 500, 501, 2000])
    const next = (row: number, end: number): number => Math.min(end, ...[...speaks].filter((one) => one >= row))
    expect(decide(new Scripted(speaks, next), FREE, false)).toEqual(decide(new Scripted(speaks, next), FREE, true))
  })

  it('is an error where it passes over the row before the one that it names', () => {
    const late = (row: number, end: number): number => (row <= 500 ? 501 : end)
    expect(() => decide(new Scripted(new Set([500]), late), FREE, false)).toThrow(
      expect.objectContaining({ code: 'QUIET_ROW', message: expect.stringContaining('row 500') }),
    )
  })

  it('of one plain object is not asked of another', () => {
    const plainObject = (more: Partial<Strategy>): Strategy => ({ setup: () => {}, onBar: () => {}, ...more })
    decide(plainObject({ quietUntil: (_row, end) => end }), FREE, false)
    expect(decide(plainObject({}), FREE, false).fills).toBe(0)
  })

  it.each([
    ['earlier than asked', (row: number) => row - 1],
    ['beyond the end', (_row: number, end: number) => end + 1],
    ['not a number', () => Number.NaN],
    ['between two rows', (row: number) => row + 0.5],
  ] as const)('is an error where it names no row of those asked for: %s', (_, wrong) => {
    expect(() => decide(new Scripted(new Set(), wrong), FREE, false)).toThrow(
      expect.objectContaining({ code: 'QUIET_ROW', message: expect.stringContaining('no such row') }),
    )
  })
})
