/**
 * Goal: the simulated world is honest, so that what it finds is real. Method: each part alone: time in order and without
 * a real clock, a disk that keeps what was synced, an exchange whose books balance to the unit after any orders.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderType, Side, TimeInForce } from '../../engine/core/order.ts'
import { FAULT_KINDS, Faults } from './faults.ts'
import { MarginWatch } from './judge/margin.ts'
import { text, units } from './venue/amount.ts'
import { Exchange, type ExchangeOptions } from './venue/exchange.ts'
import type { MarginAccount } from './venue/margin-account.ts'
import { type MarketTerms, Refusal } from './venue/records.ts'
import type { SpotAccount } from './venue/spot-account.ts'
import { balancesView, orderView, plainOrder } from './venue/views.ts'
import { withoutRealTime } from './world/bans.ts'
import { Disk } from './world/disk.ts'
import { Draws } from './world/draws.ts'
import { Died, Life } from './world/life.ts'
import { VirtualTime } from './world/virtual-time.ts'
import { World } from './world/world.ts'

const bytes = (word: string): Uint8Array => new TextEncoder().encode(word)
const noFaults = (): Faults => new Faults(new Draws('none'), { only: [], without: [] })

describe('virtual time', () => {
  it('carries events out by time, equal ones in their order, each after all promises of the one before', async () => {
    const time = new VirtualTime(1000)
    const seen: string[] = []
    time.at(1005, () => void Promise.resolve().then(() => Promise.resolve().then(() => seen.push('b later'))))
    time.at(1003, () => seen.push(`a ${time.nowMs}`))
    time.at(1005, () => seen.push('c'))
    time.at(1004, () => seen.push('never')).cancel()
    time.at(2000, () => seen.push('too late'))
    await time.run(1500, () => undefined)
    expect(seen).toEqual(['a 1003', 'b later', 'c'])
    expect(time.nowMs).toBe(1500)
  })

  it('keeps real clocks and chance out, and tells who asked', async () => {
    const breaches: string[] = []
    await withoutRealTime(breaches, async () => {
      expect(() => Date.now()).toThrow(/Date\.now is forbidden/)
      expect(() => new Date()).toThrow(/forbidden/)
      expect(() => Math.random()).toThrow(/forbidden/)
      expect(() => setTimeout(() => undefined, 1)).toThrow(/forbidden/)
      expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
    })
    expect(breaches).toHaveLength(4)
    expect(Date.now()).toBeGreaterThan(0)
  })
})

describe('a life', () => {
  it('ends at a call, and nothing of it goes on', async () => {
    const time = new VirtualTime(0)
    let deaths = 0
    const life = new Life(time, 1, () => deaths++)
    const seen: string[] = []
    life.after(10, () => seen.push('timer'))
    life.point()
    expect(() => life.point()).toThrow(Died)
    expect(life.passes()).toBe(false)
    await time.run(100, () => undefined)
    expect([deaths, seen]).toEqual([1, []])
  })

  it('does nothing while it is stalled', async () => {
    const time = new VirtualTime(0)
    const life = new Life(time, Number.POSITIVE_INFINITY, () => undefined)
    const seen: number[] = []
    life.after(10, () => seen.push(time.nowMs))
    life.stalledUntilMs = 500
    await time.run(1000, () => undefined)
    expect(seen).toEqual([500])
    expect(life.timers).toBe(0)
  })
})

describe('the disk', () => {
  const setUp = (faults = noFaults()) => {
    const time = new VirtualTime(0)
    const disk = new Disk(faults, new Draws('disk'), () => time.nowMs)
    const life = new Life(time, Number.POSITIVE_INFINITY, () => undefined)
    return { disk, files: disk.portFor(life) }
  }

  it('keeps what was synced when the power goes, and all that was written when a process does', () => {
    const { disk, files } = setUp()
    const file = files.open('journal', true)
    file.append(bytes('one'))
    file.sync()
    file.append(bytes('two'))
    expect(disk.durable('journal')?.toString()).toBe('one')
    disk.losePower()
    expect(new TextDecoder().decode(files.read('journal'))).toBe('one')
    const again = files.open('journal', false)
    again.append(bytes('three'))
    disk.surviveProcess()
    expect(disk.durable('journal')?.toString()).toBe('onethree')
  })

  it('after a failed sync keeps nothing more, and notes whoever syncs again', () => {
    const { disk, files } = setUp(new Faults(new Draws('x'), { only: ['syncFails'], without: [] }))
    const file = files.open('journal', true)
    file.append(bytes('one'))
    let failures = 0
    for (let i = 0; i < 5000 && failures === 0; i++) {
      try {
        file.sync()
      } catch {
        failures += 1
      }
    }
    expect(failures).toBe(1)
    file.append(bytes('two'))
    file.sync()
    expect(disk.misuses).toEqual(['journal was synced again after a sync had failed'])
  })
})

describe('faults', () => {
  it('are many, and a seed draws the same ones with the same parameters again', () => {
    expect(FAULT_KINDS.length).toBeGreaterThanOrEqual(30)
    const draw = (seed: string) => new Faults(new Draws(seed), { only: null, without: [] }).described
    expect(draw('1')).toBe(draw('1'))
    expect(new Set(['1', '2', '3', '4', '5', '6'].map(draw)).size).toBeGreaterThan(3)
  })

  it('leaving one out changes none of the others', () => {
    const all = new Faults(new Draws('2'), { only: null, without: [] })
    const [first] = all.rates.keys()
    const fewer = new Faults(new Draws('2'), { only: null, without: [first!] })
    expect([...fewer.rates]).toEqual([...all.rates].filter(([kind]) => kind !== first))
  })
})

describe('the port', () => {
  it('forgets orders that ended long ago only while faults are on', async () => {
    const world = new World(1, { only: ['historyShort'], without: [] }, {} as never)
    const { time, exchange, symbols } = world
    const life = new Life(time, Number.POSITIVE_INFINITY, () => undefined)
    const { port } = world.port(life, { signed: () => undefined } as never, 1)
    const key = { clientId: 'A', venueId: null, symbol: symbols[0]! }
    const limitPrice = text((exchange.price.get(key.symbol)! / 2n / units('1')) * units('1'))
    const fields = { ...key, side: Side.buy, type: OrderType.limit, quantity: '0.001', limitPrice }
    const placedMs = time.nowMs
    exchange.place(plainOrder(fields), placedMs)
    exchange.cancel(null, 'A', placedMs)
    const found = async (): Promise<readonly string[]> => {
      let statuses: readonly string[] | null = null
      void port.lookup(key, placedMs - 1).then((orders) => {
        statuses = orders.map(({ status }) => status)
      })
      await time.run(time.nowMs + 20_000, () => undefined)
      return statuses ?? ['no answer']
    }
    expect(await found()).toEqual(['cancelled'])
    await time.run(placedMs + 300_000, () => undefined)
    expect(await found()).toEqual([])
    expect([world.forgotten('A'), world.forgotten('B')]).toEqual([1, 0])
    world.calm()
    expect(await found()).toEqual(['cancelled'])
  })
})

const BTC = (): MarketTerms => ({
  ...{ symbol: 'BTC/USD', base: 'BTC', quote: 'USD', status: 'online' as const },
  ...{ tick: units('0.1'), step: units('0.0001'), minQuantity: units('0.0001'), minCost: units('5') },
})

function exchange(options: Partial<ExchangeOptions> = {}): Exchange {
  const made = new Exchange({
    markets: [BTC()],
    balances: new Map([['USD', units('1000')]]),
    startMs: 0,
    makerRate: units('0.0025'),
    takerRate: units('0.004'),
    spreadTicks: 1n,
    depth: 0n,
    stopsReserve: true,
    margin: null,
    feeIn: 'quote',
    ...options,
  })
  made.tick('BTC/USD', units('50000'), 0)
  return made
}

const order = (fields: object) => plainOrder({ symbol: 'BTC/USD', side: Side.buy, type: OrderType.market, ...fields })

describe('the exchange', () => {
  it('fills a market order at the price, half a spread and the fee', () => {
    const venue = exchange()
    venue.place(order({ clientId: 'A', quantity: '0.01' }), 1)
    // 0.01 × 50,000.1 = 500.001; × 0.4 % = 2.000004.
    expect(venue.trades.map(({ value, fee }) => [text(value), text(fee)])).toEqual([['500.001', '2.000004']])
    expect(balancesView(venue.account, 1)).toEqual([
      { asset: 'USD', free: '497.998996', total: '497.998996' },
      { asset: 'BTC', free: '0.01', total: '0.01' },
    ])
    expect(balancesView(venue.account, 0)[0]?.total).toBe('1000')
  })

  it('refuses what an exchange refuses, and takes a client id again once its order has ended', () => {
    const venue = exchange()
    const place = (fields: object) => () => venue.place(order({ clientId: 'A', ...fields }), 5)
    expect(place({ quantity: '0.00001' })).toThrow(Refusal)
    expect(place({ quantity: '0.00015' })).toThrow(/volume/)
    expect(place({ quantity: '1' })).toThrow(/funds/)
    expect(place({ quantity: '0.01', deadlineMs: 4 })).toThrow(/Deadline/)
    expect(place({ type: OrderType.limit, limitPrice: '49000.05', quantity: '0.001' })).toThrow(/price/)
    place({ type: OrderType.limit, limitPrice: '49000', quantity: '0.001' })()
    expect(place({ quantity: '0.001' })).toThrow(/Duplicate/)
    venue.cancel(null, 'A', 6)
    place({ quantity: '0.001' })()
    expect(venue.trades).toHaveLength(1)
  })

  it('fills stops, limits and pieces as the price moves, and shows every state as of its time', () => {
    const venue = exchange({ depth: units('200'), stopsReserve: false })
    const entry = venue.place(order({ clientId: 'E', quantity: '0.01' }), 1)
    expect(orderView(entry, 1)).toMatchObject({ status: 'open', filled: '0.004' })
    venue.tick('BTC/USD', units('49999'), 2)
    venue.tick('BTC/USD', units('49998'), 3)
    expect(orderView(entry, 3)).toMatchObject({ status: 'filled', filled: '0.01' })
    expect(orderView(entry, 2)).toMatchObject({ status: 'open', filled: '0.008' })
    const stop = venue.place(
      order({ clientId: 'S', side: Side.sell, type: OrderType.stop, stopPrice: '49000', quantity: '0.01' }),
      4,
    )
    const target = venue.place(
      order({ clientId: 'T', side: Side.sell, type: OrderType.limit, limitPrice: '51000', quantity: '0.01' }),
      4,
    )
    venue.tick('BTC/USD', units('51000.1'), 5)
    expect([text(target.filled), stop.status]).toEqual(['0.0039', 'open'])
    venue.cancel(null, 'T', 6)
    venue.tick('BTC/USD', units('48900'), 7)
    // What the target has sold is gone: a stop for all of it ends.
    expect([stop.status, text(stop.filled)]).toEqual(['open', '0.004'])
  })

  it('keeps books that balance to the unit, whatever is sent', () => {
    const action = fc.record({
      side: fc.constantFrom(Side.buy, Side.sell),
      type: fc.constantFrom(OrderType.market, OrderType.limit, OrderType.stop, OrderType.takeProfit),
      size: fc.integer({ min: 1, max: 120 }),
      away: fc.integer({ min: -30, max: 30 }),
      move: fc.integer({ min: -40, max: 40 }),
      time: fc.constantFrom(TimeInForce.gtc, TimeInForce.ioc, TimeInForce.fok),
      cancels: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), fc.constantFrom('quote', 'base', 'third'), (actions, feeIn) => {
        const venue = exchange({ depth: units('150'), feeIn: feeIn as 'quote' })
        let atMs = 1
        for (const { side, type, size, away, move, time, cancels } of actions) {
          atMs += 1000
          const price = venue.price.get('BTC/USD')!
          const level = text(price + units('1') * BigInt(away))
          const limitPrice = type === OrderType.limit ? level : null
          const stopPrice = type === OrderType.stop || type === OrderType.takeProfit ? level : null
          const quantity = text(units('0.0001') * BigInt(size))
          try {
            venue.place(
              order({ clientId: `C${atMs}`, side, type, quantity, limitPrice, stopPrice, timeInForce: time }),
              atMs,
            )
          } catch (error) {
            if (!(error instanceof Refusal)) throw error
          }
          const [open] = venue.openOrders()
          if (cancels && open !== undefined) venue.cancel(open.venueId, '', atMs)
          venue.tick('BTC/USD', price + units('1') * BigInt(move), atMs + 1)
        }
        const sums = new Map([['USD', units('1000')]])
        for (const { side, quantity, value, fee, feeAsset } of venue.trades) {
          const add = (asset: string, amount: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + amount)
          add('BTC', BigInt(side) * quantity)
          add('USD', -BigInt(side) * value)
          add(feeAsset, -fee)
        }
        for (const [asset, total] of venue.account.total) {
          expect(total).toBe(sums.get(asset) ?? 0n)
          if (asset !== 'FEE') expect(venue.account.free(asset) >= 0n).toBe(true)
        }
        const held = new Map<string, bigint>()
        for (const { side, reserved } of venue.openOrders()) {
          const asset = side > 0 ? 'USD' : 'BTC'
          held.set(asset, (held.get(asset) ?? 0n) + reserved)
        }
        for (const [asset, amount] of (venue.account as SpotAccount).held) expect(amount).toBe(held.get(asset) ?? 0n)
      }),
    )
  })

  it('on margin: equity moves with price and fees alone, and is closed out at the maintenance margin, never before', () => {
    const action = fc.record({
      side: fc.constantFrom(Side.buy, Side.sell),
      size: fc.integer({ min: 1, max: 900 }),
      reduceOnly: fc.boolean(),
      move: fc.integer({ min: -60, max: 60 }),
    })
    const margin = { quote: 'USD', leverage: 5n, maintenance: units('0.02') }
    let liquidations = 0
    fc.assert(
      // Long enough that some of a hundred are closed out, whatever is drawn.
      fc.property(fc.array(action, { minLength: 25, maxLength: 40 }), (actions) => {
        const venue = exchange({ margin, depth: units('2500') })
        const account = venue.account as MarginAccount
        const { trades, closures, price: prices } = venue
        const { maintenance } = margin
        const judge = new MarginWatch({ trades, closures, price: prices, money: units('1000'), maintenance })
        let atMs = 1
        for (const { side, size, reduceOnly, move } of actions) {
          atMs += 1000
          try {
            const quantity = text(units('0.0001') * BigInt(size))
            venue.place(order({ clientId: `C${atMs}`, side, quantity, reduceOnly }), atMs)
          } catch (error) {
            if (!(error instanceof Refusal)) throw error
          }
          const before = venue.trades.filter(({ liquidation }) => liquidation).length
          const moved = venue.price.get('BTC/USD')! + units('100') * BigInt(move)
          // However far it falls: no market's price is nothing.
          const price = moved > units('100') ? moved : units('100')
          venue.tick('BTC/USD', price, atMs + 1)
          const after = venue.trades.filter(({ liquidation }) => liquidation).length
          liquidations += after - before
          expect(judge.check()).toBeNull()
          // Whatever was traded, equity is what came in, went out, and is held at today's price.
          let cash = units('1000')
          let held = 0n
          for (const trade of venue.trades) {
            cash -= BigInt(trade.side) * trade.value + trade.fee
            held += BigInt(trade.side) * trade.quantity
          }
          expect(account.equity).toBe(cash + (held * price) / 100_000_000n)
          expect(account.positions.get('BTC/USD')?.quantity ?? 0n).toBe(held)
          if (after > before) expect(held).toBe(0n)
          else expect(held === 0n || account.equity >= account.maintenance).toBe(true)
        }
      }),
    )
    expect(liquidations).toBeGreaterThan(0)
  })

  it('on margin: the judge sees a position that is closed too early, and one that is not closed in time', () => {
    const margin = { quote: 'USD', leverage: 5n, maintenance: units('0.02') }
    const venue = exchange({ margin })
    const { trades, closures, price } = venue
    const judge = (share: string) =>
      new MarginWatch({ trades, closures, price, money: units('1000'), maintenance: units(share) })
    venue.place(order({ clientId: 'A', quantity: '0.09' }), 1)
    // Equity 102.0 of 3,619.8: 2.8 %.
    venue.tick('BTC/USD', units('40220'), 2)
    expect([judge('0.02').check(), judge('0.03').check()]).toEqual([null, expect.stringContaining('nothing was')])
    // 1.8 %: it is closed.
    venue.tick('BTC/USD', units('39800'), 3)
    expect(closures).toHaveLength(1)
    expect([judge('0.02').check(), judge('0.01').check()]).toEqual([null, expect.stringContaining('was liquidated')])
  })
})
