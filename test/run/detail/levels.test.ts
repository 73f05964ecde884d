/** Where orders rested is told from a run's records: worked examples, and every stop and target of random brackets. */

import { describe, expect, it } from 'vitest'
import { allocateCandles, type Candles } from '../../../engine/core/candles.ts'
import type { Context, Strategy } from '../../../engine/core/strategy.ts'
import { ByteStore } from '../../../engine/run/byte-store.ts'
import { restingLevels } from '../../../engine/run/detail/levels.ts'
import { BracketStrategy } from '../../support/bracket-strategy.ts'
import { randomCandles } from '../../support/random-market.ts'
import { marketOf, runOn } from '../../support/runs.ts'

const HOUR = 3_600_000
const START = Date.UTC(2024, 0, 1)

/** Bars whose opens are the closes before. */
function barsOf(closes: readonly number[]): Candles {
  const candles = allocateCandles(closes.length)
  closes.forEach((close, row) => {
    const open = closes[row - 1] ?? close
    candles.time[row] = START + row * HOUR
    candles.open[row] = open
    candles.close[row] = close
    candles.high[row] = Math.max(open, close)
    candles.low[row] = Math.min(open, close)
    candles.volume[row] = 10
  })
  return candles
}

type Script = Readonly<Record<number, (x: Context) => void>>

class Scripted implements Strategy {
  private x!: Context
  private readonly script: Script
  constructor(script: Script) {
    this.script = script
  }
  setup(x: Context): void {
    this.x = x
  }
  onBar(row: number): void {
    this.script[row]?.(this.x)
  }
}

function levelsOf(candles: Candles, strategy: Strategy) {
  const market = marketOf(candles)
  const decisions = new ByteStore()
  const outcomes = new ByteStore()
  const executed = runOn(market, strategy, {}, { decisions: decisions.add, outcomes: outcomes.add })
  const { grid } = market
  const levels = restingLevels({
    decisions: decisions.bytes(),
    outcomes: outcomes.bytes(),
    instruments: executed.instruments,
    grid,
    symbolOf: (id) => id,
    endMs: grid.time[grid.rows - 1]! + HOUR,
  })
  return { levels, executed }
}

/** `stop 95 2-4`: kind, price and hours of the run. */
const brief = (levels: ReturnType<typeof levelsOf>['levels']) =>
  levels.map(({ kind, price, fromMs, toMs }) => `${kind} ${price} ${(fromMs - START) / HOUR}-${(toMs - START) / HOUR}`)

describe('restingLevels', () => {
  it('tells a bracket from the fill of its entry to the stop, and what amending did', () => {
    const { levels } = levelsOf(
      barsOf([100, 100, 100, 102, 104, 103, 101, 99, 95]),
      new Scripted({
        1: (x) => x.enter(0, { stop: 0.05, target: 0.5 }),
        3: (x) => x.amend(0, { stopPrice: 97 }),
      }),
    )
    // Bought at the open of bar 2; the stop is moved at the open of bar 4 and met inside bar 8.
    expect(brief(levels)).toEqual(['stop 95 2-4', 'stop 97 4-9', 'target 150 2-9'])
    expect(new Set(levels.map(({ side }) => side))).toEqual(new Set(['sell']))
  })

  it('steps a trailing stop up after each bar that brought a new high', () => {
    const { levels } = levelsOf(
      barsOf([100, 100, 100, 103, 106, 109, 106, 103]),
      new Scripted({ 1: (x) => x.enter(0, { trail: 0.05 }) }),
    )
    expect(brief(levels)).toEqual(['stop 95 2-4', 'stop 97.85 4-5', 'stop 100.7 5-6', 'stop 103.55 6-8'])
  })

  it('tells an entry that waits, and one that is still waiting at the end', () => {
    const { levels } = levelsOf(
      barsOf([100, 100, 100, 99, 97, 98, 99]),
      new Scripted({
        1: (x) => x.enter(0, { limitPrice: 98 }),
        4: (x) => x.exit(0),
        5: (x) => x.enter(0, { limitPrice: 50 }),
      }),
    )
    expect(brief(levels)).toEqual(['entry 98 2-5', 'entry 50 6-7'])
  })

  it('has a stop or target for every trade that one closed, from its entry on', () => {
    let told = 0
    for (let seed = 1; seed <= 12; seed++) {
      const candles = randomCandles({ seed, bars: 400 })
      const { levels, executed } = levelsOf(candles, new BracketStrategy(seed, candles.close, seed % 2 === 0))
      for (const trade of executed.kernel.portfolio.trades.closed()) {
        const kind = trade.exitPurpose === 3 ? 'stop' : trade.exitPurpose === 4 ? 'target' : null
        // What came and went inside one bar has no length.
        if (kind === null || trade.entryMs === trade.exitMs) continue
        const found = levels.filter((one) => one.kind === kind && one.toMs === trade.exitMs)
        expect(found.length, `${kind} at ${trade.exitMs}, seed ${seed}`).toBeGreaterThan(0)
        expect(Math.min(...found.map(({ fromMs }) => fromMs))).toBeGreaterThanOrEqual(trade.entryMs)
        told += 1
      }
      for (const { fromMs, toMs } of levels) expect(toMs).toBeGreaterThan(fromMs)
    }
    expect(told).toBeGreaterThan(50)
  })
})
