/**
 * Checked mode: a strategy gets its columns behind watchers that know which bar is being decided. Reading a later row,
 * in whatever way and for whatever purpose (a comparison, a copy, a reduction), is caught with the bar and the column;
 * so is reading any row in set-up, when nothing has happened yet, and writing. It is exact but slow: a proxy call a
 * read. Poisoned values would not do: NaN passes silently through a comparison.
 */

import type { Field } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { IndicatorSpec } from '../core/strategy.ts'
import type { Columns } from './columns.ts'

/** What a strategy must not have done, with the bar being decided and the column's name. */
export interface Peek {
  /** Row that was being decided; -1 in set-up. */
  readonly row: number
  readonly column: string
  /** Row that was read, or null where something else was done. */
  readonly read: number | null
  readonly what: string
}

export class LookAheadError extends TandemError {
  readonly peek: Peek

  constructor(peek: Peek, where: string) {
    super(peek.what, {
      code: 'LOOK_AHEAD',
      where,
      hint: 'a strategy may read a column at the bar it decides and at earlier ones',
      exitCode: 1,
    })
    this.peek = peek
  }
}

const NUMERIC = /^(0|[1-9]\d*)$/
const WRITERS = new Set(['set', 'fill', 'copyWithin', 'sort', 'reverse'])

export class WatchedColumns implements Columns {
  /** The bar being decided; the loop moves it. */
  row = -1
  private readonly inner: Columns
  private readonly symbols: readonly string[]
  private readonly timeOf: Float64Array
  private readonly proxies = new Map<Float64Array, Float64Array>()

  constructor(inner: Columns, symbols: readonly string[]) {
    this.inner = inner
    this.symbols = symbols
    this.timeOf = inner.time()
  }

  time(): Float64Array {
    return this.watch(this.inner.time(), 'time')
  }

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    const name = `${field}${timeframe === undefined ? '' : ` ${timeframe}`} of ${this.symbols[symbol]}`
    return this.watch(this.inner.column(symbol, field, timeframe), name)
  }

  indicator(spec: IndicatorSpec): Float64Array {
    const { kind, symbol = 0, ...rest } = spec
    const parameters = Object.entries(rest).map(([key, value]) => `${key}=${value}`)
    return this.watch(this.inner.indicator(spec), `${kind}(${parameters.join(', ')}) of ${this.symbols[symbol]}`)
  }

  series(name: string): Float64Array {
    return this.watch(this.inner.series(name), `series ${name}`)
  }

  markAt(symbol: number, row: number): number {
    if (row > this.row) this.caught('equity', row)
    return this.inner.markAt(symbol, row)
  }

  private watch(column: Float64Array, name: string): Float64Array {
    let proxy = this.proxies.get(column)
    if (proxy === undefined) {
      proxy = this.proxy(column, name, 0)
      this.proxies.set(column, proxy)
    }
    return proxy
  }

  /** A view on `column` whose index 0 is row `offset`. */
  private proxy(column: Float64Array, name: string, offset: number): Float64Array {
    const read = (index: number): number => {
      if (index < column.length && index + offset > this.row) this.caught(name, index + offset)
      return column[index] as number
    }
    const proxy: Float64Array = new Proxy(column, {
      get: (target, key) => {
        if (typeof key === 'string' && NUMERIC.test(key)) return read(Number(key))
        if (key === 'buffer') return this.fault(name, 'takes the buffer behind a column')
        if (key === 'subarray') return (from = 0, to = target.length) => this.part(target, name, offset, from, to)
        if (typeof key === 'string' && WRITERS.has(key)) return () => this.fault(name, `writes to a column by ${key}()`)
        const generic = (Array.prototype as unknown as Record<PropertyKey, unknown>)[key]
        // Array's own methods read by index, through this proxy; a typed array's would refuse it.
        if (typeof generic === 'function') return generic.bind(proxy)
        return Reflect.get(target, key, target)
      },
      set: () => this.fault(name, 'writes to a column'),
    })
    return proxy
  }

  private part(target: Float64Array, name: string, offset: number, from: number, to: number): Float64Array {
    const begin = from < 0 ? Math.max(0, target.length + from) : Math.min(from, target.length)
    return this.proxy(target.subarray(from, to), name, offset + begin)
  }

  private caught(column: string, read: number): never {
    const when =
      this.row < 0 ? 'in setup, before the first bar' : `while deciding bar ${this.row} (${this.utc(this.row)})`
    const what = `look-ahead: reads ${column} at row ${read} (${this.utc(read)}) ${when}`
    throw new LookAheadError({ row: this.row, column, read, what }, 'strategy')
  }

  private fault(column: string, doing: string): never {
    const when = this.row < 0 ? 'in setup' : `while deciding bar ${this.row} (${this.utc(this.row)})`
    const what = `${doing}: ${column}, ${when}`
    throw new LookAheadError({ row: this.row, column, read: null, what }, 'strategy')
  }

  private utc(row: number): string {
    return utcText(this.timeOf[row]!)
  }
}

/** `2019-01-01 00:00 UTC` of ms since 1970; the pure rooms have no Date. Civil-from-days, H. Hinnant. */
export function utcText(ms: number): string {
  if (!Number.isFinite(ms)) return 'no time'
  const minutes = Math.floor(ms / 60_000)
  const days = Math.floor(minutes / 1440)
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (n: number): string => String(n).padStart(2, '0')
  const inDay = minutes - days * 1440
  return `${year}-${two(month)}-${two(day)} ${two(Math.floor(inDay / 60))}:${two(inDay % 60)} UTC`
}
