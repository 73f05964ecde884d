/** From a run file's `data:` to what the kernel reads: the grid, the columns, exogenous series, instruments. */

import { loadRulebooks } from '../../datasets/dated/dated.ts'
import { parseDateRange } from '../../datasets/dates.ts'
import { loadPrepared } from '../../datasets/prepare.ts'
import type { CandleSeries, Candles, ExogenousSeries } from '../core/candles.ts'
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
  /** What is traded, by instrument: a symbol at a venue. Where that is data.venue alone it is `columns.grid`. */
  readonly grid: Grid
  /** What the strategy reads: columns of its symbols at data.venue, on the same rows. */
  readonly columns: MarketColumns
  /** SHA-256 over the content hashes of every series, candles and exogenous. */
  readonly dataHash: string
}

/** Loads the run's series from the store. */
export async function loadMarket(config: ResolvedConfig, store: string): Promise<Market> {
  const range = parseDateRange(config.data.from, config.data.to)
  const { venue, gaps } = config.data
  const load = (symbol: string): Promise<CandleSeries> =>
    loadPrepared(store, { venue, symbol, timeframeMs: parseTimeframe(config.data.timeframe), ...range }, gaps)
  const series = await allInOrder(config.data.symbols.map(load))
  const exogenous = await allInOrder(config.data.also.map((one) => loadAlso(store, one, range)))
  return makeMarket(series, exogenous, await loadTraded(config, store, series))
}

/**
 * A market of series in memory. `traded` are the series of what can be traded, where that isn't the strategy's own; the
 * rows are the bar times of all.
 */
export function makeMarket(
  series: readonly CandleSeries[],
  exogenous: readonly ExogenousSeries[] = [],
  traded: readonly CandleSeries[] = series,
): Market {
  const named = (all: readonly CandleSeries[]) =>
    all.map(({ venue, symbol, timeframeMs, dataHash }) => [venue, symbol, timeframeMs, dataHash])
  const hashes = {
    candles: named(series),
    ...(traded === series ? {} : { traded: named(traded) }),
    also: exogenous.map(({ name, dataHash }) => [name, dataHash]),
  }
  const whole = buildGrid(traded === series ? series : [...series, ...traded])
  const part = (from: number, to: number): Grid => ({ ...whole, symbols: whole.symbols.slice(from, to) })
  const read = traded === series ? whole : part(0, series.length)
  const grid = traded === series ? whole : part(series.length, whole.symbols.length)
  return { grid, columns: new MarketColumns(read, exogenous), dataHash: sha256Hex(canonicalJson(hashes)) }
}

/**
 * The series of what can be traded: at each venue of the run the symbols that it lists, at its own prices where the
 * store has them, else at those of data.venue. Throws `NO_RULEBOOK` for a symbol that no venue lists.
 */
async function loadTraded(
  config: ResolvedConfig,
  store: string,
  series: readonly CandleSeries[],
): Promise<readonly CandleSeries[]> {
  const { venues, data } = config
  if (venues.length === 1 && venues[0] === data.venue) return series
  const listed = config.rules.venueMinimums ? await loadRulebooks(venues) : null
  const lists = (venue: string, symbol: string): boolean =>
    listed === null || listed.some((one) => one.venue === venue && one.symbol === symbol)
  for (const symbol of data.symbols) {
    if (venues.some((venue) => lists(venue, symbol))) continue
    throw new TandemError(`no venue of the run has a rulebook for ${symbol} (${venues.join(', ')})`, {
      code: 'NO_RULEBOOK',
      where: 'data.symbols',
      hint: 'name a venue that lists it, or set rules.venueMinimums: false',
    })
  }
  const wanted = venues.flatMap((venue) =>
    series.filter(({ symbol }) => lists(venue, symbol)).map((one) => ({ venue, one })),
  )
  return allInOrder(wanted.map(({ venue, one }) => seriesAt(config, store, venue, one)))
}

/** A venue's own candles of a symbol, or those that are given, under its name. */
async function seriesAt(
  { data }: ResolvedConfig,
  store: string,
  venue: string,
  given: CandleSeries,
): Promise<CandleSeries> {
  if (venue === given.venue) return given
  const range = parseDateRange(data.from, data.to)
  try {
    const query = { venue, symbol: given.symbol, timeframeMs: given.timeframeMs, ...range }
    return await loadPrepared(store, query, data.gaps)
  } catch (error) {
    const absent =
      error instanceof TandemError && (error.code === 'NO_SUCH_SERIES' || error.code === 'NO_DATA_IN_RANGE')
    if (absent) return { ...given, venue }
    throw error
  }
}

/** Instruments that trade at another venue's prices, since their own aren't there. */
export function borrowedPrices({ grid, columns }: Market): readonly number[] {
  const own = new Set(columns.grid.symbols.map(({ series }) => series.candles))
  return grid.symbols.flatMap(({ series }, id) =>
    own.has(series.candles) && !columns.grid.symbols.some((one) => one.series === series) ? [id] : [],
  )
}

/** Closes of another series, each known from its bar's close on. */
async function loadAlso(
  store: string,
  also: ResolvedConfig['data']['also'][number],
  range: ReturnType<typeof parseDateRange>,
): Promise<ExogenousSeries> {
  const timeframeMs = parseTimeframe(also.timeframe)
  const query = { venue: also.venue, symbol: also.symbol, timeframeMs, ...range }
  const { candles, dataHash } = await loadPrepared(store, query, 'leave')
  return { name: also.as, knownMs: candles.time.map((open) => open + timeframeMs), value: candles.close, dataHash }
}

/**
 * The run's instruments, one a symbol and venue, with scales that keep every amount exact. Throws `OTHER_CURRENCY` for a symbol
 * that isn't paid in the account's currency: there is one ledger, and no exchange rate.
 */
export function makeInstruments(config: ResolvedConfig, grid: Grid): Instrument[] {
  for (const { series } of grid.symbols) checkCurrency(series.symbol, config)
  const { equity, leverage, shorting } = config.account
  const bySymbol = new Map<string, Candles[]>()
  for (const { series } of grid.symbols) {
    const candles = bySymbol.get(series.symbol)
    if (candles === undefined) bySymbol.set(series.symbol, [series.candles])
    else candles.push(series.candles)
  }
  // A pair has the same units at every venue, so that its positions add up.
  const units = new Map([...bySymbol].map(([symbol, all]) => [symbol, chooseUnits({ ...span(all), equity, leverage })]))
  const quoted = grid.symbols.map(({ series }) => units.get(series.symbol)!)
  // One account has one money scale: the coarsest that any of its symbols asks for.
  const quoteDec = Math.min(...quoted.map(({ quoteDec }) => quoteDec))
  return grid.symbols.map((columns, id) => {
    const { venue, symbol } = columns.series
    const base = symbol.slice(0, symbol.indexOf('/'))
    const quote = currencyOf(symbol)
    const kind = shorting || leverage > 1 ? 'margin' : 'spot'
    return { id, account: 'main', venue, symbol, base, quote, kind, ...quoted[id]!, quoteDec }
  })
}

/** Lowest and highest price of some candles. */
function span(all: readonly Candles[]): { minPrice: number; maxPrice: number } {
  let minPrice = Number.POSITIVE_INFINITY
  let maxPrice = 0
  for (const { low, high } of all) {
    for (const price of low) if (price < minPrice) minPrice = price
    for (const price of high) if (price > maxPrice) maxPrice = price
  }
  return { minPrice, maxPrice }
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
