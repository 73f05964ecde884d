/** Puts an exchange together and on the air. */

import { TandemError } from '../core/errors.ts'
import { Control } from './control.ts'
import { Exchange, type ExchangeSetup, type SavedExchange } from './exchange.ts'
import { Carrier } from './faults/carrier.ts'
import { disturb, faultyHooks } from './faults/desk-faults.ts'
import { MarketFaults } from './faults/market-faults.ts'
import { bendReply } from './faults/replies.ts'
import { SocketFaults } from './faults/socket-faults.ts'
import { FuturesProtocol } from './futures/futures.ts'
import { TokenBuckets } from './futures/limits.ts'
import { FuturesMarkets } from './futures/markets.ts'
import type { FuturesWorld } from './futures/world.ts'
import { type Pacer, rush, tick } from './pace.ts'
import { type Protocol, type RunningServer, startServer } from './server.ts'
import { Sockets, Tokens } from './sockets.ts'
import { RateLimits, type Tier } from './spot/limits.ts'
import { type MarketStatus, SpotMarkets } from './spot/markets.ts'
import { SpotProtocol } from './spot/spot.ts'
import type { SpotWorld } from './spot/world.ts'

export interface StartOptions {
  /** 0 for any that is free. */
  readonly port: number
  readonly tier: Tier
  /** By which clock the rate counters fall; off for none. */
  readonly rateLimits: 'wall' | 'exchange' | 'off'
  /** Who moves the clock: nobody but the control endpoint, its own speed, or the clients' silence. */
  readonly pace?: 'none' | 'tick' | 'rush'
  /** Called once, when the candles are over. */
  readonly onEnd?: () => void
  /** How late a late request or answer is at the most, ms by the wall clock. */
  readonly lateMs?: number
  /** What an earlier exchange of this setup was when it ended. */
  readonly saved?: SavedExchange | null
}

export interface RunningExchange {
  readonly url: string
  readonly exchange: Exchange
  close(): Promise<void>
}

const LATE_MS = 2000
const STATUSES: readonly MarketStatus[] = [
  ...(['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only', 'maintenance'] as const),
]

/** Throws `PORT_IN_USE`, `OTHER_CURRENCY`, `OTHER_EXCHANGE`. */
export async function startExchange(setup: ExchangeSetup, options: StartOptions): Promise<RunningExchange> {
  const exchange = new Exchange(setup)
  if (options.saved) exchange.restore(options.saved)
  const tokens = new Tokens()
  const spot = exchange.spot === null ? null : new SpotProtocol(exchange, spotWorld(exchange, options, tokens))
  const futures = exchange.futures === null ? null : new FuturesProtocol(exchange, futuresWorld(exchange, options))
  const protocols: Protocol[] = [spot, futures].flatMap((one) =>
    one === null ? [] : [(request) => one.handle(request)],
  )
  const close = (symbol: string | null, status: string): void =>
    setStatus(spot?.world ?? null, futures?.world ?? null, symbol, status)
  // Also where nothing is to go wrong yet: rates may be set later.
  const disturbAll = disturber(exchange, close)
  const carrier = new Carrier({
    faults: exchange.faults,
    lateMs: options.lateMs ?? LATE_MS,
    before: disturbAll,
    bend: (request, response) => bendReply(exchange.faults, request, response),
  })
  const pacer = startPace(exchange, options)
  const running: RunningServer = await startServer(options.port, {
    protocols,
    control: new Control({ exchange, faults: exchange.faults, setStatus: close }),
    carry: (answering) => {
      pacer?.busy()
      carrier.carry(answering)
    },
  })
  const sockets = spot === null ? null : new Sockets(exchange, spot.world, tokens, new SocketFaults(exchange.faults))
  sockets?.attach(running.server)
  const stop = async (): Promise<void> => {
    pacer?.stop()
    sockets?.close()
    await running.close()
  }
  return { url: running.url, exchange, close: stop }
}

/** Sets the faults of desks and markets going; what it gives is called before each private request. */
function disturber(exchange: Exchange, setStatus: (symbol: string, status: string) => void): () => void {
  const { faults } = exchange
  const markets = exchange.floors.map(({ floor }) => {
    const close = (symbol: string, isClosed: boolean): void => setStatus(symbol, isClosed ? 'cancel_only' : 'online')
    return new MarketFaults(faults, floor, { close })
  })
  for (const { floor } of exchange.floors) {
    for (const desk of floor.desks.values()) desk.hooks = faultyHooks(faults, desk)
  }
  return () => {
    const nowMs = exchange.nowMs()
    for (const one of markets) one.step(nowMs)
    for (const { floor } of exchange.floors) {
      for (const desk of floor.desks.values()) disturb(faults, floor, desk, nowMs)
    }
  }
}

function startPace(exchange: Exchange, { pace = 'none', onEnd = () => {} }: StartOptions): Pacer | null {
  if (pace === 'none') return null
  return pace === 'tick' ? tick(exchange, onEnd) : rush(exchange, onEnd)
}

function spotWorld(exchange: Exchange, options: StartOptions, tokens: Tokens): SpotWorld {
  return {
    markets: new SpotMarkets(exchange.spot!),
    limits: new RateLimits(options.tier, options.rateLimits !== 'off', rateClock(exchange, options)),
    ids: exchange.ids,
    status: 'online',
    setDeadMan: (account, atMs) => exchange.setDeadMan('spot', account, atMs),
    socketToken: (key) => tokens.issue(key),
  }
}

function futuresWorld(exchange: Exchange, options: StartOptions): FuturesWorld {
  return {
    markets: new FuturesMarkets(exchange.futures!),
    limits: new TokenBuckets(options.rateLimits !== 'off', rateClock(exchange, options)),
    setDeadMan: (account, atMs) => exchange.setDeadMan('futures', account, atMs),
  }
}

/** The clock by which rate counters fall. */
function rateClock(exchange: Exchange, { rateLimits }: StartOptions): () => number {
  return rateLimits === 'exchange' ? () => exchange.setup.clock.nowMs() : () => performance.now()
}

function setStatus(spot: SpotWorld | null, futures: FuturesWorld | null, symbol: string | null, text: string): void {
  const status = STATUSES.find((one) => one === text)
  if (status === undefined) {
    throw new TandemError(`'${text}' is no status of a market`, { code: 'BAD_STATUS', hint: STATUSES.join(', ') })
  }
  if (spot !== null) {
    if (symbol === null) spot.status = status
    else spot.markets.status.set(symbol, status)
  }
  for (const one of futures?.markets.all ?? []) {
    if (symbol !== null && symbol !== one.symbol) continue
    if (status === 'online') futures!.markets.suspended.delete(one.symbol)
    else futures!.markets.suspended.add(one.symbol)
  }
}
