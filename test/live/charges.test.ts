/**
 * Goal: what positions pay for being held is in the books to the unit, once, after restarts too, and parity puts it down
 * to its cause. Method: sessions on margin at an exchange whose ledger the test writes; out of order, twice, and late.
 */

import { describe, expect, it } from 'vitest'
import type { Instrument } from '../../engine/core/instrument.ts'
import { bookCharge } from '../../engine/live/booking.ts'
import { Charges } from '../../engine/live/charges.ts'
import type { SessionContext } from '../../engine/live/context.ts'
import type { ExchangePort, VenueCharge } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import { namingOf } from '../../engine/live/recovery.ts'
import { replay } from '../../engine/live/replay.ts'
import { KernelDecider } from '../../engine/run/live/kernel-decider.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { parityOf } from '../../engine/run/parity/parity.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { configOf, deciderOf, type LiveCase, LiveWorld, rowsOf } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const one: LiveCase = {
  market: marketOf(randomCandles({ seed: 12, bars: 160 })),
  make: () => new RandomStrategy({ seed: 12, every: 4 }),
  changes: { account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 2 } },
  from: 60,
  kind: 'live',
}
const HOUR_MS = 3_600_000

/** The exchange with a ledger: 0.123456 of something each hour, told twice and newest first. */
function withLedger(world: LiveWorld): ExchangePort {
  const charges = async (sinceMs: number): Promise<readonly VenueCharge[]> => {
    const all: VenueCharge[] = []
    const first = one.market.grid.time[one.from]!
    for (let atMs = first + HOUR_MS; atMs <= world.clock.nowMs(); atMs += HOUR_MS) {
      const amount = (atMs / HOUR_MS) % 3 === 0 ? '-0.023456' : '0.123456'
      const charge = { chargeId: `L${atMs}`, symbol: 'BTC/USD', asset: 'USD', amount, atMs }
      all.unshift({ ...charge, kind: 'funding' }, { ...charge, kind: 'funding' })
    }
    const foreign = {
      chargeId: 'X',
      kind: 'funding' as const,
      symbol: 'ETH/USD',
      asset: 'USD',
      amount: '9',
      atMs: 1e15,
    }
    return [...all.filter(({ atMs }) => atMs >= sinceMs), foreign]
  }
  return new Proxy(world.exchange, {
    get: (target, name) => {
      if (name === 'charges') return charges
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  }) as unknown as ExchangePort
}

function recordsOf(world: LiveWorld) {
  return readJournal(world.files.read('journal.jsonl'), 'journal').records
}

async function session(stopAt: number) {
  const world = new LiveWorld(one)
  const exchange = withLedger(world)
  let ended = await world.run((row) => row !== stopAt, { exchange })
  if (stopAt < one.market.grid.rows) ended = await world.run(() => true, { exchange })
  return { world, ...ended }
}

describe('charges of a session', () => {
  it.each([999, 100])('are booked once each, to the unit (stopped at row %i)', async (stopAt) => {
    const { world, decider } = await session(stopAt)
    const told = recordsOf(world).flatMap(({ kind, body }) => {
      const { charge } = body as { charge?: VenueCharge }
      return kind === 'FACT' && charge !== undefined ? [charge] : []
    })
    expect(told.length).toBeGreaterThan(60)
    expect(new Set(told.map(({ chargeId }) => chargeId)).size).toBe(told.length)
    const { ledger } = decider.kernel.portfolio
    const unit = 10 ** ledger.quoteDec
    const sum = told.reduce((total, { amount }) => total + Math.round(Number(amount) * unit), 0)
    expect(ledger.fundingPaid).toBe(sum)
    decider.verify()
    const again = replay(recordsOf(world), deciderOf(one), new OrderTable(), namingOf)
    expect(again.difference).toBeNull()
  })

  it('a changed amount shows in the proof', async () => {
    const { world } = await session(999)
    const records = recordsOf(world).map((record) => {
      const { charge } = record.body as { charge?: VenueCharge }
      return charge === undefined
        ? record
        : { ...record, body: { ...(record.body as object), charge: { ...charge, amount: '1' } } }
    })
    expect(replay(records, deciderOf(one), new OrderTable(), namingOf).difference).toMatch(/charge L\d+ is/)
  })

  it('parity puts the difference down to funding, in the trades that paid it', async () => {
    const { world, decider } = await session(999)
    const config = configOf(one)
    const parity = await parityOf('test', recordsOf(world), 'journal', async (watched) => {
      return new KernelDecider({
        ...{ config, terms: plainTerms(config), instruments: makeInstruments(config, one.market.grid) },
        ...{ strategy: one.make(), history: rowsOf(one.market, 0, one.from), continuation: null, strategyState: null },
        ...{ initialEquity: config.account.equity, room: one.market.grid.rows, ...watched },
      })
    })
    const unit = 10 ** decider.kernel.portfolio.ledger.quoteDec
    const inTrades = decider.kernel.portfolio.trades.closed().reduce((sum, { funding }) => sum + funding, 0)
    const open = decider.kernel.portfolio.trades.stillOpen().reduce((sum, { funding }) => sum + funding, 0)
    expect(inTrades).toBeGreaterThan(0)
    expect(parity.causes.funding).toBeCloseTo(-(inTrades + open) / unit, 6)
    const { fundingPaid } = decider.kernel.portfolio.ledger
    // The venue of this test charges flat hours, too: those are nobody's trade.
    expect(fundingPaid).toBeGreaterThanOrEqual(inTrades + open)
  })

  it('one in base is taken at the last close; one in a third asset is told, and not booked', () => {
    const instrument = makeInstruments(configOf(one), one.market.grid)[0] as Instrument
    const charge = { chargeId: 'L', kind: 'borrowing', symbol: 'BTC/USD', amount: '0.0004', atMs: 0 } as const
    const unit = 10 ** instrument.quoteDec
    expect(bookCharge({ ...charge, asset: 'BTC' }, instrument, 50_000).fee).toBe(20 * unit)
    const other = bookCharge({ ...charge, asset: 'EUR' }, instrument, 50_000)
    expect(other).toMatchObject({ fee: 0, assumed: [{ code: 'CHARGE_OTHER_ASSET' }] })
  })
})

describe('the ledger is asked for what may have been paid', () => {
  const MINUTE_MS = 60_000

  /** Looks by the minute from a whole hour on; what is held and traded when, and when the ledger shows a funding. */
  async function lookedAt(held: (minute: number) => boolean, tradedMinutes: readonly number[], shownMinute: number) {
    const startMs = Date.UTC(2026, 0, 5)
    let minute = 0
    const heard: (VenueCharge | undefined)[] = []
    let asked = 0
    const table = new OrderTable()
    const context = {
      environment: { nowMs: () => startMs + minute * MINUTE_MS, monotonicMs: () => 0, after: () => ({ cancel() {} }) },
      instruments: makeInstruments(configOf(one), one.market.grid).map((own) => ({ ...own, kind: 'perpetual' })),
      decider: { held: () => (held(minute) ? 1 : 0), price: () => 100 },
      table,
      patience: { callMs: 1000 },
      exchange: {
        charges: async () => {
          asked += 1
          const atMs = startMs + 3 * MINUTE_MS
          const charge = { chargeId: 'F', kind: 'funding', symbol: 'BTC/USD', amount: '1', asset: 'USD', atMs } as const
          return minute >= shownMinute ? [charge] : []
        },
      },
      note: () => {},
      journal: { write: () => {} },
      hear: (_: unknown, { charge }: { charge?: VenueCharge }) => {
        heard.push(charge)
        table.chargeBooked(charge!)
      },
    }
    const charges = new Charges(context as unknown as SessionContext, startMs)
    for (; minute < 90; minute++) {
      const atMs = context.environment.nowMs()
      if (tradedMinutes.includes(minute)) table.tradeBooked({ tradeId: `T${minute}`, atMs, fee: '0' })
      await charges.look()
    }
    return { booked: heard.length, asked }
  }

  it.each([
    ['is held still', () => true, [2]],
    ['was closed before the ledger was asked', (minute: number) => minute >= 2 && minute < 12, [2, 12]],
    ['was opened and closed between two of them', (minute: number) => minute >= 2 && minute < 6, [2, 6]],
    ['nobody saw, since it was opened and closed within a minute', () => false, [3]],
  ] as const)('a funding of a position that %s is booked', async (_, held, traded) => {
    expect(await lookedAt(held, traded, 3)).toMatchObject({ booked: 1 })
  })

  it('one that is shown a moment late, after the position has ended, too', async () => {
    expect(await lookedAt((minute) => minute >= 2 && minute < 10, [2, 10], 11)).toMatchObject({ booked: 1 })
  })

  it('and isn’t asked for ever when nothing is held', async () => {
    const { asked } = await lookedAt(() => false, [], 0)
    expect(asked).toBe(1)
  })
})
