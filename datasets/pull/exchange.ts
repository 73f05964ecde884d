/** Exchanges through ccxt, whose loading takes a while: only a pull does it. Public data; no key is ever asked for. */

import type { Exchange as Library } from 'ccxt'
import { TandemError } from '../../engine/core/errors.ts'
import type { CandleRow, Exchange, TradeRow } from './port.ts'

export interface ExchangeOptions {
  /** Another address than the venue's own, such as a proxy's: its scheme, host and port are used. */
  readonly apiUrl?: string
  /** ms until a call that isn't answered is given up. */
  readonly timeoutMs?: number
  /** Keep to the venue's rate limit as the library knows it. False only where the address is one's own. */
  readonly paced?: boolean
}

type Ccxt = Pick<typeof import('ccxt'), 'BaseError' | 'OperationFailed'>

/** Opens an exchange by its name in ccxt. Throws `NO_SUCH_EXCHANGE`. */
export async function openExchange(name: string, options: ExchangeOptions = {}): Promise<Exchange> {
  const ccxt = await import('ccxt')
  const exchanges = Object.keys(ccxt.exchanges)
  if (!exchanges.includes(name)) throw noSuchExchange(name, exchanges)
  const Class = (ccxt as unknown as Record<string, new (settings: object) => Library>)[name]!
  const library = new Class({ enableRateLimit: options.paced !== false, timeout: options.timeoutMs ?? 20_000 })
  if (options.apiUrl !== undefined) {
    const urls = library.urls as Record<string, unknown>
    urls['api'] = withOrigin(urls['api'], new URL(options.apiUrl).origin)
  }
  return new CcxtExchange(ccxt, library, name)
}

/** Throws `BAD_OPTION` unless it is an address. */
export function checkApiUrl(text: string): string {
  if (/^https?:\/\/[^/\s]+/.test(text) && URL.canParse(text)) return text
  throw new TandemError(`'${text}' is not an address`, {
    code: 'BAD_OPTION',
    where: '--api-url',
    hint: 'write http://HOST:PORT or https://HOST',
  })
}

function noSuchExchange(name: string, known: readonly string[]): TandemError {
  const near = known.filter((one) => one.startsWith(name.slice(0, 3))).slice(0, 6)
  return new TandemError(`there is no exchange '${name}'`, {
    code: 'NO_SUCH_EXCHANGE',
    where: '--venue',
    hint:
      near.length > 0 ? `known: ${near.join(', ')}, …` : 'kraken, coinbase, binance and some hundred others are known',
  })
}

/** Every address in a tree of them with another origin; the path stays. */
function withOrigin(value: unknown, origin: string): unknown {
  if (typeof value === 'string') {
    const path = /^[a-z]+:\/\/[^/]+(.*)$/.exec(value)?.[1] ?? ''
    return `${origin}${path}`
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOrigin(inner, origin)]))
}

class CcxtExchange implements Exchange {
  readonly name: string
  readonly #ccxt: Ccxt
  readonly #library: Library

  constructor(ccxt: Ccxt, library: Library, name: string) {
    this.#ccxt = ccxt
    this.#library = library
    this.name = name
  }

  async prepare(symbol: string, timeframe: string | null): Promise<void> {
    // A spot symbol needs no list of derivatives, which come from other hosts.
    const listing = (this.#library.options as Record<string, unknown>)['fetchMarkets'] as
      | { types?: string[] }
      | undefined
    if (!symbol.includes(':') && listing?.types?.includes('spot') === true) listing.types = ['spot']
    const markets = await this.#call(() => this.#library.loadMarkets())
    if (markets[symbol] === undefined) throw this.#noSuchSymbol(symbol, Object.keys(markets))
    const timeframes = Object.keys(this.#library.timeframes ?? {})
    if (timeframe !== null && !timeframes.includes(timeframe)) {
      throw new TandemError(`has no ${timeframe} candles`, {
        code: 'NO_SUCH_TIMEFRAME',
        where: this.name,
        hint: `it has ${timeframes.join(', ')}; others are made with tandem data resample`,
      })
    }
  }

  async candles(symbol: string, timeframe: string, sinceMs: number, limit: number): Promise<readonly CandleRow[]> {
    const rows = await this.#call(() => this.#library.fetchOHLCV(symbol, timeframe, sinceMs, limit))
    this.#checkAnswer(rows)
    return rows as unknown as readonly CandleRow[]
  }

  async trades(symbol: string, sinceMs: number): Promise<readonly TradeRow[]> {
    const rows = await this.#call(() => this.#library.fetchTrades(symbol, sinceMs, 1000))
    this.#checkAnswer(rows)
    return rows.map(({ id, timestamp, price, amount }) => ({
      id: id ?? null,
      timeMs: timestamp ?? Number.NaN,
      price: price ?? Number.NaN,
      amount: amount ?? Number.NaN,
    }))
  }

  async close(): Promise<void> {
    await this.#library.close()
  }

  /** An answer that was cut short is no JSON, and the library then gives no rows instead of an error. */
  #checkAnswer(rows: readonly unknown[]): void {
    if (rows.length > 0) return
    try {
      JSON.parse(String(this.#library.last_http_response))
    } catch (cause) {
      throw new TandemError('answered with something that is no JSON', {
        code: 'VENUE_BUSY',
        where: this.name,
        retryable: true,
        hint: 'what was pulled is kept: give the same command again to go on',
        cause,
      })
    }
  }

  #noSuchSymbol(symbol: string, known: readonly string[]): TandemError {
    const [base] = symbol.split('/')
    const near = known.filter((one) => one.startsWith(`${base}/`)).slice(0, 8)
    return new TandemError(`has no symbol ${symbol}`, {
      code: 'NO_SUCH_SYMBOL',
      where: this.name,
      hint:
        near.length > 0 ? `it has ${near.join(', ')}` : 'write it as BASE/QUOTE, BASE/QUOTE:SETTLE for a derivative',
    })
  }

  /** The library's errors as ours: those that pass are retryable, and no call here changes anything. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const passes = error instanceof this.#ccxt.OperationFailed
      if (!passes && !(error instanceof this.#ccxt.BaseError)) throw error
      const text = error.message.replace(/\s+/g, ' ')
      const message = (text.startsWith(`${this.name} `) ? text.slice(this.name.length + 1) : text).slice(0, 160)
      throw new TandemError(message, {
        code: passes ? 'VENUE_BUSY' : 'VENUE_REFUSED',
        where: this.name,
        retryable: passes,
        hint: passes
          ? 'what was pulled is kept: give the same command again to go on'
          : 'check symbol and timeframe, and that the venue serves your country',
        cause: error,
      })
    }
  }
}
