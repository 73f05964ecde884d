/**
 * Kraken's downloads: OHLCVT (`XBTUSD_60.csv`, no header, 7 columns: seconds, open, high, low, close, volume in base,
 * number of trades; bars without trades are absent) and time-and-sales (3 columns: seconds, price, volume).
 * support.kraken.com/articles/360047124832
 */

import { refusal } from '../refuse.ts'
import { allNumeric, type Format, firstPlace, isNumeric, type Layout, type Sample } from './format.ts'
import { type Hints, hints, pairOf, timeframeOf } from './names.ts'

function krakenHints(name: string): Hints {
  const match = /^([A-Za-z0-9]+?)(?:_(\d+|trades))?\.(?:csv|txt)$/.exec(name)
  if (match === null) return { venue: 'kraken' }
  return hints({ venue: 'kraken', symbol: pairOf(match[1]!), timeframeMs: timeframeOf(match[2] ?? '') })
}

/** Does the first cell look like seconds since 1970, which Kraken's files have? */
function inSeconds(text: string | undefined): boolean {
  return isNumeric(text) && Number(text) >= 1e8 && Number(text) < 1e11
}

function headerless(
  sample: Sample,
  forced: boolean,
  what: Pick<Layout, 'format' | 'kind' | 'cells' | 'names'>,
  width: number,
): Layout | null {
  const row = sample.rows[0]
  const fits = row?.length === width && allNumeric(row) && inSeconds(row[0])
  if (!fits && !forced) return null
  if (row?.length !== width) {
    const message = `has ${row?.length ?? 0} columns, a ${what.format} file has ${width}`
    throw refusal(
      'WRONG_COLUMNS',
      firstPlace(sample),
      message,
      'name the right format or import a CSV with column names',
    )
  }
  return { ...what, skip: 0, width, hints: krakenHints(sample.name), notes: ['times in seconds, UTC'] }
}

export const krakenOhlcvt: Format = {
  name: 'kraken',
  title: 'Kraken OHLCVT download',
  shape: ['lines'],
  detect: (sample, forced) =>
    headerless(
      sample,
      forced,
      {
        format: 'kraken',
        kind: 'candles',
        cells: [0, 1, 2, 3, 4, 5],
        names: ['time', 'open', 'high', 'low', 'close', 'volume'],
      },
      7,
    ),
}

export const krakenTrades: Format = {
  name: 'kraken-trades',
  title: 'Kraken time-and-sales download',
  shape: ['lines'],
  detect: (sample, forced) =>
    headerless(
      sample,
      forced,
      { format: 'kraken-trades', kind: 'trades', cells: [0, 1, 2], names: ['time', 'price', 'volume'] },
      3,
    ),
}

/** `{"error":[],"result":{"XBTUSDT":[[s,"o","h","l","c","vwap","volume",count],…],"last":s}}`, as GET /0/public/OHLC has it. */
export const krakenRest: Format = {
  name: 'kraken-rest',
  title: 'Kraken REST answer to OHLC',
  shape: ['json'],
  detect(sample, forced) {
    const row = sample.rows[0]
    const fits = sample.inObject && row?.length === 8 && allNumeric(row) && inSeconds(row[0])
    if (!fits && !forced) return null
    if (row?.length !== 8) {
      const message = 'is no answer of Kraken to OHLC: its rows have 8 values'
      throw refusal('WRONG_COLUMNS', firstPlace(sample), message, 'name the right format')
    }
    return {
      format: 'kraken-rest',
      kind: 'candles',
      skip: 0,
      width: 8,
      cells: [0, 1, 2, 3, 4, 6],
      names: ['time', 'open', 'high', 'low', 'close', 'volume'],
      unfinishedLast: true,
      hints: hints({ venue: 'kraken', symbol: pairOf(sample.name.split(/[_.]/)[0]!) }),
      notes: ['times in seconds, UTC; the last bar is unfinished'],
    }
  },
}
