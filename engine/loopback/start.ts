/** Puts an exchange together and on the air. */

import { randomBytes } from 'node:crypto'
import { TandemError } from '../core/errors.ts'
import { Control } from './control.ts'
import { Exchange, type ExchangeSetup } from './exchange.ts'
import { FuturesProtocol } from './futures/futures.ts'
import { TokenBuckets } from './futures/limits.ts'
import { FuturesMarkets } from './futures/markets.ts'
import type { FuturesWorld } from './futures/world.ts'
import type { ApiKey } from './keys.ts'
import { type Pacer, rush, tick } from './pace.ts'
import { type Protocol, type RunningServer, send, startServer } from './server.ts'
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
}

export interface RunningExchange {
  readonly url: string
  readonly exchange: Exchange
  close(): Promise<void>
}

const STATUSES: readonly MarketStatus[] = [
  ...(['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only', 'maintenance'] as const),
]

/** Throws `PORT_IN_USE`, `OTHER_CURRENCY`. */
export async function startExchange(setup: ExchangeSetup, options: StartOptions): Promise<RunningExchange> {
  const exchange = new Exchange(setup)
  const spot = exchange.spot === null ? null : new SpotProtocol(exchange, spotWorld(exchange, options))
  const futures = exchange.futures === null ? null : new FuturesProtocol(exchange, futuresWorld(exchange, options))
  const protocols: Protocol[] = [spot, futures].flatMap((one) =>
    one === null ? [] : [(request) => one.handle(request)],
  )
  const control = new Control({
    exchange,
    faults: { counts: () => ({}), setRates: () => {} },
    setStatus: (symbol, status) => setStatus(spot?.world ?? null, futures?.world ?? null, symbol, status),
  })
  const pacer = startPace(exchange, options)
  const running: RunningServer = await startServer(options.port, {
    protocols,
    control,
    carry: ({ perform, response }) => {
      pacer?.busy()
      send(response, perform())
    },
  })
  const close = async (): Promise<void> => {
    pacer?.stop()
    await running.close()
  }
  return { url: running.url, exchange, close }
}

function startPace(exchange: Exchange, { pace = 'none', onEnd = () => {} }: StartOptions): Pacer | null {
  if (pace === 'none') return null
  return pace === 'tick' ? tick(exchange, onEnd) : rush(exchange, onEnd)
}

function spotWorld(exchange: Exchange, options: StartOptions): SpotWorld {
  return {
    markets: new SpotMarkets(exchange.spot!),
    limits: new RateLimits(options.tier, options.rateLimits !== 'off', rateClock(exchange, options)),
    ids: exchange.ids,
    status: 'online',
    setDeadMan: (account, atMs) => exchange.setDeadMan('spot', account, atMs),
    socketToken: (_key: ApiKey) => randomBytes(32).toString('base64'),
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
