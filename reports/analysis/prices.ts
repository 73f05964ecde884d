/** Candles, indicators and resting orders as datasets: whole as far as a page's size allows, else thinned and told. */

import type { RunResult } from '../../engine/core/result.ts'
import type { RestingLevel, RunDetail, RunIndicator } from '../../engine/core/run-detail.ts'
import { column, type Dataset, type Datasets } from '../dataset.ts'
import { formatNumber } from '../format.ts'
import { mergeCandles, thinRows } from '../thin.ts'
import { brief, thinnedNote } from './brief.ts'
import { mergedCandles, thinnedRows, wholeSpans } from './whole-spans.ts'

/** Symbols whose candles a page holds: those with the most trades. */
const SYMBOLS_MOST = 40
/** Rows of candles of all symbols together: while they are whole, and where they are thinned anyway. */
const CANDLES_TOGETHER = 90_000
const CANDLES_THINNED = 48_000
/** Values of indicators of all symbols together. */
const INDICATORS_TOGETHER = 160_000
/** Rows of indicators of a series that is thinned anyway. */
const INDICATOR_ROWS_THINNED = 40_000
/** Resting orders that a page holds. */
const LEVELS_MOST = 40_000
/** Panes under the candles, and lines over them: more can't be told apart. */
const PANES_MOST = 4
const LINES_MOST = 6

/** One line of a chart: the column that it draws, and its name. */
export interface DrawnLine {
  readonly column: string
  readonly label: string
}

/** What is drawn of a symbol beside its candles. */
export interface SymbolLayers {
  readonly overlays: readonly DrawnLine[]
  readonly panes: readonly { readonly title: string; readonly lines: readonly DrawnLine[] }[]
  /** Indicators that aren't drawn, and are in the data table. */
  readonly undrawn: readonly string[]
}

export interface Prices {
  /** Symbols with candles on the page, by index in the run. */
  readonly symbols: readonly number[]
  readonly layers: readonly SymbolLayers[]
  /** `price-0`, `indicators-0`, …, in the order of `symbols`, and `levels`. */
  readonly datasets: Datasets
}

/**
 * Everything for the panel of prices. `share` of the usual rows is kept of what is thinned: prices that share no tick take
 * several times the room of those that do.
 */
export function pricesOf(result: RunResult, detail: RunDetail | null, share = 1): Prices {
  const symbols = symbolsDrawn(result)
  const indicators = detail?.indicators ?? []
  const most = Math.floor((share * CANDLES_TOGETHER) / Math.max(1, symbols.length))
  const ofSymbol = symbols.map((symbol) => indicators.filter((one) => one.symbol === symbol || one.symbol === -1))
  const columns = ofSymbol.reduce((sum, all) => sum + all.length, 0)
  const perColumn = Math.floor((share * INDICATORS_TOGETHER) / Math.max(1, columns))
  const rows = result.bars <= perColumn ? perColumn : Math.min(perColumn, INDICATOR_ROWS_THINNED)
  const entries = symbols.flatMap((symbol, k): [string, Dataset][] => [
    [`price-${k}`, priceDataset(result, symbol, most)],
    ...(ofSymbol[k]!.length === 0
      ? []
      : [[`indicators-${k}`, indicatorsDataset(result, symbol, ofSymbol[k]!, rows)] as [string, Dataset]]),
  ])
  return {
    symbols,
    layers: ofSymbol.map(layersOf),
    datasets: {
      ...Object.fromEntries(entries),
      levels: levelsDataset(detail?.levels ?? [], result, share * LEVELS_MOST),
    },
  }
}

function symbolsDrawn({ symbols, trades, candles }: RunResult): number[] {
  const all = candles.map((_, symbol) => symbol)
  if (all.length <= SYMBOLS_MOST) return all
  const counts = new Map<string, number>()
  for (const { symbol } of trades) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  const traded = (symbol: number): number => counts.get(symbols[symbol]!) ?? 0
  return all
    .sort((a, b) => traded(b) - traded(a) || a - b)
    .slice(0, SYMBOLS_MOST)
    .sort((a, b) => a - b)
}

function priceDataset({ candles, symbols, trades }: RunResult, symbol: number, most: number): Dataset {
  const of = candles[symbol]!
  const count = of.time.length
  const own = trades.filter((trade) => trade.symbol === symbols[symbol])
  const kept = Math.floor(most * (CANDLES_THINNED / CANDLES_TOGETHER))
  const { spans, trades: whole } = wholeSpans(own, count, count <= most ? 0 : kept / 2)
  const rows = count <= most ? mergeCandles(of, 0, count, count) : mergedCandles(of, spans, kept)
  const told =
    whole === 0
      ? 'neighbouring candles are merged'
      : `candles are whole around ${formatNumber(whole, 0)} of ${formatNumber(own.length, 0)} trades, those with the largest profits and losses, and merged elsewhere`
  return {
    title: `Candles of ${symbols[symbol] ?? ''}`,
    ...(count <= most ? {} : thinnedNote(rows.length, count, told)),
    columns: [
      column(
        'time',
        'Open time (UTC)',
        'time',
        rows.map((row) => row.time),
      ),
      ...(['open', 'high', 'low', 'close'] as const).map((name) =>
        column(
          name,
          name[0]!.toUpperCase() + name.slice(1),
          'price',
          rows.map((row) => brief(row[name])),
        ),
      ),
      column(
        'volume',
        'Volume',
        'quantity',
        rows.map((row) => brief(row.volume, 4)),
      ),
    ],
  }
}

/** Rows with the lowest and highest of every column in each stretch. */
function indicatorsDataset(
  { time, timeframeMs, symbols, trades }: RunResult,
  symbol: number,
  indicators: readonly RunIndicator[],
  most: number,
): Dataset {
  const count = time.length
  const own = trades.filter((trade) => trade.symbol === symbols[symbol])
  const { spans } = wholeSpans(own, count, count <= most ? 0 : most / 2)
  const columns = indicators.map(({ values }) => values)
  const rows = count <= most ? thinRows(columns, 0, count, most) : thinnedRows(columns, spans, count, most)
  return {
    title: `Indicators of ${symbols[symbol] ?? ''} at bar closes`,
    ...thinnedNote(
      rows.length,
      count,
      'all around the trades that moved the most money, lowest and highest of each stretch elsewhere',
    ),
    columns: [
      column(
        'time',
        'Close time (UTC)',
        'time',
        rows.map((row) => time[row]! + timeframeMs),
      ),
      ...indicators.map(({ label, values, overlay }, i) =>
        column(
          `i${i}`,
          label,
          overlay ? 'price' : 'quantity',
          rows.map((row) => brief(values[row] ?? Number.NaN, 6)),
        ),
      ),
    ],
  }
}

function layersOf(indicators: readonly RunIndicator[]): SymbolLayers {
  const overlays: DrawnLine[] = []
  const panes = new Map<string, DrawnLine[]>()
  const undrawn: string[] = []
  indicators.forEach(({ label, overlay, group }, i) => {
    const line = { column: `i${i}`, label }
    const lines = overlay ? overlays : (panes.get(group) ?? [])
    const isNewPane = !overlay && !panes.has(group)
    if (lines.length >= LINES_MOST || (isNewPane && panes.size >= PANES_MOST)) undrawn.push(label)
    else {
      lines.push(line)
      if (isNewPane) panes.set(group, lines)
    }
  })
  return { overlays, panes: [...panes].map(([title, lines]) => ({ title, lines })), undrawn }
}

const LEVEL_WORDS = { entry: 'entry', stop: 'stop', target: 'target', liquidation: 'liquidation price' } as const

/** One row a level, by its start. Where there are too many, those of the venue's liquidation prices go first. */
function levelsDataset(levels: readonly RestingLevel[], { symbols }: RunResult, most: number): Dataset {
  const orders = levels.filter(({ kind }) => kind !== 'liquidation')
  const kept = levels.length <= most ? levels : orders.slice(0, most)
  const rows = [...kept].sort((a, b) => a.fromMs - b.fromMs)
  return {
    title: 'Prices at which orders rested, and liquidation prices',
    ...thinnedNote(rows.length, levels.length, 'liquidation prices, and what came last, are left out'),
    columns: [
      column(
        'symbol',
        'Symbol',
        'text',
        rows.map((one) => symbols[one.symbol] ?? ''),
      ),
      column(
        'kind',
        'What',
        'text',
        rows.map((one) => LEVEL_WORDS[one.kind]),
      ),
      column(
        'side',
        'Order',
        'text',
        rows.map((one) => one.side),
      ),
      column(
        'price',
        'Price',
        'price',
        rows.map((one) => brief(one.price, 10)),
      ),
      column(
        'from',
        'From',
        'time',
        rows.map((one) => one.fromMs),
      ),
      column(
        'to',
        'Until',
        'time',
        rows.map((one) => one.toMs),
      ),
    ],
  }
}
