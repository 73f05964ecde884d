/** A symbol is traded while it is listed (RULES F3): refused at load, by the rules, and told of where one still holds it. */

import { describe, expect, it } from 'vitest'
import type { RulebookRecord } from '../../engine/core/dated.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { simulate } from '../../engine/run/backtest.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { candlesFrom } from '../indicators/support.ts'
import { rulebookRecord } from '../market/support.ts'
import { marketOf, plainConfig, seriesOf } from '../support/runs.ts'

const MINUTE = 60_000
const START = Date.UTC(2022, 4, 13)
const market = marketOf([
  seriesOf(
    candlesFrom({ time: [0, 1, 2, 3, 4, 5].map((bar) => START + bar * MINUTE), close: [10, 10, 9, 8, 7, 6] }),
    'LUNA/USD',
    MINUTE,
  ),
])

/** Enters at each bar, and wants out at each bar from `exitFrom` on. */
class Eager implements Strategy {
  private readonly exitFrom: number
  private x: Context | null = null

  constructor(exitFrom: number) {
    this.exitFrom = exitFrom
  }

  setup(x: Context): void {
    this.x = x
  }

  onBar(row: number): void {
    if (this.x!.position(0) === 0) this.x!.enter(0)
    else if (row >= this.exitFrom) this.x!.exit(0)
  }
}

function run(dates: Partial<RulebookRecord>, exitFrom = 99) {
  const rulebooks = [rulebookRecord({ venue: 'test', symbol: 'LUNA/USD', minQty: '0', ...dates })]
  const terms: Terms = { fees: { kind: 'flat', maker: 0, taker: 0 }, rulebooks, spread: 0, slippage: 0 }
  const config = plainConfig({
    data: { venue: 'test', symbols: ['LUNA/USD'], timeframe: '1m' },
    rules: { emergencyLoss: 0.01, venueMinimums: true },
  })
  return simulate(config, market, terms, { create: () => new Eager(exitFrom), hash: 'test', params: {} }).result
}

describe('listing dates in a run', () => {
  it('a symbol that was never listed in the range is refused, with its date', () => {
    const line = /^data\.symbols: LUNA\/USD was delisted on 2022-05-13 at test, and the data runs from 2022-05-13/
    expect(() => run({ delistedMs: START })).toThrow(expect.objectContaining({ code: 'NOT_LISTED' }))
    expect(() => run({ delistedMs: START })).toThrow(expect.objectContaining({ line: expect.stringMatching(line) }))
    expect(() => run({ listedMs: START + 6 * MINUTE })).toThrow(/was only listed on 2022-05-13/)
    expect(run({ delistedMs: START + 1 }).bars).toBe(6)
    expect(run({ listedMs: START + 5 * MINUTE }).bars).toBe(6)
  })

  it('entries before it are refused, exits after it too, and what is left is reported', () => {
    const result = run({ listedMs: START + 2 * MINUTE, delistedMs: START + 3.5 * MINUTE }, 4)
    const counts = Object.fromEntries(result.skips.map(({ code, count }) => [code, count]))
    // One entry at the first close; from the fourth close on the emergency wants out each minute, the strategy from the
    // fifth.
    expect(counts).toEqual({ NOT_LISTED: 1 + 3 + 2 })
    expect(result.fills).toBe(1)
    expect(result.assumptions.find(({ code }) => code === 'HELD_AFTER_DELISTING')?.count).toBe(1)
    expect(run({}, 4).assumptions.some(({ code }) => code === 'HELD_AFTER_DELISTING')).toBe(false)
  })
})
