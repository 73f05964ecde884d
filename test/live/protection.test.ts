/**
 * Goal: a stop or target that the venue ends by itself is placed again, or the position closed: nothing is left without
 * its guard. Method: a strategy that buys once with a stop and a target; the venue ends what rests when the test says so.
 */

import { describe, expect, it } from 'vitest'
import { allocateCandles } from '../../engine/core/candles.ts'
import { RejectCode } from '../../engine/core/fact.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { ExchangeError } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import type { AlertLevel } from '../../engine/live/ports.ts'
import { namingOf } from '../../engine/live/recovery.ts'
import { replay } from '../../engine/live/replay.ts'
import { deciderOf, type LiveCase, LiveWorld } from '../support/live-runs.ts'
import { marketOf, seriesOf } from '../support/runs.ts'

const FROM = 5

/** Buys at row 6, with exits far away. */
class BuysOnce implements Strategy {
  private x!: Context
  private readonly pair: boolean

  constructor(pair: boolean) {
    this.pair = pair
  }

  setup(x: Context): void {
    this.x = x
    x.column(0, 'close')
  }

  onBar(row: number): void {
    if (row === FROM + 1) this.x.enter(0, { stop: 0.2, ...(this.pair ? { target: 0.5 } : {}) })
  }
}

const HOUR_MS = 3_600_000

function caseOf(pairs: 'native' | 'both' | 'one', pair: boolean, timeframeMs = HOUR_MS): LiveCase {
  const candles = allocateCandles(40)
  for (let k = 0; k < 40; k++) {
    candles.time[k] = Date.UTC(2026, 0, 1) + k * timeframeMs
    const price = 100 + (k % 4)
    for (const field of ['open', 'high', 'low', 'close'] as const) candles[field][k] = price
    candles.volume[k] = 1000
  }
  const market = marketOf([seriesOf(candles, 'BTC/USD', timeframeMs)])
  const timeframe = timeframeMs === HOUR_MS ? '1h' : '1m'
  // Two exits of one holding can only rest side by side on margin.
  const account = { quote: 'USD', equity: 10_000, profile: 'none', shorting: pair && pairs === 'both' }
  const changes = { account, data: { venue: 'test', symbols: ['BTC/USD'], timeframe } }
  return { market, make: () => new BuysOnce(pair), changes, from: FROM, kind: 'live', pairs }
}

const told: { level: AlertLevel; code: string }[] = []
const alerts = { tell: (level: AlertLevel, code: string) => void told.push({ level, code }) }

type Exit = 'stop' | 'target'

/** What rests is ended by the venue at these rows: all of it, or the stops or targets alone. */
async function run(one: LiveCase, rows: readonly number[], kill = -1, which: Exit | null = null) {
  told.length = 0
  const world = new LiveWorld(one)
  const { sim } = world.exchange
  const submit = world.exchange.submit.bind(world.exchange)
  const sent: { readonly id: number; readonly is: Exit }[] = []
  world.exchange.submit = async (out) => {
    const taken = await submit(out)
    sent.push({ id: Number(taken.venueId.slice(1)), is: out.stopPrice === null ? 'target' : 'stop' })
    return taken
  }
  const more = (row: number): boolean => {
    if (rows.includes(row)) {
      for (const { id, is } of sent) if (which === null || is === which) sim.withdraw(id, world.clock.nowMs())
    }
    return row !== kill
  }
  let ended = await world.run(more, { alerts })
  if (kill >= 0) ended = await world.run(() => true, { alerts })
  const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
  const again = replay(records, deciderOf(one), new OrderTable(), namingOf)
  expect(again.difference).toBeNull()
  return { world, records, decider: ended.decider, session: ended.session }
}

describe('a guard that the venue ends by itself', () => {
  it('is placed again under another name, for what it still guards', async () => {
    const { world, decider } = await run(caseOf('both', false), [10])
    expect(decider.held(0)).toBeGreaterThan(0)
    const resting = await world.exchange.openOrders()
    expect(resting).toHaveLength(1)
    expect(resting[0]).toMatchObject({ stopPrice: expect.stringMatching(/^8/) })
    expect(told.map(({ code }) => code)).toEqual(['PROTECTION_AGAIN'])
    expect(world.exchange.duplicates).toBe(0)
  })

  it.each(['both', 'native'] as const)('and so are both of a pair (%s)', async (pairs) => {
    const { world, decider } = await run(caseOf(pairs, true), [10])
    expect(decider.held(0)).toBeGreaterThan(0)
    expect(await world.exchange.openOrders()).toHaveLength(2)
    expect(told.filter(({ code }) => code === 'PROTECTION_AGAIN')).toHaveLength(2)
  })

  it('ended again and again within ten minutes, it is given up: the position is closed, and told', async () => {
    const { world, decider } = await run(caseOf('both', false, 60_000), [9, 10, 11, 12, 13])
    expect(decider.held(0)).toBe(0)
    expect(await world.exchange.openOrders()).toEqual([])
    expect(told.map(({ code }) => code)).toEqual(['PROTECTION_AGAIN', 'PROTECTION_AGAIN', 'PROTECTION_GONE'])
    expect(told.at(-1)!.level).toBe('alarm')
  })

  it.each(['both', 'native', 'one'] as const)(
    'a target guards against nothing: without its stop the position is closed (%s)',
    async (pairs) => {
      const { world, decider } = await run(caseOf(pairs, true, 60_000), [9, 10, 11, 12, 13], -1, 'stop')
      expect(decider.held(0)).toBe(0)
      expect(await world.exchange.openOrders()).toEqual([])
      expect(told.map(({ code }) => code)).toEqual(['PROTECTION_AGAIN', 'PROTECTION_AGAIN', 'PROTECTION_GONE'])
    },
  )

  it('a target that is lost leaves the stop, and the position', async () => {
    const { world, decider } = await run(caseOf('both', true, 60_000), [9, 10, 11, 12, 13], -1, 'target')
    expect(decider.held(0)).toBeGreaterThan(0)
    expect(await world.exchange.openOrders()).toMatchObject([{ stopPrice: expect.stringMatching(/^8/) }])
    expect(told.map(({ code }) => code)).toEqual(['PROTECTION_AGAIN', 'PROTECTION_AGAIN', 'PROTECTION_GONE'])
  })

  it('while nobody was there: the start places it again', async () => {
    const { world, decider } = await run(caseOf('both', false), [10], 10)
    expect(decider.held(0)).toBeGreaterThan(0)
    expect(await world.exchange.openOrders()).toHaveLength(1)
    expect(told.map(({ code }) => code)).toEqual(['PROTECTION_AGAIN'])
  })
})

describe('a death while a guard is given up', () => {
  const POINTS = ['before-fact', 'after-fact', 'before-decision', 'after-write'] as const

  /** Dies when `point` is passed for the `count`-th time from row 9 to row 14, and goes on as a new process. */
  async function died(point: string, count: number, power: boolean, refused: boolean): Promise<boolean> {
    const one = caseOf('both', false, 60_000)
    const world = new LiveWorld(one)
    const { sim } = world.exchange
    const submit = world.exchange.submit.bind(world.exchange)
    let stops = 0
    world.exchange.submit = async (out) => {
      if (refused && out.stopPrice !== null && ++stops > 1) {
        throw new ExchangeError('no', { kind: 'rejected', code: 'NO', reject: RejectCode.belowMinimum })
      }
      return await submit(out)
    }
    let passes = Number.NEGATIVE_INFINITY
    const more = (row: number): boolean => {
      if (row === 9 && passes < 0) passes = 0
      if (row > 13) passes = Number.NaN
      if (row >= 9 && row <= 13) for (let id = 1; id < 20; id++) sim.withdraw(id, world.clock.nowMs())
      return true
    }
    const at = (passed: string): void => {
      if (passed === point && ++passes === count) throw new Error('killed')
    }
    const journal = { files: world.files, path: 'journal.jsonl', at }
    const first = await world.run(more, { at, journal }).catch((error: Error) => error)
    if (first instanceof Error && first.message !== 'killed') throw first
    if (first instanceof Error && power) world.files.lose()
    const { decider } = first instanceof Error ? await world.run(() => true) : first
    const resting = await world.exchange.openOrders()
    const where = `${point} ${count}${power ? ', by a power failure' : ''}`
    expect(resting.length, `${where}: a holding of ${decider.held(0)}`).toBe(decider.held(0) === 0 ? 0 : 1)
    const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
    expect(replay(records, deciderOf(one), new OrderTable(), namingOf).difference).toBeNull()
    return first instanceof Error
  }

  it.each([
    ['ended too often', false],
    ['refused when it was placed again', true],
  ])('leaves no position without one: %s', async (_, refused) => {
    for (const point of POINTS) {
      for (const power of [false, true]) {
        let count = 1
        while (await died(point, count, power, refused)) count += 1
        expect(count).toBeGreaterThan(1)
      }
    }
  })
})
