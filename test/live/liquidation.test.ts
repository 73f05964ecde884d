/**
 * Goal: the limit on the distance to liquidation acts in a session: by the venue's word where it tells one, else by its
 * formulas, for the position as it is and as an order would leave it. Method: worked numbers of the venues' pages, then
 * sessions on margin behind the real gate.
 */

import { describe, expect, it } from 'vitest'
import { loadMargin } from '../../datasets/dated/dated.ts'
import { type Dec, decFromNumber, toDec } from '../../engine/core/dec.ts'
import type { Instrument } from '../../engine/core/instrument.ts'
import type { ExchangePort } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { booksAfter, type HeldBooks, liquidationOf, type MarginView, nearest } from '../../engine/live/liquidation.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import { type LiveCase, LiveWorld } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'
import { makeGate } from './safety/support.ts'

const AT_MS = Date.UTC(2026, 10, 1)
const [PX, QTY, QUOTE] = [2, 6, 6]

function instrument(venue: string, symbol: string, kind: Instrument['kind']): Instrument {
  const [base, quote] = symbol.split(/[/:]/) as [string, string]
  return { id: 0, account: 'main', venue, symbol, base, quote, kind, pxDec: PX, qtyDec: QTY, quoteDec: QUOTE }
}

/** One position of `size` at `price` in an account that was worth `equity` when it was opened. */
function books(one: Instrument, equity: number, size: number, price: number): HeldBooks {
  const flat: HeldBooks = {
    instruments: [one],
    cash: decFromNumber(equity, QUOTE),
    held: () => 0 as Dec,
    cost: () => 0 as Dec,
    price: () => decFromNumber(price, PX),
  }
  const quantity = decFromNumber(Math.abs(size), QTY)
  return booksAfter(flat, 0, size > 0 ? 1 : -1, quantity, decFromNumber(price, PX))
}

async function viewOf(one: Instrument, leverage: number, mode: MarginView['mode'] = 'cross'): Promise<MarginView> {
  const timeline = new MarginTimeline(await loadMargin([one.venue]), one.venue, one)
  return { mode, leverage, rules: (_, atMs) => timeline.at(atMs) }
}

describe('liquidation prices by the venues’ own pages', () => {
  it.each([
    ['Kraken Futures, 1 BTC at 60,000 with 2,000', 'krakenfutures', 'BTC/USD:USD', 1, 60_000, 2_000, 10, 58_585.85],
    ['Hyperliquid, cross, account value 10,000', 'hyperliquid', 'BTC/USDC:USDC', 1, 100_000, 10_000, 10, 91_139.24],
  ] as const)('%s', async (_, venue, symbol, size, price, equity, leverage, expected) => {
    const one = instrument(venue, symbol, 'perpetual')
    const found = liquidationOf(books(one, equity, size, price), await viewOf(one, leverage), 0, AT_MS)
    expect(found).toBeCloseTo(expected, 1)
  })

  it.each([
    ['a long', 1, 96_202.53],
    ['a short', -1, 103_703.7],
  ] as const)('Hyperliquid, isolated at 20×: %s', async (_, size, expected) => {
    const one = instrument('hyperliquid', 'BTC/USDC:USDC', 'perpetual')
    const margin = await viewOf(one, 20, 'isolated')
    expect(liquidationOf(books(one, 50_000, size, 100_000), margin, 0, AT_MS)).toBeCloseTo(expected, 1)
  })

  it.each([
    ['1 BTC at 20,000, 10,000, 5×', 10_000, 1, 20_000, 5, 11_600],
    ['short 0.2 BTC at 50,000, 5,000, 5×', 5_000, -0.2, 50_000, 5, 69_444.44],
  ] as const)('Kraken’s margin level: %s', async (_, equity, size, price, leverage, expected) => {
    const one = instrument('kraken', 'BTC/USD', 'margin')
    const found = liquidationOf(books(one, equity, size, price), await viewOf(one, leverage), 0, AT_MS)
    expect(found).toBeCloseTo(expected, 1)
  })

  it('spot has none; without rules or a price it is unknown', async () => {
    const spot = instrument('kraken', 'BTC/USD', 'spot')
    const view: MarginView = { mode: 'cross', leverage: 1, rules: () => null }
    expect(liquidationOf(books(spot, 100, 1, 50), view, 0, AT_MS)).toBe('none')
    const margin = instrument('kraken', 'BTC/USD', 'margin')
    expect(liquidationOf(books(margin, 100, 1, 50), view, 0, AT_MS)).toBeNull()
    const known = await viewOf(margin, 5)
    expect(liquidationOf({ ...books(margin, 100, 1, 50), price: () => 0 as Dec }, known, 0, AT_MS)).toBeNull()
  })

  it('the nearest one counts; an unknown one is never far away', () => {
    expect(nearest(1, 100, [80, 90, 'none'])).toBeCloseTo(0.1)
    expect(nearest(-1, 100, [130, 120])).toBeCloseTo(0.2)
    expect(nearest(1, 100, [101])).toBe(0)
    expect(nearest(1, 100, [80, null])).toBeNull()
    expect(nearest(1, 100, ['none'])).toBe(Number.POSITIVE_INFINITY)
  })

  it('a larger position is nearer to it, a smaller one farther', async () => {
    const one = instrument('krakenfutures', 'BTC/USD:USD', 'perpetual')
    const margin = await viewOf(one, 5)
    const now = books(one, 15_000, 1, 60_000)
    const price = decFromNumber(60_000, PX)
    const level = (after: HeldBooks): number => liquidationOf(after, margin, 0, AT_MS) as number
    const half = decFromNumber(0.5, QTY)
    expect(level(booksAfter(now, 0, 1, half, price))).toBeGreaterThan(level(now))
    expect(level(booksAfter(now, 0, -1, half, price))).toBeLessThan(level(now))
    // Turned round, it is a short of half the size.
    const turned = booksAfter(now, 0, -1, decFromNumber(1.5, QTY), price)
    expect(turned.held(0)).toBe(toDec(-half))
    expect(level(turned)).toBeGreaterThan(60_000)
  })
})

describe('a session on margin', () => {
  const one: LiveCase = {
    market: marketOf(randomCandles({ seed: 12, bars: 200 })),
    make: () => new RandomStrategy({ seed: 12, every: 4 }),
    changes: { account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 3 } },
    from: 60,
    kind: 'live',
  }
  const wide = { symbols: ['BTC/USD'], maxOrderNotional: 1e9, maxPosition: 1e9, maxGrossExposure: 1e9, maxLeverage: 10 }
  const open = { ...wide, maxOpenOrders: 99, maxOrdersPerMinute: 999, maxOrdersPerDay: 9999, maxDailyLoss: 0.99 }

  async function rules(): Promise<MarginView> {
    const kraken = instrument('kraken', 'BTC/USD', 'margin')
    return await viewOf({ ...kraken, quoteDec: 8 }, 3)
  }

  async function run(least: number, margin: MarginView | null, liquidationPrice: string | null = null) {
    const world = new LiveWorld(one)
    const { gate, events } = makeGate({ ...open, minLiquidationDistance: least })
    const exchange = new Proxy(world.exchange, {
      get: (target, name) => {
        if (name === 'positions') {
          return async () => (await target.positions()).map((position) => ({ ...position, liquidationPrice }))
        }
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? member.bind(target) : member
      },
    }) as unknown as ExchangePort
    const { decider } = await world.run(() => true, { gate, margin, exchange })
    const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
    const blocked = records
      .filter(({ kind }) => kind === 'RISK_BLOCK')
      .map(({ body }) => (body as { code: string }).code)
    const raised = events.flatMap((event) => (event.kind === 'raised' ? [event.condition.key] : []))
    return { trades: decider.kernel.portfolio.trades.closedCount, blocked: [...new Set(blocked)], raised }
  }

  it('trades where it is far from liquidation by the venue’s formulas', async () => {
    const { trades, blocked, raised } = await run(0.2, await rules())
    expect(trades).toBeGreaterThan(5)
    expect(blocked).toEqual([])
    expect(raised).toEqual([])
  })

  it('enters nothing that an order would bring too near', async () => {
    const { trades, blocked } = await run(0.6, await rules())
    expect(trades).toBe(0)
    expect(blocked).toEqual(['LIMIT_LIQUIDATION_DISTANCE'])
  })

  it('and by the venue’s word, where it tells: what it holds already is told and takes no more', async () => {
    const { raised, trades } = await run(0.2, await rules(), '99999')
    expect(raised).toContain('LIQUIDATION BTC/USD')
    expect(trades).toBeGreaterThan(0)
  })

  it('a position whose liquidation nobody knows is near', async () => {
    const { raised } = await run(0.2, null)
    expect(raised).toContain('LIQUIDATION BTC/USD')
  })
})
