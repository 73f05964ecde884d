/**
 * Binance Vision klines, spot and futures: 12 columns, with or without a header; times in ms, spot from 2025 on in µs
 * (told apart row by row). Mark and index price klines have the same columns. github.com/binance/binance-public-data
 */

import type { PriceKind } from '../../series.ts'
import { refusal } from '../refuse.ts'
import { allNumeric, type Format, firstPlace, type Layout, type Sample } from './format.ts'
import { type Hints, hints, pairOf, timeframeOf } from './names.ts'

const WIDTH = 12

/** `BTCUSDT-1h-2023-07.csv` in folders such as `futures/um/monthly/markPriceKlines/BTCUSDT/1h`. */
function binanceHints(sample: Sample): Hints {
  const match = /^([A-Za-z0-9]+)(?:_(PERP|\d{6}))?-(\d+[smhdw])-\d{4}-\d{2}/.exec(sample.name)
  const { market, price } = marketOf(sample.folders)
  const spot = match === null ? undefined : pairOf(match[1]!, 'binance')
  const futures = market === 'um' || market === 'cm'
  const symbol = spot === undefined ? undefined : futures ? `${spot}:${settleOf(spot, market)}` : spot
  // A future that ends has a date in its name; it is no perpetual, so its symbol must be stated.
  const dated = match?.[2] !== undefined && match[2] !== 'PERP'
  return hints({
    venue: market === 'um' ? 'binanceusdm' : market === 'cm' ? 'binancecoinm' : 'binance',
    symbol: dated ? undefined : symbol,
    timeframeMs: match === null ? undefined : timeframeOf(match[3]!),
    price,
  })
}

function settleOf(pair: string, market: 'um' | 'cm'): string {
  const [base, quote] = pair.split('/') as [string, string]
  return market === 'um' ? quote : base
}

function marketOf(folders: readonly string[]): { market: 'spot' | 'um' | 'cm'; price: PriceKind | undefined } {
  const at = folders.lastIndexOf('futures')
  const product = at === -1 ? undefined : folders[at + 1]
  const price = folders.includes('markPriceKlines')
    ? 'mark'
    : folders.includes('indexPriceKlines')
      ? 'index'
      : undefined
  return { market: product === 'um' || product === 'cm' ? product : 'spot', price }
}

export const binance: Format = {
  name: 'binance',
  title: 'Binance Vision klines, spot or futures',
  shape: ['lines'],
  detect(sample, forced): Layout | null {
    const [first] = sample.rows
    const header =
      first?.length === WIDTH && /^open[_ ]?time$/i.test(first[0] ?? '') && /^ignore$/i.test(first[11] ?? '')
    const fits = header || (first?.length === WIDTH && allNumeric(first))
    if (!fits && !forced) return null
    if (first?.length !== WIDTH) {
      const message = `has ${first?.length ?? 0} columns, a binance file has ${WIDTH}`
      throw refusal(
        'WRONG_COLUMNS',
        firstPlace(sample),
        message,
        'name the right format or import a CSV with column names',
      )
    }
    if (sample.folders.includes('premiumIndexKlines')) {
      const message = 'is of the premium index, which is no price'
      throw refusal('NOT_A_PRICE', { file: sample.file }, message, 'import klines, markPriceKlines or indexPriceKlines')
    }
    return {
      format: 'binance',
      kind: 'candles',
      skip: header || !allNumeric(first) ? 1 : 0,
      width: WIDTH,
      cells: [0, 1, 2, 3, 4, 5],
      names: ['time', 'open', 'high', 'low', 'close', 'volume'],
      hints: binanceHints(sample),
      notes: ['times in ms or µs by row, UTC'],
    }
  },
}
