/**
 * Kraken's websocket API, version 2, channel `ohlc`: a snapshot, then the state of the forming candle with each trade,
 * and a heartbeat every second. Fields as documented at docs.kraken.com/api/docs/websocket-v2/ohlc.
 */

import { z } from 'zod'
import type { CandleProtocol, StreamMessage } from './stream.ts'

export const KRAKEN_STREAM_URL = 'wss://ws.kraken.com/v2'

const bar = z.object({
  symbol: z.string(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  interval_begin: z.string(),
})

const update = z.object({ channel: z.literal('ohlc'), type: z.enum(['snapshot', 'update']), data: z.array(bar) })
const answer = z.object({ method: z.literal('subscribe'), success: z.boolean(), error: z.string().optional() })

/** The public stream at `url`. Symbols are as Kraken's version 2 writes them: BTC/USD. */
export function krakenStream(url: string = KRAKEN_STREAM_URL): CandleProtocol {
  return {
    url,
    subscribe: (symbols, timeframeMs) => [
      JSON.stringify({
        method: 'subscribe',
        params: { channel: 'ohlc', symbol: symbols, interval: timeframeMs / 60_000, snapshot: true },
      }),
    ],
    read,
  }
}

function read(text: string): readonly StreamMessage[] {
  const message = JSON.parse(text) as { channel?: unknown; method?: unknown }
  if (message.method === 'subscribe') {
    const { success, error } = answer.parse(message)
    return [success ? { kind: 'alive' } : { kind: 'refused', text: error ?? 'the subscription was refused' }]
  }
  if (message.channel !== 'ohlc') return [{ kind: 'alive' }]
  const { type, data } = update.parse(message)
  const symbols = [...new Set(data.map(({ symbol }) => symbol))]
  return symbols.map((symbol) => ({
    kind: 'candles',
    symbol,
    whole: type === 'snapshot',
    candles: data.filter((one) => one.symbol === symbol).map(candleOf),
  }))
}

function candleOf({ interval_begin, open, high, low, close, volume }: z.output<typeof bar>) {
  // Nanoseconds: no version of Date promises to read more than milliseconds.
  const openMs = Date.parse(interval_begin.replace(/\.(\d{3})\d*Z$/, '.$1Z'))
  if (Number.isNaN(openMs)) throw new Error('a candle without a time')
  return { openMs, open, high, low, close, volume }
}
