/**
 * What a strategy looks at. A fresh instance takes its columns in `setup` once more, from a context that notes what it
 * is asked for; the columns themselves were computed for the run and are only handed out again.
 */

import type { Field } from '../../core/candles.ts'
import type { RunIndicator } from '../../core/run-detail.ts'
import type { Context, IndicatorSpec, Strategy } from '../../core/strategy.ts'
import { indicatorDefinition } from '../../indicators/registry.ts'
import type { MarketColumns } from '../../kernel/columns.ts'

/** Keys of a spec that aren't parameters. */
const NOT_PARAMETERS = new Set(['kind', 'symbol', 'field', 'timeframe', 'output'])

/** Most columns that are kept of a symbol: a strategy of hundreds would be no picture. */
const MOST = 16

/** The indicators that the strategy takes, each once, in the order in which it asks. */
export function indicatorsOf(strategy: Strategy, columns: MarketColumns): readonly RunIndicator[] {
  const found = new Map<string, RunIndicator>()
  const note = (key: string, make: () => RunIndicator): void => {
    if (!found.has(key)) found.set(key, make())
  }
  strategy.setup(notingContext(columns, note))
  const counts = new Map<number, number>()
  return [...found.values()].filter(({ symbol }) => {
    const count = (counts.get(symbol) ?? 0) + 1
    counts.set(symbol, count)
    return count <= MOST
  })
}

type Note = (key: string, make: () => RunIndicator) => void

/** A context before the first row: flat, without equity, deaf to signals, with every column as the run has it. */
function notingContext(columns: MarketColumns, note: Note): Context {
  const { grid } = columns
  const nothing = (): void => undefined
  return {
    symbols: grid.symbols.map(({ series }) => series.symbol),
    timeframeMs: grid.timeframeMs,
    time: grid.time,
    column: (symbol, field, timeframe) => {
      const values = columns.column(symbol, field, timeframe)
      if (timeframe !== undefined) {
        note(`column ${symbol} ${field} ${timeframe}`, () => higherColumn(columns, symbol, field, timeframe, values))
      }
      return values
    },
    indicator: (spec) => {
      const values = columns.indicator(spec)
      const symbol = spec.symbol ?? 0
      note(`indicator ${symbol} ${labelOf(spec)}`, () => ({
        symbol,
        group: groupOf(spec),
        label: labelOf(spec),
        overlay: isPrice(values, columns, symbol),
        values,
      }))
      return values
    },
    series: (name) => {
      const values = columns.series(name)
      note(`series ${name}`, () => ({ symbol: -1, group: `series ${name}`, label: name, overlay: false, values }))
      return values
    },
    position: () => 0,
    entryPrice: () => Number.NaN,
    entryPending: () => false,
    equityAt: () => Number.NaN,
    enter: nothing,
    exit: nothing,
    amend: nothing,
    target: nothing,
  }
}

function higherColumn(
  columns: MarketColumns,
  symbol: number,
  field: Field,
  timeframe: string,
  values: Float64Array,
): RunIndicator {
  const label = `${field}, ${timeframe}`
  return { symbol, group: `column ${field}`, label, overlay: isPrice(values, columns, symbol), values }
}

/** `rsi 14`, `bollinger 20 2 upper`, `sma 24 of volume, 4h`. */
function labelOf(spec: IndicatorSpec): string {
  const { outputs } = indicatorDefinition(spec.kind)
  const parameters = Object.entries(spec)
    .filter(([key, value]) => !NOT_PARAMETERS.has(key) && value !== undefined)
    .map(([, value]) => String(value))
  const output = outputs.length > 1 ? [spec.output ?? outputs[0]!] : []
  const of = spec.field === undefined || spec.field === 'close' ? '' : ` of ${spec.field}`
  const timeframe = spec.timeframe === undefined ? '' : `, ${spec.timeframe}`
  return `${[spec.kind, ...parameters, ...output].join(' ')}${of}${timeframe}`
}

function groupOf({ kind, field }: IndicatorSpec): string {
  return field === 'volume' ? `${kind} of volume` : kind
}

/** Of the values that are there, most lie within half and double the close: they are prices, and stand on its axis. */
function isPrice(values: Float64Array, { grid }: MarketColumns, symbol: number): boolean {
  const { mark } = grid.symbols[symbol]!
  const step = Math.max(1, Math.floor(values.length / 2000))
  let [seen, near] = [0, 0]
  for (let row = 0; row < values.length; row += step) {
    const ratio = values[row]! / mark[row]!
    if (Number.isNaN(ratio)) continue
    seen += 1
    if (ratio >= 0.5 && ratio <= 2) near += 1
  }
  return seen > 0 && near >= 0.8 * seen
}
