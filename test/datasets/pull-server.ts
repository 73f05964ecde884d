/** A local exchange that speaks Binance's candle endpoint, with candles from a formula and faults from a seed. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CandleRow } from '../../datasets/pull/port.ts'

export const MINUTE_MS = 60_000

/** Candle `index` after `startMs`; every 97th minute and one whole hour are missing, as on a real venue. */
export function candleAt(startMs: number, index: number): CandleRow | null {
  if (index % 97 === 13 || (index >= 5000 && index < 5060)) return null
  const open = 20_000 + ((index * 7919) % 1000) / 100
  const close = 20_000 + (((index + 1) * 7919) % 1000) / 100
  const high = Math.max(open, close) + 0.01 * (index % 5)
  const low = Math.min(open, close) - 0.01 * (index % 7)
  return [startMs + index * MINUTE_MS, open, high, low, close, (index % 1000) / 8]
}

export interface ServerOptions {
  readonly startMs: number
  /** Minutes it has; the last of them isn't over. */
  readonly minutes: number
  /** Share of calls that fail: 429, 500, no answer, an answer cut short. */
  readonly faults?: number
  /** Rows it gives at most, whatever is asked for. */
  readonly most?: number
  /** Hears of every candle call before it is answered. */
  readonly onCall?: (count: number) => void
}

export interface PullServer {
  readonly url: string
  readonly calls: { candles: number; faults: number }
  close(): Promise<void>
}

export async function startPullServer(options: ServerOptions): Promise<PullServer> {
  const calls = { candles: 0, faults: 0 }
  let seed = 7
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const send = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    }
    if (url.pathname === '/api/v3/exchangeInfo') return send(200, JSON.stringify(EXCHANGE_INFO))
    if (url.pathname !== '/api/v3/klines') return send(404, '{}')
    calls.candles += 1
    options.onCall?.(calls.candles)
    const body = JSON.stringify(klines(options, url.searchParams))
    if (random() >= (options.faults ?? 0)) return send(200, body)
    calls.faults += 1
    const kind = Math.floor(random() * 4)
    if (kind === 0) return send(429, '{"code":-1003,"msg":"Too many requests."}')
    if (kind === 1) return send(500, '<html>Internal Server Error</html>')
    if (kind === 2) return send(200, body.slice(0, body.length >> 1))
    // The fourth kind: never an answer.
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function klines({ startMs, minutes, most = 1000 }: ServerOptions, query: URLSearchParams): unknown[] {
  const since = Number(query.get('startTime') ?? startMs)
  const limit = Math.min(Number(query.get('limit') ?? 500), most)
  const rows: unknown[] = []
  for (
    let index = Math.max(0, Math.ceil((since - startMs) / MINUTE_MS));
    index < minutes && rows.length < limit;
    index++
  ) {
    const row = candleAt(startMs, index)
    if (row === null) continue
    const [time, ...numbers] = row
    rows.push([time, ...numbers.map(String), time + MINUTE_MS - 1, '0', 1, '0', '0', '0'])
  }
  return rows
}

const EXCHANGE_INFO = {
  timezone: 'UTC',
  serverTime: 0,
  rateLimits: [],
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      baseAssetPrecision: 8,
      quoteAsset: 'USDT',
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      permissions: ['SPOT'],
      orderTypes: ['LIMIT', 'MARKET'],
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000', tickSize: '0.01' },
        { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000', stepSize: '0.00001' },
      ],
    },
  ],
}
