/** From a run file's `data:` to what the kernel reads: the grid, the columns, exogenous series, instruments. */

import { parseDateRange } from '../../datasets/dates.ts'
import { loadCandles } from '../../datasets/store.ts'
import type { CandleSeries, ExogenousSeries } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import { buildGrid, type Grid } from '../core/grid.ts'
import { chooseUnits, type Instrument } from '../core/instrument.ts'
import { parseTimeframe } from '../core/timeframe.ts'
import { MarketColumns } from '../kernel/columns.ts'
import { allInOrder } from './all-in-order.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { currencyOf, type ResolvedConfig } from './config/index.ts'

/** Market data of a run; shared by every run on the same window. */
export interface Market {
  readonly grid: Grid
  readonly columns: MarketColumns
  /** The same symbols on finer bars, for what happens inside a bar; null for none. */
  readonly fine: Grid | null
  /** SHA-256 over the content hashes of every series, candles and exogenous. */
  readonly dataHash: string
}

/** Loads the run's series from the store. */
export async function loadMarket(config: ResolvedConfig, store: string): Promise<Market> {
  const range = parseDateRange(config.data.from, config.data.to)
  const { venue } = config.data
  const load = (symbol: string): Promise<CandleSeries> =>
    loadCandles(store, { venue, symbol, timeframeMs: parseTimeframe(config.data.timeframe), ...range })
  const series = await allInOrder(config.data.symbols.map(load))
  const exogenous = await allInOrder(config.data.also.map((one) => loadAlso(store, one, range)))
  return makeMarket(series, exogenous, { fine: await loadFine(config, store) })
}

/** The finer bars of the run's symbols. Throws what the store says, at the key that asks for them. */
async function loadFine(config: ResolvedConfig, store: string): Promise<readonly CandleSeries[] | null> {
  const { detail } = config.execution
  if (detail === 'none') return null
  const { venue, from, to, symbols } = config.data
  const range = parseDateRange(from, to)
  const timeframeMs = parseTimeframe(detail)
  try {
    return await allInOrder(symbols.map((symbol) => loadCandles(store, { venue, symbol, timeframeMs, ...range })))
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    const { code, hint } = error
    throw new TandemError(error.message, {
      code,
      where: 'execution.detail',
      ...(hint === null ? {} : { hint }),
      cause: error,
    })
  }
}

/** A market of series in memory. */
export function makeMarket(
  series: readonly CandleSeries[],
  exogenous: readonly ExogenousSeries[] = [],
  { fine = null }: { readonly fine?: readonly CandleSeries[] | null } = {},
): Market {
  const grid = buildGrid(series)
  const hashes = {
    candles: series.map(({ venue, symbol, timeframeMs, dataHash }) => [venue, symbol, timeframeMs, dataHash]),
    also: exogenous.map(({ name, dataHash }) => [name, dataHash]),
    ...(fine === null ? {} : { detail: fine.map(({ timeframeMs, dataHash }) => [timeframeMs, dataHash]) }),
  }
  return {
    grid,
    columns: new MarketColumns(grid, exogenous),
    fine: fine === null ? null : buildGrid(fine),
    dataHash: sha256Hex(canonicalJson(hashes)),
  }
}

/** Closes of another series, each known from its bar's close on. */
async function loadAlso(
  store: string,
  also: ResolvedConfig['data']['also'][number],
  range: ReturnType<typeof parseDateRange>,
): Promise<ExogenousSeries> {
  const timeframeMs = parseTimeframe(also.timeframe)
  const { candles, dataHash } = await loadCandles(store, {
    venue: also.venue,
    symbol: also.symbol,
    timeframeMs,
    ...range,
  })
  return { name: also.as, knownMs: candles.time.map((open) => open + timeframeMs), value: candles.close, dataHash }
}

/**
 * The run's instruments, one a symbol, with scales that keep every amount exact. Throws `OTHER_CURRENCY` for a symbol
 * that isn't paid in the account's currency: there is one ledger, and no exchange rate.
 */
export function makeInstruments(config: ResolvedConfig, grid: Grid): Instrument[] {
  for (const { series } of grid.symbols) checkCurrency(series.symbol, config)
  const { equity, leverage, shorting } = config.account
  const quoted = grid.symbols.map((columns) => {
    let minPrice = Number.POSITIVE_INFINITY
    let maxPrice = 0
    for (const price of columns.series.candles.low) if (price < minPrice) minPrice = price
    for (const price of columns.series.candles.high) if (price > maxPrice) maxPrice = price
    return chooseUnits({ minPrice, maxPrice, equity, leverage })
  })
  // One account has one money scale: the coarsest that any of its symbols asks for.
  const quoteDec = Math.min(...quoted.map((units) => units.quoteDec))
  return grid.symbols.map((columns, id) => {
    const { venue, symbol } = columns.series
    const base = symbol.slice(0, symbol.indexOf('/'))
    const quote = currencyOf(symbol)
    const kind = shorting || leverage > 1 ? 'margin' : 'spot'
    return { id, account: 'main', venue, symbol, base, quote, kind, ...quoted[id]!, quoteDec }
  })
}

function checkCurrency(symbol: string, { account, data }: ResolvedConfig): void {
  const currency = currencyOf(symbol)
  if (currency === account.quote) return
  const isOne = data.symbols.every((other) => currencyOf(other) === currency)
  throw new TandemError(`${symbol} is paid in ${currency}, but the account is in ${account.quote}`, {
    code: 'OTHER_CURRENCY',
    where: 'account.quote',
    hint: isOne
      ? `set account.quote: ${currency}, or leave it out`
      : 'all symbols of a run must share one quote currency',
  })
}
