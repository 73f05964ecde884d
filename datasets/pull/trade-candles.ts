/** Candles made of a venue's trades, page by page, for venues that keep few candles: Kraken keeps all trades. */

import { TandemError } from '../../engine/core/errors.ts'
import { CandleBlocks } from '../import/sinks/blocks.ts'
import { CandleSink } from '../import/sinks/candle-sink.ts'
import { TradeSink } from '../import/sinks/trade-sink.ts'
import type { Page, PageRange } from './pager.ts'
import type { CandleRow, Exchange, TradeRow } from './port.ts'
import type { Retrying } from './retry.ts'

/** Trades of a page are handed out as whole bars: the last bar at hand waits for its other trades. */
export async function* tradeCandles(exchange: Exchange, range: PageRange, again: Retrying): AsyncGenerator<Page> {
  const { symbol, timeframeMs, toMs } = range
  let waiting: TradeRow[] = []
  let sinceMs = range.fromMs
  let lastIds = new Set<string>()
  let isSecondLook = false
  for (;;) {
    const sent = await again(() => exchange.trades(symbol, sinceMs))
    const fresh = sent.filter((one) => one.timeMs >= sinceMs && !lastIds.has(identity(one)))
    for (const trade of fresh) check(exchange.name, symbol, trade)
    fresh.sort((a, b) => a.timeMs - b.timeMs)
    const last = fresh.at(-1)
    if (last === undefined && !isSecondLook) {
      isSecondLook = true
      continue
    }
    isSecondLook = false
    waiting.push(...fresh)
    const over = last === undefined || last.timeMs >= toMs
    const doneMs = over ? toMs : Math.floor(last.timeMs / timeframeMs) * timeframeMs
    const rows = candlesOf(
      exchange.name,
      waiting.filter((one) => one.timeMs < doneMs),
      range,
    )
    waiting = waiting.filter((one) => one.timeMs >= doneMs)
    yield { rows, doneMs }
    if (over) return
    // Several trades share a time: it is asked for again, and those that are known passed over.
    const same = sent.filter((one) => one.timeMs === last.timeMs).map(identity)
    lastIds = new Set(last.timeMs === sinceMs ? [...lastIds, ...same] : same)
    sinceMs = last.timeMs
  }
}

function identity({ id, timeMs, price, amount }: TradeRow): string {
  return id ?? `${timeMs} ${price} ${amount}`
}

function check(name: string, symbol: string, trade: TradeRow): void {
  if ([trade.timeMs, trade.price, trade.amount].every(Number.isFinite)) return
  throw new TandemError(`sent a trade that can't be one: ${JSON.stringify(trade).slice(0, 100)}`, {
    code: 'BAD_VENUE_DATA',
    where: `${name} ${symbol}`,
    hint: 'try again later; report it if it stays',
  })
}

function candlesOf(name: string, trades: readonly TradeRow[], range: PageRange): CandleRow[] {
  if (trades.length === 0) return []
  const candles = new CandleSink(
    range.timeframeMs,
    { file: name, names: ['time', 'open', 'high', 'low', 'close', 'volume'] },
    new CandleBlocks(),
  )
  const sink = new TradeSink(range.timeframeMs, { file: name, names: ['time', 'price', 'amount'] }, candles)
  for (const [index, { timeMs, price, amount }] of trades.entries()) {
    sink.add(index + 1, Float64Array.of(timeMs, price, amount))
  }
  sink.flush()
  const { time, open, high, low, close, volume } = candles.finish().whole()
  return [...time].map((at, row) => [at, open[row]!, high[row]!, low[row]!, close[row]!, volume[row]!])
}
