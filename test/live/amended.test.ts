/**
 * Goal: an amendment that the venue carried out is in the books, whatever its sender heard. Method: a strategy that moves
 * its resting entry once; something on the way repeats the request with its nonce, and the second one's refusal is heard; or
 * its answer is lost, and asked again it is refused for something else.
 */

import { expect, it } from 'vitest'
import { allocateCandles } from '../../engine/core/candles.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { ExchangeError } from '../../engine/live/exchange.ts'
import { LiveWorld } from '../support/live-runs.ts'
import { marketOf, seriesOf } from '../support/runs.ts'

const HOUR_MS = 3_600_000
const FROM = 5

/** Rests at 90 from row 6, and at 91 from row 8. */
class MovesOnce implements Strategy {
  private x!: Context

  setup(x: Context): void {
    this.x = x
    x.column(0, 'close')
  }

  onBar(row: number): void {
    if (row === FROM + 1) this.x.enter(0, { limitPrice: 90 })
    if (row === FROM + 3) this.x.amend(0, { limitPrice: 91 })
  }
}

function world(): LiveWorld {
  const candles = allocateCandles(20)
  for (let k = 0; k < 20; k++) {
    candles.time[k] = Date.UTC(2026, 0, 1) + k * HOUR_MS
    for (const field of ['open', 'high', 'low', 'close'] as const) candles[field][k] = 100 + (k % 4)
    candles.volume[k] = 1000
  }
  const account = { quote: 'USD', equity: 10_000, profile: 'none' }
  const changes = { account, data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h' } }
  const market = marketOf([seriesOf(candles, 'BTC/USD', HOUR_MS)])
  return new LiveWorld({ market, make: () => new MovesOnce(), changes, from: FROM, kind: 'live' })
}

it('an amendment whose nonce is refused may have been carried out by its repetition: it is asked again', async () => {
  const live = world()
  const { exchange } = live
  const amend = exchange.amend.bind(exchange)
  let asked = 0
  exchange.amend = async (key, out) => {
    asked += 1
    await amend(key, out).catch((error: unknown) => {
      if (asked > 1) throw error
    })
    if (asked === 1) throw new ExchangeError('Invalid nonce', { kind: 'rejected', code: 'BAD_NONCE' })
  }
  const { session } = await live.run(() => true)
  const [order] = [...session.table.orders.values()]
  const [there] = await exchange.lookup(session.sender.keyOf(order!, order!.leg!))
  expect(asked).toBeGreaterThan(0)
  expect(there!.limitPrice).toBe('91')
  expect(order!.order.limitPrice).toBe(91 * 10 ** session.instruments[0]!.pxDec)
})

it.each([0, 3])(
  'one whose answer was lost is looked at before the refusal of its repetition is believed, %i looks in vain',
  async (vain) => {
    const live = world()
    const { exchange } = live
    const amend = exchange.amend.bind(exchange)
    const lookup = exchange.lookup.bind(exchange)
    let asked = 0
    let looked = 0
    exchange.amend = async (key, out) => {
      asked += 1
      if (asked > 1) throw new ExchangeError('no', { kind: 'rejected', code: 'LIMITS' })
      await amend(key, out)
      throw new ExchangeError('nobody answers', { kind: 'unknown', code: 'TIMEOUT' })
    }
    exchange.lookup = async (key) => {
      if (asked > 0 && looked++ <= vain) throw new ExchangeError('nobody answers', { kind: 'unknown', code: 'TIMEOUT' })
      return await lookup(key)
    }
    const { session } = await live.run(() => true)
    const [order] = [...session.table.orders.values()]
    expect(asked).toBeGreaterThan(1)
    expect(looked).toBeGreaterThan(vain)
    expect((await lookup(session.sender.keyOf(order!, order!.leg!)))[0]!.limitPrice).toBe('91')
    expect(order!.order.limitPrice).toBe(91 * 10 ** session.instruments[0]!.pxDec)
    expect(order!.amend).toBeNull()
  },
)
