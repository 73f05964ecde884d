/** What strategies may ask of an order beyond size and price: the orders that come of it, and what contradicts itself. */

import { describe, expect, it } from 'vitest'
import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { fromRecords } from '../../engine/run/explain/records.ts'
import { orderWords } from '../../engine/run/narrate/narrate.ts'
import { randomCandles } from '../support/random-market.ts'
import { type ConfigChanges, marketOf, plainRules, runOn } from '../support/runs.ts'

/** Enters once with some options, and may move what rests later. */
function once(options: SignalOptions, later?: (x: Context, row: number) => void): Strategy {
  let x: Context
  return {
    setup: (context) => {
      x = context
    },
    onBar: (row) => {
      if (row === 5) x.enter(0, options)
      if (row > 5) later?.(x, row)
    },
  }
}

const market = marketOf(randomCandles({ seed: 3, bars: 120 }))
const close = market.grid.symbols[0]!.close[5]!

/** The orders of a run as the records tell them. */
function orders(strategy: Strategy, changes: ConfigChanges = {}): string[] {
  const [decisions, outcomes] = [new ByteStore(), new ByteStore()]
  const executed = runOn(market, strategy, changes, { decisions: decisions.add, outcomes: outcomes.add })
  const rules = plainRules()
  const told: string[] = []
  for (const row of market.grid.time) {
    const { happenings } = fromRecords(decisions.bytes(), outcomes.bytes(), rules, row + 3_600_000)
    for (const one of happenings) {
      if (one.kind === 'order') told.push(orderWords(one.order, executed.instruments[0]!, 'USD'))
    }
  }
  return [...new Set(told)].map((line) => line.replace(/[\d.]+ (?=BTC)/, ''))
}

describe('an order that a signal asks for', () => {
  it.each([
    [{ limitPrice: 90, postOnly: true }, 'buy BTC/USD limit 90, post-only to enter'],
    [{ limitPrice: 200, timeInForce: 'IOC' }, 'buy BTC/USD limit 200, IOC to enter'],
    [{ timeInForce: 'FOK' }, 'buy BTC/USD at market, FOK to enter'],
    [{ triggerPrice: 150, limitPrice: 151 }, 'buy BTC/USD stop 150, then limit 151 to enter'],
    [{ triggerPrice: 50, triggerType: 'takeProfit' }, 'buy BTC/USD take-profit 50 to enter'],
    [
      { triggerPrice: 50, limitPrice: 51, triggerType: 'takeProfit' },
      'buy BTC/USD take-profit 50, then limit 51 to enter',
    ],
  ] as const)('%j', (options, expected) => {
    expect(orders(once(options))[0]).toBe(expected)
  })

  it('a trailing stop begins its distance behind the fill, and closes with the reason STOP', () => {
    const executed = runOn(market, once({ trail: 0.002 }))
    const [trade] = executed.kernel.portfolio.trades.closed()
    expect(trade!.exitPurpose).toBe(3)
    expect(orders(once({ trail: 0.002 }))[1]).toMatch(/^sell BTC\/USD trailing stop, first [\d.]+, 0\.2 % behind/)
    expect(orders(once({ trailAmount: 1.5 }))[1]).toMatch(/^sell BTC\/USD trailing stop, first [\d.]+, 1\.5 behind/)
  })

  it('three exits are one group: stop-limit, take-profit and trailing stop', () => {
    const told = orders(once({ stop: 0.05, stopLimit: 0.01, target: 0.2, targetOrder: 'takeProfit', trail: 0.1 }))
    expect(told.slice(1, 4).map((line) => line.replace(/[\d.]+(?=[ ,])/g, '#').slice(0, 40))).toEqual([
      expect.stringMatching(/^sell BTC\/USD stop #, then limit #/),
      expect.stringMatching(/^sell BTC\/USD take-profit #/),
      expect.stringMatching(/^sell BTC\/USD trailing stop, first #/),
    ])
  })

  it('what rests is moved: the position leaves at the new stop', () => {
    const tight = once({ stop: 0.5 }, (x, row) => {
      if (row === 8) x.amend(0, { stopPrice: close * 1.5 })
    })
    const executed = runOn(market, tight)
    const [trade] = executed.kernel.portfolio.trades.closed()
    // A sell stop above the market is met where it arrives.
    expect([trade!.exitRow, trade!.exitPurpose]).toEqual([9, 3])
  })

  it('nothing to move is a refusal, counted', () => {
    const executed = runOn(
      market,
      once({ limitPrice: 1 }, (x) => x.amend(0, { stopPrice: 5 })),
    )
    expect([...executed.recorder.skips.values()].map(({ code }) => code)).toEqual(['NOTHING_TO_AMEND'])
  })
})

describe('options that contradict each other', () => {
  it.each([
    [{ postOnly: true }, 'only a limit order can be post-only'],
    [{ limitPrice: 90, postOnly: true, timeInForce: 'IOC' }, "a post-only order can't be IOC"],
    [{ timeInForce: 'GTD' }, 'an entry GTD good till undefined'],
    [{ timeInForce: 'GTC', goodTillMs: 5 }, 'an entry GTC good till 5'],
    [{ timeInForce: 'DAY' }, "there is no time in force 'DAY'"],
    [{ trail: 1.5 }, 'a trail of 1.5'],
    [{ trailAmount: -1 }, 'a trail of -1'],
    [{ trail: 0.1, trailAmount: 1 }, 'a trailing stop has one distance'],
  ])('%j: %s', (options, message) => {
    expect(() => runOn(market, once(options as SignalOptions))).toThrow(message)
  })

  it("a trailing stop can't be watched at closes", () => {
    const changes = { execution: { exits: 'monitored' } }
    expect(() => runOn(market, once({ trail: 0.01 }), changes)).toThrow("a trailing stop can't be watched at closes")
  })
})
