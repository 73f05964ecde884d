/** Goal: by polling, every row comes once, in order, whole or at the deadline, by history's own rule for bars. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler, type FeedEvent } from '../../../engine/live/feed/assembler.ts'
import { candleFault } from '../../../engine/live/feed/candle-check.ts'
import { candle, HOUR_MS, makeFeed, START_MS } from './support.ts'

describe('polling', () => {
  it('catches up, then follows: a second after each close, without the bar that still forms', async () => {
    const { environment, start, shown, feed, troubles, rows } = makeFeed(['BTC/USD'])
    await environment.run(2.5 * HOUR_MS)
    start(0)
    await environment.run(1.6 * HOUR_MS)
    expect(shown()).toEqual(['0: 100 +5400000', '1: 101 +1800000', '2: 102 +1000', '3: 103 +1000'])
    expect([troubles, rows[0]!.candles[0]]).toEqual([[], candle(0)])
    await feed.stop()
    expect(environment.timers).toBe(0)
  })

  it('asks once a row while all is well', async () => {
    const { environment, start, venue } = makeFeed(['BTC/USD', 'ETH/USD'])
    start(0)
    await environment.run(10.5 * HOUR_MS)
    expect(venue.asked.length).toBe(20)
  })

  it('a bar without trades is absent, as in history; a row of nobody is none', async () => {
    const { environment, start, shown, venue, confirmed } = makeFeed(['BTC/USD', 'ETH/USD'])
    venue.quiet.set('BTC/USD', [1, 2])
    venue.quiet.set('ETH/USD', [2])
    start(0)
    await environment.run(4.5 * HOUR_MS)
    expect(shown().map((row) => row.split(' +')[0])).toEqual(['0: 100,100', '1: -,101', '3: 103,103'])
    expect(confirmed).toContainEqual(['BTC/USD', START_MS + 3 * HOUR_MS])
  })

  it('is carried forward where the run file says so', async () => {
    const { environment, start, shown, venue, rows } = makeFeed(['BTC/USD', 'ETH/USD'], { gaps: 'carry' })
    venue.quiet.set('BTC/USD', [0, 2])
    start(0)
    await environment.run(4.5 * HOUR_MS)
    expect(shown().map((row) => row.split(' +')[0])).toEqual(['0: -,100', '1: 101,101', '2: 101,102', '3: 103,103'])
    expect(rows[2]!.candles[0]).toEqual({ ...candle(2), open: 101, high: 101, low: 101, close: 101, volume: 0 })
  })

  it('one symbol is late: the row goes at the deadline without it, and its candle is told when it comes', async () => {
    const { environment, start, shown, venue, events } = makeFeed(['BTC/USD', 'ETH/USD'])
    venue.publishMs.set('ETH/USD', 20_000)
    start(0)
    await environment.run(1.9 * HOUR_MS)
    expect(shown()).toEqual(['0: 100,- +10000 late ETH/USD'])
    await environment.run(HOUR_MS)
    expect(events).toContainEqual({ kind: 'late', symbol: 'ETH/USD', candle: candle(0), lateMs: expect.any(Number) })
    expect(shown()[1]).toBe('1: 101,- +10000 late ETH/USD')
  })

  it('a venue that takes a few seconds costs a few seconds', async () => {
    const { environment, start, shown, venue, events } = makeFeed(['BTC/USD', 'ETH/USD'])
    venue.publishMs.set('ETH/USD', 3000)
    start(0)
    await environment.run(1.5 * HOUR_MS)
    expect(shown()).toEqual(['0: 100,100 +5500'])
    expect(events).toContainEqual({ kind: 'row', openMs: START_MS, lateMs: 5500, late: [] })
  })

  it('an answer out of a cache is not taken for the last word', async () => {
    const { environment, start, shown, venue } = makeFeed(['BTC/USD'])
    venue.staleMs = 2000
    start(0)
    await environment.run(1.5 * HOUR_MS)
    expect(shown()).toEqual(['0: 100 +2500'])
  })

  it('where the next candle only begins with a trade, two equal answers are the last word', async () => {
    const { environment, start, shown, venue } = makeFeed(['BTC/USD'])
    venue.formingShown = false
    start(0)
    await environment.run(2.5 * HOUR_MS)
    expect(shown()).toEqual(['0: 100 +2500', '1: 101 +2500'])
  })

  it('a question that hangs for one symbol holds up no other', async () => {
    const { environment, start, shown, venue } = makeFeed(['BTC/USD', 'ETH/USD'])
    venue.hangs = (symbol) => symbol === 'ETH/USD'
    start(0)
    await environment.run(1.5 * HOUR_MS)
    venue.hangs = () => false
    await environment.run(HOUR_MS)
    expect(shown().map((row) => row.replace(/\+\d+/, ''))).toEqual(['0: 100,-  late ETH/USD', '1: 101,101 '])
  })

  it('while nothing is heard no row goes; afterwards all come, in order', async () => {
    const { environment, start, shown, venue, troubles } = makeFeed(['BTC/USD', 'ETH/USD'])
    venue.down = () => true
    start(0)
    await environment.run(3.5 * HOUR_MS)
    expect([shown(), troubles]).toEqual([[], ['FEED_DOWN BTC/USD: the venue is down']])
    venue.down = () => false
    await environment.run(HOUR_MS)
    expect(shown().map((row) => row.split(' +')[0])).toEqual(['0: 100,100', '1: 101,101', '2: 102,102', '3: 103,103'])
    expect(troubles[1]).toBe('FEED_BACK candles come again')
    expect(venue.asked.length).toBeLessThan(2000)
  })

  it('what the venue no longer has is told', async () => {
    const { environment, start, venue, troubles } = makeFeed(['BTC/USD'])
    venue.limit = 300
    await environment.run(400.5 * HOUR_MS)
    start(0)
    await environment.run(1000)
    expect(troubles).toEqual([expect.stringContaining("FEED_GAP BTC/USD: the venue's candles begin 101 bars after")])
  })

  it('a revision of what was decided on is told, once each', async () => {
    const { environment, start, venue, events } = makeFeed(['BTC/USD'])
    start(0)
    await environment.run(1.5 * HOUR_MS)
    venue.close = (_, hour) => 200 + hour
    await environment.run(2 * HOUR_MS)
    expect(events.filter(({ kind }) => kind === 'revised')).toEqual([
      { kind: 'revised', symbol: 'BTC/USD', used: candle(0), now: candle(0, 200) },
    ])
  })

  it('a wall clock that is set an hour ahead or back asks for nothing wrong', async () => {
    const { environment, start, venue, rows } = makeFeed(['BTC/USD'])
    start(0)
    await environment.run(1.5 * HOUR_MS)
    environment.stepWall(-HOUR_MS)
    await environment.run(3 * HOUR_MS)
    const hours = rows.map(({ openMs }) => (openMs - START_MS) / HOUR_MS)
    expect(hours).toEqual([0, 1, 2])
    expect(venue.asked.length).toBeLessThan(20)
  })
})

describe('a candle', () => {
  it.each([
    [{ close: Number.NaN }, /close is NaN/],
    [{ open: 0 }, /open is 0/],
    [{ volume: -1 }, /volume is -1/],
    [{ high: 99 }, /high 99 is below/],
    [{ low: 101 }, /low 101 is above/],
    [{ openMs: START_MS + 1 }, /off the grid/],
    [{ volume: 0 }, null],
  ])('%j', (change, why) => {
    const fault = candleFault({ ...candle(0), ...change }, HOUR_MS)
    if (why === null) expect(fault).toBeNull()
    else expect(fault).toMatch(why)
  })
})

describe('rows', () => {
  it('duplicates, disorder and bad candles change nothing: rows are those of history', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1 })
    fc.assert(
      fc.property(hours, hours, fc.array(fc.nat()), (first, second, noise) => {
        const events: FeedEvent[] = []
        const options = {
          symbols: ['A', 'B'],
          timeframeMs: HOUR_MS,
          gaps: 'leave' as const,
          tell: (event: FeedEvent) => events.push(event),
        }
        const rows = new Assembler(options, START_MS)
        const offers = [first, second].flatMap((list, symbol) => list.map((hour) => ({ symbol, hour })))
        for (const n of noise) {
          const again = offers[n % offers.length]!
          offers.splice(n % (offers.length + 1), 0, again)
        }
        for (const { symbol, hour } of offers) rows.offer(symbol, candle(hour), START_MS)
        rows.offer(0, { ...candle(5), high: 1 }, START_MS)
        const got: string[] = []
        for (let hour = 0; hour <= 30; hour++) {
          const row = rows.take(START_MS)
          if (row !== null) got.push(`${hour} ${row.candles.map((one) => (one === null ? '-' : one.close)).join()}`)
        }
        const expected = [...new Set([...first, ...second])].sort((a, b) => a - b)
        expect(got).toEqual(
          expected.map(
            (hour) => `${hour} ${[first, second].map((list) => (list.includes(hour) ? 100 + hour : '-')).join()}`,
          ),
        )
        expect(events.filter(({ kind }) => kind !== 'row')).toEqual([
          { kind: 'bad', symbol: 'A', openMs: candle(5).openMs, why: 'the high 1 is below open or close' },
        ])
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
