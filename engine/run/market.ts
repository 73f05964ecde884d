/** From a run file's `data:` to what the kernel reads: the grid, the columns, exogenous series, instruments. */

import { type DateRange, parseDateRange } from '../../datasets/dates.ts'
import { loadFunding } from '../../datasets/funding.ts'
import { loadCandles } from '../../datasets/store.ts'
import type { CandleSeries, ExogenousSeries } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { FundingSeries, MarkColumns } from '../core/funding.ts'
import { buildGrid, type Grid } from '../core/grid.ts'
import { chooseUnits, type Instrument, type InstrumentKind } from '../core/instrument.ts'
import { parseTimeframe } from '../core/timeframe.ts'
import { MarketColumns } from '../kernel/columns.ts'
import { allInOrder } from './all-in-order.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { currencyOf, type ResolvedConfig } from './config/index.ts'

/** Market data of a run; shared by every run on the same window. */
export interface Market {
  readonly grid: Grid
  readonly columns: MarketColumns
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
  const { venue } = config.data
  const load = (symbol: string): Promise<CandleSeries> =>
    loadCandles(store, { venue, symbol, timeframeMs: parseTimeframe(config.data.timeframe), ...range })
  const series = await allInOrder(config.data.symbols.map(load))
  const exogenous = await allInOrder(config.data.also.map((one) => loadAlso(store, one, range)))
  const funding = await allInOrder(config.data.symbols.map((symbol) => loadOwnFunding(config, store, symbol, range)))
  const marks = await allInOrder(config.data.symbols.map((symbol) => loadMarks(config, store, symbol, range)))
  return makeMarket(series, exogenous, { funding, marks })
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
  if (margin.mark === undefined || !isPerpetual(symbol)) return null
  const timeframeMs = parseTimeframe(data.timeframe)
  return await loadCandles(store, { venue: margin.mark, symbol, timeframeMs, ...range })
}

/** A market of series in memory. */
export function makeMarket(
  series: readonly CandleSeries[],
  exogenous: readonly ExogenousSeries[] = [],
  { funding = [], marks = [] }: PerpetualData = {},
): Market {
  const grid = buildGrid(series)
  const hashes = {
    candles: series.map(({ venue, symbol, timeframeMs, dataHash }) => [venue, symbol, timeframeMs, dataHash]),
    also: exogenous.map(({ name, dataHash }) => [name, dataHash]),
    ...hashesOf('funding', funding),
    ...hashesOf('marks', marks),
  }
  return {
    grid,
    columns: new MarketColumns(grid, exogenous),
    funding,
    marks: marks.map((one) => (one === null ? null : layMarks(one, grid))),
    dataHash: sha256Hex(canonicalJson(hashes)),
  }
}

/** Nothing where there are none, so that other runs' hashes don't change. */
function hashesOf(name: string, series: readonly ({ readonly dataHash: string } | null)[]): Record<string, unknown> {
  return series.every((one) => one === null) ? {} : { [name]: series.map((one) => one?.dataHash ?? null) }
}

/** Closes of another series, each known from its bar's close on. */
async function loadAlso(
  store: string,
  also: ResolvedConfig['data']['also'][number],
  range: DateRange,
): Promise<ExogenousSeries> {
  if (also.series === 'funding') return await loadAlsoFunding(store, also, range)
  const timeframeMs = parseTimeframe(also.timeframe!)
  const { candles, dataHash } = await loadCandles(store, {
    venue: also.venue,
    symbol: also.symbol,
    timeframeMs,
    ...range,
  })
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
  const marks = { open: column(grid), high: column(grid), low: column(grid), close: column(grid) }
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

function column(grid: Grid): Float64Array {
  return new Float64Array(grid.rows)
}

/**
 * The run's instruments, one a symbol, with scales that keep every amount exact. Throws `OTHER_CURRENCY` for a symbol
 * that isn't paid in the account's currency: there is one ledger, and no exchange rate.
 */
export function makeInstruments(config: ResolvedConfig, grid: Grid): Instrument[] {
  for (const { series } of grid.symbols) checkCurrency(series.symbol, config)
  const { equity, leverage } = config.account
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
