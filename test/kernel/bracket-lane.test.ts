/**
 * The bracket lane keeps exits as levels and makes them orders only where somebody may look at them. Here are the ways out
 * of that, and exits of every shape; each run by `run` and by `runPlain`, to the same records and the same equity.
 */

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { Kernel } from '../../engine/kernel/kernel.ts'
import { execute } from '../../engine/run/execute.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { ParkMiller } from '../support/park-miller.ts'
import { randomCandles } from '../support/random-market.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../support/runs.ts'

/** Nothing but sizing has anything to say, not even of a target that its costs eat. */
const FREE = { rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off', feeGate: false } }

type Exits = (random: ParkMiller, price: number) => SignalOptions

/** Enters and leaves at random; `insists` says how many bars pass between entries that it asks for while it holds. */
class Bracketed implements Strategy {
  private readonly random: ParkMiller
  private readonly exits: Exits
  private readonly insists: number
  private x!: Context
  private close!: Float64Array

  constructor(seed: number, exits: Exits, insists: number) {
    this.random = new ParkMiller(seed * 7919)
    this.exits = exits
    this.insists = insists
  }

  setup(x: Context): void {
    this.x = x
    this.close = x.column(0, 'close')
  }

  onBar(row: number): void {
    const draw = this.random.below(12)
    const options = this.exits(this.random, this.close[row]!)
    if (this.x.position(0) === 0) {
      if (draw < 4) this.x.enter(0, { ...options, tag: `t${draw}` })
      return
    }
    if (draw === 0) this.x.exit(0)
    else if (draw === 2 && this.insists > 0) {
      this.x.enter(0, options)
      this.x.exit(0)
    } else if (this.insists > 0 && row % this.insists === 0) this.x.enter(0, options)
    else if (draw === 1 && this.insists > 0) this.x.amend(0, { stopPrice: this.close[row]! * 0.99 })
  }
}

const fraction = (random: ParkMiller, most: number): number => (random.below(most) + 1) / 1000
const both: Exits = (random) => ({ stop: fraction(random, 15), target: fraction(random, 20) })

const SHAPES: readonly (readonly [string, Exits])[] = [
  ['a stop and a target', both],
  ['a stop alone', (random) => ({ stop: fraction(random, 15) })],
  ['a target alone', (random) => ({ target: fraction(random, 15) })],
  ['a stop at a price, often above the open', (_, price) => ({ stopPrice: price * 0.9995, target: 0.01 })],
  ['a stop at nothing', () => ({ stopPrice: 0, target: 0.004 })],
  ['a stop of everything', () => ({ stop: 1, target: 0.004 })],
  ['exits so near that bars reach both', (random) => ({ stop: fraction(random, 2), target: fraction(random, 2) })],
  ['now and then of a kind that the lane leaves', (random, price) => odd(random, price)],
]

function odd(random: ParkMiller, price: number): SignalOptions {
  const kinds: readonly SignalOptions[] = [
    { trail: 0.005 },
    { stopLimit: 0.001 },
    { targetOrder: 'takeProfit' },
    { targetPrice: price * 1.01 },
    { limitPrice: price * 0.998 },
    {},
  ]
  return { ...both(random, price), ...kinds[random.below(kinds.length)]! }
}

const COSTS: readonly (readonly [string, ConfigChanges])[] = [
  ['fees alone', {}],
  ['spread and slippage', { costs: { fees: { maker: 0.001, taker: 0.002 }, spreadBps: 10, slippageBps: 5 } }],
  ['fills by a touch, optimistic', { execution: { limitFill: 'touch', ambiguous: 'optimistic' } }],
  [
    'along the path, ordered by money',
    { execution: { ambiguous: 'path' }, sizing: { mode: 'percent', fraction: 1, by: 'quote' } },
  ],
]

function ran(seed: number, exits: Exits, insists: number, changes: ConfigChanges, plain: boolean) {
  const market = marketOf(randomCandles({ seed, bars: 1000, gapPercent: seed % 2 === 0 ? 8 : 0 }))
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { venue: 'test', symbols, timeframe: '1h' }, ...FREE, ...changes })
  const instruments = makeInstruments(config, market.grid)
  const { kernel, venue, decisionsDigest, outcomesDigest, equity } = execute(
    config,
    market,
    instruments,
    new Bracketed(seed, exits, insists),
    { plain },
  )
  const { portfolio } = kernel
  const working = portfolio.working.map(({ order, state }) => ({ order, state }))
  const { cash, heldCash, base, heldBase } = venue.account
  const account = { cash, heldCash, base: [...base], heldBase: [...heldBase] }
  return { digests: [decisionsDigest, outcomesDigest], equity, working, account, trades: portfolio.trades.closed() }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(COSTS)('%s', (_, changes) => {
  it.each(SHAPES)('%s', (_shape, exits) => {
    let trades = 0
    for (let seed = 1; seed <= 3; seed++) {
      for (const insists of [0, 3, 25]) {
        const fast = ran(seed, exits, insists, changes, false)
        expect(fast).toEqual(ran(seed, exits, insists, changes, true))
        trades += fast.trades.length
      }
    }
    expect(trades).toBeGreaterThan(100)
  })
})

describe('the lane', () => {
  it('is open: entries, exits and fills of brackets take next to no steps', () => {
    const steps = vi.spyOn(Kernel.prototype, 'step')
    const { trades } = ran(1, () => ({ stop: 0.05, target: 0.05 }), 0, {}, false)
    expect(trades.length).toBeGreaterThan(50)
    expect(new Set(trades.map(({ exitPurpose }) => exitPurpose)).size).toBeGreaterThan(1)
    expect(steps.mock.calls.length).toBeLessThan(trades.length / 10)
  })

  it('leaves what still waits at the end in all books', () => {
    const { working, account } = ran(1, () => ({ stop: 0.9, target: 9 }), 0, {}, false)
    // The random exits come early enough that it ends holding, or flat with nothing left.
    expect(working.length).toBe(account.base[0] === 0 ? 0 : 2)
    expect(account.heldBase[0]).toBe(account.base[0])
  })
})
