/** The candles that a loopback exchange plays: of the store, of a file, or made up. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DateRange, parseDateRange } from '../../../datasets/dates.ts'
import { importPath } from '../../../datasets/import/import-path.ts'
import { loadPrepared } from '../../../datasets/prepare.ts'
import { syntheticCandles } from '../../../datasets/synthetic/synthetic.ts'
import type { CandleSeries } from '../../core/candles.ts'
import { TandemError } from '../../core/errors.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { allInOrder } from '../all-in-order.ts'
import type { ExchangeOptions } from './options.ts'

/** `bornMs`: what `now` was when it first opened. Throws what the store or the import says; `BAD_OPTION` for a file and several symbols. */
export async function exchangeCandles(options: ExchangeOptions, bornMs: number): Promise<readonly CandleSeries[]> {
  const range = parseDateRange(options.from, options.to)
  if (options.csv !== undefined) return [await ofFile(options, options.csv, range)]
  if (options.synthetic !== undefined)
    return options.symbols.map((symbol) => madeUp(options, symbol, options.synthetic!, bornMs))
  const timeframeMs = parseTimeframe(options.timeframe)
  const { store, venue, symbols } = options
  return allInOrder(symbols.map((symbol) => loadPrepared(store, { venue, symbol, timeframeMs, ...range }, 'leave')))
}

/** What a made-up market begins at. */
const START_PRICES: Readonly<Record<string, number>> = {
  BTC: 40_000,
  ETH: 2500,
  SOL: 100,
  XRP: 0.6,
  ADA: 0.5,
  DOGE: 0.1,
}

/** History of a made-up market that is to be going on now. */
const PAST_BARS = 1000

function madeUp(options: ExchangeOptions, symbol: string, seed: number, bornMs: number): CandleSeries {
  const { timeframe, bars = 10_000, start } = options
  const startPrice = START_PRICES[symbol.split('/')[0]!] ?? 100
  const key = { venue: 'synthetic', symbol, timeframeMs: parseTimeframe(timeframe) }
  const past = Math.min(PAST_BARS, Math.floor(bars / 2))
  const now = start === 'now' ? { startMs: (Math.floor(bornMs / key.timeframeMs) - past) * key.timeframeMs } : {}
  return syntheticCandles({ ...key, ...now, model: 'correlated', seed, bars, startPrice, tick: startPrice / 400_000 })
}

/** Through a store that lasts for a moment, so that every format and check of the import serves. */
async function ofFile(options: ExchangeOptions, path: string, range: DateRange): Promise<CandleSeries> {
  const { symbols, venue, timeframe } = options
  if (symbols.length !== 1) {
    throw new TandemError('a file has the candles of one symbol', { code: 'BAD_OPTION', where: '--csv' })
  }
  const store = await mkdtemp(join(tmpdir(), 'tandem-exchange-'))
  try {
    const timeframeMs = parseTimeframe(timeframe)
    const symbol = symbols[0]!
    await importPath(path, { store, venue, symbol, timeframeMs })
    return await loadPrepared(store, { venue, symbol, timeframeMs, ...range }, 'leave')
  } finally {
    await rm(store, { recursive: true, force: true })
  }
}
