/** From a run file's `data:` to what the kernel reads: the grid, the columns, exogenous series, instruments. */

import { loadRulebooks } from '../../datasets/dated/dated.ts'
import { type DateRange, parseDateRange } from '../../datasets/dates.ts'
import { loadFunding } from '../../datasets/funding/store.ts'
import { loadPrepared } from '../../datasets/prepare.ts'
import { loadCandles } from '../../datasets/store.ts'
import { type CandleSeries, type Candles, type ExogenousSeries, sharedColumn } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { FundingSeries, MarkColumns } from '../core/funding.ts'
import { buildGrid, type Grid } from '../core/grid.ts'
import { chooseUnits, type Instrument, type InstrumentKind } from '../core/instrument.ts'
import { parseTimeframe } from '../core/timeframe.ts'
import { MarketColumns } from '../kernel/columns.ts'
import { allInOrder } from './all-in-order.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { currencyOf } from './config/currency.ts'
import type { ResolvedConfig } from './config/index.ts'
import { Span, widen } from './extremes.ts'

/** Market data of a run; shared by every run on the same window. */
export interface Market {
  /** What is traded, by instrument: a symbol at a venue. Where that is data.venue alone it is `columns.grid`. */
  readonly grid: Grid
  /** What the strategy reads: columns of its symbols at data.venue, on the same rows. */
  readonly columns: MarketColumns
  /** The same symbols on finer bars, for what happens inside a bar; null for none. */
  readonly fine: Grid | null
  /** Funding rates by symbol; null where there are none. */
  readonly funding: readonly (FundingSeries | null)[]
  /** Mark prices of their own by symbol; null where the last price serves. */
  readonly marks: readonly (MarkColumns | null)[]
  /** SHA-256 over the content hashes of every series, candles and exogenous, fundings and marks. */
  readonly dataHash: string
}

/** What perpetuals bring beside their candles, by symbol. */
export interface PerpetualData {
  readonly funding?: readonly (FundingSeries | null)[]
  readonly marks?: readonly (CandleSeries | null)[]
}

/** Whether a symbol names a perpetual: `BASE/QUOTE:SETTLE`. */
export function isPerpetual(symbol: string): boolean {
  return symbol.includes(':')
}

/** Loads the run's series from the store. */
export async function loadMarket(config: ResolvedConfig, store: string): Promise<Market> {
  const range = parseDateRange(config.data.from, config.data.to)
  const { venue, gaps } = config.data
  const load = (symbol: string): Promise<CandleSeries> =>
    loadPrepared(store, { venue, symbol, timeframeMs: parseTimeframe(config.data.timeframe), ...range }, gaps)
  const series = await allInOrder(config.data.symbols.map(load))
  const exogenous = await allInOrder(config.data.also.map((one) => loadAlso(store, one, range)))
  const traded = await loadTraded(config, store, series)
  const funding = await allInOrder(config.data.symbols.map((symbol) => loadOwnFunding(config, store, symbol, range)))
  const marks = await allInOrder(config.data.symbols.map((symbol) => loadMarks(config, store, symbol, range)))
  return makeMarket(series, exogenous, { traded, fine: await loadFine(config, store), funding, marks })
}

/** Fundings of a symbol that pays any; null where it doesn't, or where the store has none. */
async function loadOwnFunding(
  { data, margin }: ResolvedConfig,
  store: string,
  symbol: string,
  range: DateRange,
): Promise<FundingSeries | null> {
  if (!isPerpetual(symbol) || margin.funding === 'off') return null
  try {
    return await loadFunding(store, { venue: data.venue, symbol, ...range })
  } catch (error) {
    if (error instanceof TandemError && ['NO_SUCH_SERIES', 'NO_DATA_IN_RANGE'].includes(error.code)) return null
    throw error
  }
}

/** Candles of mark prices, where the run file names any. */
async function loadMarks(
  { data, margin }: ResolvedConfig,
  store: string,
  symbol: string,
  range: DateRange,
): Promise<CandleSeries | null> {
  if (margin.mark === 'last' || !isPerpetual(symbol)) return null
  const timeframeMs = parseTimeframe(data.timeframe)
  return await loadCandles(store, { venue: data.venue, symbol, timeframeMs, price: 'mark', ...range })
}

/** The finer bars of the run's symbols. Throws what the store says, at the key that asks for them. */
async function loadFine(config: ResolvedConfig, store: string): Promise<readonly CandleSeries[] | null> {
  const { detail } = config.execution
  if (detail === 'none') return null
  const { venue, from, to, symbols } = config.data
  if (config.venues.length > 1 || config.venues[0] !== venue) {
    throw new TandemError('finer bars are only played at the venue of the data', {
      code: 'DETAIL_AT_ONE_VENUE',
      where: 'execution.detail',
      hint: `set execution.detail: none, or venues: [${venue}]`,
    })
  }
  const range = parseDateRange(from, to)
  const timeframeMs = parseTimeframe(detail)
  try {
    const load = (symbol: string) => loadPrepared(store, { venue, symbol, timeframeMs, ...range }, 'leave')
    return await allInOrder(symbols.map(load))
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

/** What a market has besides the strategy's own series. */
export interface MarketOptions extends PerpetualData {
  /** The series of what can be traded, where that isn't the strategy's own; the rows are the bar times of all. */
  readonly traded?: readonly CandleSeries[]
  /** The same symbols on finer bars. */
  readonly fine?: readonly CandleSeries[] | null
}

/** A market of series in memory. */
export function makeMarket(
  series: readonly CandleSeries[],
  exogenous: readonly ExogenousSeries[] = [],
  { traded = series, fine = null, funding = [], marks = [] }: MarketOptions = {},
): Market {
  const named = (all: readonly CandleSeries[]) =>
    all.map(({ venue, symbol, timeframeMs, dataHash }) => [venue, symbol, timeframeMs, dataHash])
  const whole = buildGrid(traded === series ? series : [...series, ...traded])
  const part = (from: number, to: number): Grid => ({ ...whole, symbols: whole.symbols.slice(from, to) })
  const read = traded === series ? whole : part(0, series.length)
  const grid = traded === series ? whole : part(series.length, whole.symbols.length)
  const hashes = {
    candles: named(series),
    ...(traded === series ? {} : { traded: named(traded) }),
    also: exogenous.map(({ name, dataHash }) => [name, dataHash]),
    ...(fine === null ? {} : { detail: fine.map(({ timeframeMs, dataHash }) => [timeframeMs, dataHash]) }),
    ...hashesOf('funding', funding),
    ...hashesOf('marks', marks),
  }
  return {
    grid,
    columns: new MarketColumns(read, exogenous),
    fine: fine === null ? null : buildGrid(fine),
    funding,
    marks: marks.map((one) => (one === null ? null : layMarks(one, grid))),
    dataHash: sha256Hex(canonicalJson(hashes)),
  }
}

/** Nothing where there are none, so that other runs' hashes don't change. */
function hashesOf(name: string, series: readonly ({ readonly dataHash: string } | null)[]): Record<string, unknown> {
  return series.every((one) => one === null) ? {} : { [name]: series.map((one) => one?.dataHash ?? null) }
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
  range: DateRange,
): Promise<ExogenousSeries> {
  if (also.series === 'funding') return await loadAlsoFunding(store, also, range)
  const timeframeMs = parseTimeframe(also.timeframe!)
  const query = { venue: also.venue, symbol: also.symbol, timeframeMs, ...range }
  const { candles, dataHash } = await loadPrepared(store, query, 'leave')
  return { name: also.as, knownMs: candles.time.map((open) => open + timeframeMs), value: candles.close, dataHash }
}

/** Funding rates of a perpetual, each known from its time on. */
async function loadAlsoFunding(
  store: string,
  { venue, symbol, as }: ResolvedConfig['data']['also'][number],
  range: DateRange,
): Promise<ExogenousSeries> {
  const { time, rate, dataHash } = await loadFunding(store, { venue, symbol, ...range })
  return { name: as, knownMs: time, value: rate, dataHash }
}

/** Mark candles on the grid's rows. Throws `NO_MARK` where the first row has none: nothing could be valued there. */
function layMarks(series: CandleSeries, grid: Grid): MarkColumns {
  const { time, open, high, low, close } = series.candles
  const column = (): Float64Array => sharedColumn(grid.rows)
  const marks = { open: column(), high: column(), low: column(), close: column() }
  for (let row = 0, bar = 0; row < grid.rows; row++) {
    while (bar < time.length && time[bar]! < grid.time[row]!) bar += 1
    const has = time[bar] === grid.time[row]
    const last = row === 0 ? Number.NaN : marks.close[row - 1]!
    marks.open[row] = has ? open[bar]! : last
    marks.high[row] = has ? high[bar]! : last
    marks.low[row] = has ? low[bar]! : last
    marks.close[row] = has ? close[bar]! : last
  }
  if (Number.isNaN(marks.close[0]!)) {
    throw new TandemError(`the mark prices of ${series.symbol} begin after its candles`, {
      code: 'NO_MARK',
      where: 'margin.mark',
      hint: 'begin later with data.from, or leave margin.mark out',
    })
  }
  return marks
}

/**
 * The run's instruments, one a symbol and venue, with scales that keep every amount exact. Throws `OTHER_CURRENCY` for a symbol
 * that isn't paid in the account's currency: there is one ledger, and no exchange rate; `INVERSE_CONTRACT` and
 * `OTHER_SETTLEMENT` for perpetuals whose profit isn't size × price difference in the currency of their price.
 */
export function makeInstruments(config: ResolvedConfig, grid: Grid): Instrument[] {
  for (const { series } of grid.symbols) checkCurrency(series.symbol, config)
  const { equity, leverage } = config.account
  const bySymbol = new Map<string, Candles[]>()
  for (const { series } of grid.symbols) {
    const candles = bySymbol.get(series.symbol)
    if (candles === undefined) bySymbol.set(series.symbol, [series.candles])
    else candles.push(series.candles)
  }
  // A pair has the same units at every venue, so that its positions add up.
  const units = new Map(
    [...bySymbol].map(([symbol, all]) => [symbol, chooseUnits({ ...spanOf(all), equity, leverage })]),
  )
  const quoted = grid.symbols.map(({ series }) => units.get(series.symbol)!)
  // One account has one money scale: the coarsest that any of its symbols asks for.
  const quoteDec = Math.min(...quoted.map(({ quoteDec }) => quoteDec))
  return grid.symbols.map((columns, id) => {
    const { venue, symbol } = columns.series
    const base = symbol.slice(0, symbol.indexOf('/'))
    const quote = currencyOf(symbol)
    const kind = kindOf(symbol, config)
    return { id, account: 'main', venue, symbol, base, quote, kind, ...quoted[id]!, quoteDec }
  })
}

/** Beside perpetuals spot is paid in full; alone it can be leveraged. */
export function kindOf(symbol: string, { account, data }: Pick<ResolvedConfig, 'account' | 'data'>): InstrumentKind {
  if (isPerpetual(symbol)) return 'perpetual'
  if (data.symbols.some(isPerpetual)) return 'spot'
  return account.shorting || account.leverage > 1 ? 'margin' : 'spot'
}

/** Lowest and highest price of some candles. */
function spanOf(all: readonly Candles[]): { minPrice: number; maxPrice: number } {
  const span = Float64Array.of(Number.POSITIVE_INFINITY, 0)
  for (const { low, high } of all) widen(span, low, high, 0, low.length)
  return { minPrice: span[Span.lowest]!, maxPrice: span[Span.highest]! }
}

function checkCurrency(symbol: string, { account, data }: ResolvedConfig): void {
  const currency = currencyOf(symbol)
  const [pair = ''] = symbol.split(':')
  if (isPerpetual(symbol) && currencyOf(pair) !== currency) {
    const isInverse = pair.startsWith(`${currency}/`)
    throw new TandemError(`${symbol} is priced in ${currencyOf(pair)} and settled in ${currency}`, {
      code: isInverse ? 'INVERSE_CONTRACT' : 'OTHER_SETTLEMENT',
      where: 'data.symbols',
      hint: `${isInverse ? 'inverse contracts have' : 'it has'} another profit than the one that is simulated; use ${pair}:${currencyOf(pair)}`,
    })
  }
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
