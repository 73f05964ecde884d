/** Goal: the stream gives rows sooner, never other rows: what it missed or got wrong, REST repairs or tells. */

import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { FeedGuard } from '../../../engine/live/feed/feed-guard.ts'
import { krakenStream } from '../../../engine/live/feed/kraken-stream.ts'
import { type LineListener, SocketStream } from '../../../engine/live/feed/stream.ts'
import { openWebsocket } from '../../../engine/live/feed/websocket.ts'
import { Ages } from '../../../engine/live/safety/ages.ts'
import { Conditions } from '../../../engine/live/safety/conditions.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'
import { candle, HOUR_MS, makeFeed, START_MS } from './support.ts'

const HEARTBEAT = '{"channel":"heartbeat"}'

/** Kraken's words for these hours of a symbol. */
function ohlc(
  type: 'snapshot' | 'update',
  symbol: string,
  hours: readonly (readonly [number, number, volume?: number])[],
): string {
  const data = hours.map(([hour, close, volume]) => {
    const { openMs, ...prices } = { ...candle(hour, close), ...(volume === undefined ? {} : { volume }) }
    const begin = new Date(openMs).toISOString().replace('.000Z', '.000000000Z')
    return { symbol, ...prices, vwap: close, trades: 1, interval_begin: begin, interval: 60, timestamp: begin }
  })
  return JSON.stringify({ channel: 'ohlc', type, timestamp: '2026-01-05T00:00:00Z', data })
}

function makeStream(symbols = ['BTC/USD']) {
  let environment: VirtualEnvironment | null = null
  const lines: { listener: LineListener; sent: string[]; closed: boolean }[] = []
  const clock = {
    nowMs: () => environment!.nowMs(),
    monotonicMs: () => environment!.monotonicMs(),
    after: (ms: number, then: () => void) => environment!.after(ms, then),
  }
  const stream = new SocketStream({
    environment: clock,
    protocol: krakenStream('ws://test'),
    open: (_, listener) => {
      const line = { listener, sent: [] as string[], closed: false }
      lines.push(line)
      return { send: (text) => line.sent.push(text), close: () => (line.closed = true) }
    },
  })
  const feed = makeFeed(symbols, { stream })
  environment = feed.environment
  const say = (text: string) => lines.at(-1)!.listener.message(text)
  const open = (snapshot: readonly (readonly [number, number])[] = [[0, 99]]) => {
    lines.at(-1)!.listener.opened()
    say('{"method":"subscribe","success":true,"result":{"channel":"ohlc"}}')
    for (const symbol of symbols) say(ohlc('snapshot', symbol, snapshot))
  }
  /** Time with a heartbeat every second. */
  const beat = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      await feed.environment.run(1000)
      say(HEARTBEAT)
    }
  }
  return { ...feed, lines, say, open, beat }
}

describe('a stream', () => {
  it('asks as Kraken documents, and gives a row half a second after its close', async () => {
    const { environment, start, shown, venue, lines, say, open, beat } = makeStream()
    start(0)
    open()
    expect(JSON.parse(lines[0]!.sent[0]!)).toEqual({
      method: 'subscribe',
      params: { channel: 'ohlc', symbol: ['BTC/USD'], interval: 60, snapshot: true },
    })
    await beat(3598)
    say(ohlc('update', 'BTC/USD', [[0, 100]]))
    await environment.run(1500)
    await environment.run(600)
    say(HEARTBEAT)
    expect(shown()).toEqual([])
    await environment.run(400)
    expect(shown()).toEqual(['0: 100 +500'])
    expect(venue.asked).toEqual([])
  })

  it('a heartbeat after the close proves that there were no trades', async () => {
    const { start, shown, open, beat, confirmed, rows, venue } = makeStream(['BTC/USD', 'ETH/USD'])
    for (const symbol of ['BTC/USD', 'ETH/USD']) venue.quiet.set(symbol, [0])
    start(0)
    open([[-1, 99]])
    await beat(3602)
    expect([shown(), rows, venue.asked]).toEqual([[], [], []])
    expect(confirmed).toContainEqual(['ETH/USD', START_MS + HOUR_MS])
  })

  it('a message that another overtook, or that comes again, changes nothing: volume only grows', async () => {
    const { start, shown, open, beat, say } = makeStream()
    start(0)
    open()
    await beat(3590)
    say(ohlc('update', 'BTC/USD', [[0, 101, 7]]))
    say(ohlc('update', 'BTC/USD', [[0, 102, 9]]))
    say(ohlc('update', 'BTC/USD', [[0, 101, 7]]))
    say(ohlc('snapshot', 'BTC/USD', [[0, 100, 5]]))
    await beat(12)
    expect(shown()).toEqual(['0: 102 +500'])
  })

  it('what the stream leaves open is asked for', async () => {
    const { environment, start, shown, open, beat, troubles } = makeStream()
    start(0)
    open()
    await beat(3590)
    await environment.run(15_000)
    expect(shown()).toEqual(['0: 100 +3000'])
    expect(troubles).toEqual([])
  })

  it('silence: the line is dropped, another opened, the row repaired by REST', async () => {
    const { environment, start, shown, open, beat, troubles, lines } = makeStream()
    start(0)
    open()
    await beat(3000)
    await environment.run(30_000)
    expect([troubles, lines.length, lines[0]!.closed]).toEqual([['STREAM_DOWN nothing was heard for 30 s'], 1, true])
    await environment.run(1000)
    expect(lines.length).toBe(2)
    lines[0]!.listener.message(ohlc('update', 'BTC/USD', [[0, 666]]))
    open([[0, 100]])
    expect(troubles[1]).toBe('STREAM_BACK candles are streamed again')
    await beat(600)
    expect(shown()[0]).toMatch(/^0: 100 \+/)
  })

  it('opened in the middle of a candle it knows that candle whole, and none before it', async () => {
    const { environment, start, shown, open, beat, venue } = makeStream()
    await environment.run(1.5 * HOUR_MS)
    start(0)
    open([
      [0, 666],
      [1, 101.5],
    ])
    await environment.run(100)
    expect(shown()).toEqual(['0: 100 +1800000'])
    await beat(1802)
    expect(shown()[1]).toMatch(/^1: 101.5 \+/)
    expect(venue.asked.length).toBeGreaterThan(0)
  })

  it('connects again with growing pauses', async () => {
    const { environment, start, lines } = makeStream()
    start(0)
    const at: number[] = []
    for (let i = 0; i < 5; i++) {
      at.push(environment.monotonicMs())
      lines.at(-1)!.listener.closed('refused')
      const before = lines.length
      while (lines.length === before) await environment.run(500)
    }
    const pauses = at.slice(1).map((ms, i) => ms - at[i]!)
    expect(pauses).toEqual([1000, 2000, 4000, 8000])
  })

  it('a line that breaks again and again is opened less and less often, until one has held for a minute', async () => {
    const { environment, start, open, beat, lines } = makeStream()
    start(0)
    open()
    await beat(61)
    const pauses: number[] = []
    for (const heldS of [0, 2, 2, 59, 61, 2]) {
      await beat(heldS)
      const brokenMs = environment.monotonicMs()
      lines.at(-1)!.listener.closed('1006')
      const before = lines.length
      while (lines.length === before) await environment.run(500)
      pauses.push(environment.monotonicMs() - brokenMs)
      open()
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 1000, 2000])
  })

  it.each(['{', '{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD"}]}'])(
    'garbage ends the line: %s',
    async (text) => {
      const { start, open, say, troubles, lines } = makeStream()
      start(0)
      open()
      say(text)
      expect(troubles.map((one) => one.split(' ')[0])).toEqual(['STREAM_GARBLED', 'STREAM_DOWN'])
      expect(lines[0]!.closed).toBe(true)
    },
  )

  it('a refused subscription is told', () => {
    const { start, say, troubles, lines } = makeStream()
    start(0)
    lines[0]!.listener.opened()
    say('{"method":"subscribe","success":false,"error":"Currency pair not supported BTC/USD"}')
    expect(troubles).toEqual(['STREAM_REFUSED Currency pair not supported BTC/USD'])
  })

  it('a silent loss on a living line shows when rows are compared with REST', async () => {
    const { start, open, beat, say, events, shown } = makeStream()
    start(0)
    open()
    await beat(3590)
    say(ohlc('update', 'BTC/USD', [[0, 99.5]]))
    await beat(30)
    expect(shown()[0]).toMatch(/^0: 99.5/)
    const revised = events.filter(({ kind }) => kind === 'revised')
    expect(revised).toEqual([{ kind: 'revised', symbol: 'BTC/USD', used: candle(0, 99.5), now: candle(0) }])
  })

  it('stops without a trace', async () => {
    const { environment, start, open, feed, lines } = makeStream()
    start(0)
    open()
    await feed.stop()
    lines[0]!.listener.closed('later')
    expect([environment.timers, lines.length, lines[0]!.closed]).toEqual([0, 1, true])
  })
})

describe('old candles', () => {
  it('leave only exits, from 1.5 intervals after the last close on', async () => {
    const environment = new VirtualEnvironment(START_MS)
    const conditions = new Conditions(() => {})
    const ages = new Ages(environment, conditions)
    const nowMs = () => environment.nowMs()
    const guard = new FeedGuard({ ages, conditions, nowMs, symbols: ['BTC/USD'], timeframeMs: HOUR_MS })
    guard.start()
    guard.confirmed('BTC/USD', START_MS)
    await environment.run(1.5 * HOUR_MS)
    ages.check()
    expect(conditions.state).toBe('ACTIVE')
    await environment.run(1)
    ages.check()
    expect(conditions.state).toBe('REDUCING')
    guard.confirmed('BTC/USD', START_MS + HOUR_MS)
    expect(conditions.state).toBe('ACTIVE')
    guard.trouble('FEED_DOWN', 'x')
    expect(conditions.state).toBe('ACTIVE')
    guard.trouble('FEED_GAP', 'a hole')
    expect(conditions.all[0]).toMatchObject({ level: 'REDUCING', why: 'a hole', latched: true })
  })
})

describe('a real websocket', () => {
  it('opens, sends, hears, and tells when it is closed', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        socket.send(`heard ${data}`)
        socket.close()
      })
    })
    const { port } = server.address() as { port: number }
    const heard: string[] = []
    await new Promise<void>((resolve) => {
      const line = openWebsocket(`ws://127.0.0.1:${port}`, {
        opened: () => line.send('hello'),
        message: (text) => heard.push(text),
        closed: (why) => {
          heard.push(why)
          resolve()
        },
      })
    })
    expect(heard).toEqual(['heard hello', 'the line was closed (1005)'])
  })

  it('a line that nobody answers is closed once', async () => {
    const why = await new Promise<string>((resolve) => {
      openWebsocket('ws://127.0.0.1:1', { opened: () => {}, message: () => {}, closed: resolve })
    })
    expect(why).toContain('ECONNREFUSED')
  })
})
