/** Helpers of the core tests. */

import type { CandleSeries } from '../../engine/core/candles.ts'
import { allocateCandles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import type { Instrument } from '../../engine/core/instrument.ts'

/** The code of the TandemError that `body` throws; null when it throws nothing. Other errors pass. */
export function codeOf(body: () => unknown): string | null {
  try {
    body()
    return null
  } catch (error) {
    if (error instanceof TandemError) return error.code
    throw error
  }
}

/** An instrument with the given scales; by default cents, 8 decimals of base and cents. */
export function instrumentOf(fields: Partial<Instrument> = {}): Instrument {
  return {
    id: 0,
    account: 'main',
    venue: 'test',
    symbol: 'AAA/USD',
    base: 'AAA',
    quote: 'USD',
    kind: 'margin',
    pxDec: 2,
    qtyDec: 8,
    quoteDec: 2,
    ...fields,
  }
}

/** A series whose bar at `time` has prices told from `price(time)`, all columns different. */
export function seriesOf(
  symbol: string,
  times: readonly number[],
  price: (time: number) => number,
  timeframeMs = 60_000,
): CandleSeries {
  const candles = allocateCandles(times.length)
  times.forEach((time, bar) => {
    candles.time[bar] = time
    candles.open[bar] = price(time)
    candles.high[bar] = price(time) + 2
    candles.low[bar] = price(time) - 1
    candles.close[bar] = price(time) + 1
    candles.volume[bar] = bar + 1
  })
  return { venue: 'test', symbol, timeframeMs, candles, dataHash: symbol }
}
