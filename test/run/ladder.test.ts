/** Goal: the ladder's figures are the runs' own, its sums hand-worked, and "viable" means what it says. */

import { describe, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import { allocateCandles } from '../../engine/core/candles.ts'
import type { RulebookRecord } from '../../engine/core/dated.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { climb, runLadder, VIABLE } from '../../engine/run/ladder.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { marketOf, plainConfig } from '../support/runs.ts'

/** Buys at every other bar and sells at the next. */
class InAndOut implements Strategy {
  private x!: Context
  setup(x: Context): void {
    this.x = x
  }
  onBar(row: number): void {
    if (row % 2 === 0) this.x.enter(0)
    else this.x.exit(0)
  }
}

/** Opens and closes of 100 and `up` in turn. */
function zigzag(bars: number, up: number): Candles {
  const candles = allocateCandles(bars)
  for (let row = 0; row < bars; row++) {
    const price = row % 2 === 1 ? 100 : up
    candles.time[row] = 1_577_836_800_000 + row * 3_600_000
    for (const column of [candles.open, candles.high, candles.low, candles.close]) column[row] = price
    candles.volume[row] = 1
  }
  return candles
}

const RULEBOOK: RulebookRecord = {
  ...{ venue: 'test', symbol: 'BTC/USD', fromMs: 0, toMs: null, minBuyCost: '0', significantDigits: null },
  ...{ tick: '0.01', step: '0.1', minQty: '0', minCost: '10', listedMs: null, delistedMs: null },
  ...{ approximate: false, source: 'test' },
}

const terms = (fee: number): Terms => ({
  fees: { kind: 'flat', maker: fee, taker: fee },
  rulebooks: [RULEBOOK],
  spread: 0,
  slippage: 0,
})

const config = plainConfig({
  sizing: { mode: 'percent', fraction: 0.5 },
  rules: { emergencyLoss: 'off', minimums: 'off', exitBelowMinimum: false },
})
const ladder = (fee: number, equities: readonly number[], up = 110, bars = 6) =>
  climb(config, marketOf(zigzag(bars, up)), terms(fee), { create: () => new InAndOut() }, equities)

describe('ladder', () => {
  it('counts refusals for size, rounding, fees and return by account size', () => {
    // Wanted at 110 is half the equity: 7.50 is below 10; 25 rounds to 0.2 (22.00), 3.00 lost.
    const { rungs, definition } = ladder(0, [15, 50])
    expect(definition).toBe(VIABLE)
    expect(rungs[0]).toMatchObject({
      ...{ equity: 15, trades: 0, entries: 0, entrySignals: 3, sizeRefusals: 3, tradeableShare: 0, viable: false },
      ...{ refusals: { BELOW_MINIMUM: 3, NO_POSITION: 3 }, rounding: 0, returnAfterCosts: 0, feeShareOfGross: null },
    })
    const [, fifty] = rungs
    // Each entry fills at 100 and each exit at 110: 2.00 a trade. The third is still on its way out at the end.
    expect(fifty).toMatchObject({ equity: 50, trades: 2, entries: 3, sizeRefusals: 0, tradeableShare: 1, fees: 0 })
    expect(fifty!.grossProfit).toBeCloseTo(4, 9)
    // Wanted 25, 26 and 27, each worth 22.
    expect(fifty!.rounding).toBeCloseTo(3 + 4 + 5, 9)
    expect(fifty!.finalEquity).toBeCloseTo(54, 9)
    expect(fifty!.returnAfterCosts).toBeCloseTo(0.08, 9)
  })

  it('the smallest viable account: from it on all are', () => {
    expect(ladder(0, [15, 50, 500]).smallestViable).toBe(50)
    expect(ladder(0.2, [15, 50, 500]).smallestViable).toBeNull()
    expect(ladder(0, [15]).smallestViable).toBeNull()
    const costly = ladder(0.01, [50]).rungs[0]!
    expect(costly.feeShareOfGross).toBeCloseTo(costly.fees / costly.grossProfit, 12)
    expect(costly.fees).toBeGreaterThan(0.6)
  })

  it('a position below the venue’s minimum at the end is dust', () => {
    const candles = zigzag(3, 110)
    for (const column of [candles.open, candles.high, candles.low, candles.close]) column[2] = 40
    // 0.2 bought at 100 are worth 8.00 at 40: below the minimum of 10, the exit is refused by the venue.
    const { rungs } = climb(config, marketOf(candles), terms(0), { create: () => new InAndOut() }, [50])
    expect(rungs[0]).toMatchObject({ trades: 0, viable: false, refusals: { VENUE_BELOW_MINIMUM: 1 } })
    expect(rungs[0]!.dust).toBeCloseTo(8, 9)
  })

  it('equities that are none are one line', async () => {
    const options = { store: '.', baseFolder: '.', log: () => {} }
    await expect(runLadder(config, { ...options, equities: [] })).rejects.toMatchObject({ where: '--equities' })
    await expect(runLadder(config, { ...options, equities: [5, -1] })).rejects.toMatchObject({
      line: '--equities: -1 is not an equity (write amounts above 0, such as 25,50,100)',
    })
  })
})
