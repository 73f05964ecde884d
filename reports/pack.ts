/**
 * Columns of a page made small. Each column is written in the shortest of five ways, all of them exact, and read back
 * only when somebody asks for its values:
 *
 *   c  one value, so many times
 *   v  the values as JSON
 *   i  whole multiples of a unit as differences, base64 of variable-length bytes: times, prices, rounded figures
 *   f  doubles, base64 of eight bytes each
 *   t  texts: a list of the different ones, and `i` of the places in it
 *
 * A null is a byte of 0 in `i`, a NaN in `f`.
 */

import type { Cell, Column, Dataset } from './dataset.ts'

export type PackedValues =
  | { readonly c: Cell; readonly n: number }
  | { readonly v: readonly Cell[] }
  | { readonly i: string; readonly n: number; readonly u: number; readonly d: number }
  | { readonly f: string; readonly n: number }
  | { readonly t: readonly (string | null)[]; readonly i: string; readonly n: number }

export type PackedColumn = Omit<Column, 'values'> & { readonly p: PackedValues }

export interface PackedDataset extends Omit<Dataset, 'columns'> {
  readonly columns: readonly PackedColumn[]
}

/** Fewer values than this are written as they are: the page can be read by eye. */
const WORTH_IT = 64
/** From here on the rest of a packed column's text is too little to matter. */
const SURELY_SHORTER = 1000
const MOST_DIGITS = 12

export function packDataset({ columns, ...rest }: Dataset): PackedDataset {
  return { ...rest, columns: columns.map(({ values, ...column }) => ({ ...column, p: packValues(values) })) }
}

/** The same dataset again; values are read when first asked for. What wasn't packed stays as it is. */
export function unpackDataset({ columns, ...rest }: PackedDataset | Dataset): Dataset {
  return {
    ...rest,
    columns: columns.map((either) => {
      if (!('p' in either)) return either
      const { p, ...column } = either
      let values: readonly Cell[] | null = null
      return {
        ...column,
        get values() {
          return (values ??= unpackValues(p))
        },
      }
    }),
  }
}

export function packValues(values: readonly Cell[]): PackedValues {
  const plain = { v: values }
  if (values.length < WORTH_IT) return plain
  if (values.every((value) => Object.is(value, values[0])) && !Object.is(values[0], -0)) {
    return { c: values[0]!, n: values.length }
  }
  if (values.some((value) => typeof value === 'string')) return orPlain(packTexts(values), values)
  const numbers = values as readonly (number | null)[]
  const whole = packWhole(numbers)
  // Eight bytes as base64 are a little less than eleven characters.
  if (whole !== null && whole.i.length <= numbers.length * 10.6) return orPlain(whole, values)
  return orPlain({ f: base64(bytesOf(numbers)), n: values.length }, values)
}

export function unpackValues(packed: PackedValues): readonly Cell[] {
  if ('v' in packed) return packed.v
  if ('c' in packed) return new Array<Cell>(packed.n).fill(packed.c)
  if ('t' in packed) return differences(packed.i, packed.n).map((place) => packed.t[place!] ?? null)
  if ('f' in packed) return doublesOf(packed.f, packed.n)
  const { i, n, u, d } = packed
  const scale = 10 ** d
  return differences(i, n).map((value) => (value === null ? null : d === 0 ? value * u : value / scale))
}

/** Long columns aren't written out only to see that they are longer: no number is shorter than two characters. */
function orPlain(packed: PackedValues, values: readonly Cell[]): PackedValues {
  const text = 'f' in packed ? packed.f : 'i' in packed ? packed.i : ''
  if (values.length > SURELY_SHORTER && text.length < 2 * values.length) return packed
  const plain = { v: values }
  return JSON.stringify(packed).length <= JSON.stringify(plain).length ? packed : plain
}

function packTexts(values: readonly Cell[]): PackedValues {
  const places = new Map<string | null, number>()
  const at = values.map((value) => {
    const text = value === null ? null : String(value)
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return place
  })
  return { t: [...places.keys()], i: base64(written(at)), n: values.length }
}

/** Null where the numbers aren't multiples of one unit, or too large to be counted in it. */
function packWhole(values: readonly (number | null)[]): Extract<PackedValues, { u: number }> | null {
  for (let digits = 0; digits <= MOST_DIGITS; digits++) {
    const scaled = scaledBy(values, 10 ** digits)
    if (scaled === null) continue
    const unit = digits === 0 ? commonUnit(scaled) : 1
    const units = unit === 1 ? scaled : scaled.map((value) => (value === null ? null : value / unit))
    return { i: base64(written(units)), n: values.length, u: unit, d: digits }
  }
  return null
}

/** The values times a scale, if that gives safe integers from which every value comes back exactly. */
function scaledBy(values: readonly (number | null)[], scale: number): (number | null)[] | null {
  const scaled: (number | null)[] = []
  for (const value of values) {
    if (value === null) {
      scaled.push(null)
      continue
    }
    const units = Math.round(value * scale)
    // A negative zero would come back as a zero.
    if (!(Math.abs(units) <= 2 ** 51) || units / scale !== value || Object.is(value, -0)) return null
    scaled.push(units)
  }
  return scaled
}

/** The largest number of which all differences and the first value are multiples; at least 1. */
function commonUnit(values: readonly (number | null)[]): number {
  let unit = 0
  for (const value of values) {
    let [a, b] = [Math.abs(value ?? 0), unit]
    while (a !== 0) [a, b] = [b % a, a]
    unit = b
    if (unit === 1) return 1
  }
  return Math.max(1, unit)
}

/** Differences between neighbours as bytes of seven bits, least first; null as 0, so that a difference begins at 1. */
function written(values: readonly (number | null)[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8)
  let at = 0
  let before = 0
  for (const value of values) {
    let code = 0
    if (value !== null) {
      const step = value - before
      code = (step < 0 ? -2 * step - 1 : 2 * step) + 1
      before = value
    }
    while (code >= 128) {
      bytes[at++] = (code % 128) + 128
      code = Math.floor(code / 128)
    }
    bytes[at++] = code
  }
  return bytes.subarray(0, at)
}

function differences(text: string, count: number): (number | null)[] {
  const bytes = atob(text)
  const values = new Array<number | null>(count)
  let at = 0
  let before = 0
  for (let row = 0; row < count; row++) {
    let code = 0
    let weight = 1
    for (;;) {
      const byte = bytes.charCodeAt(at++)
      code += (byte % 128) * weight
      if (byte < 128) break
      weight *= 128
    }
    if (code === 0) {
      values[row] = null
      continue
    }
    const zigzag = code - 1
    before += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2
    values[row] = before
  }
  return values
}

function bytesOf(values: readonly (number | null)[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [row, value] of values.entries()) view.setFloat64(row * 8, value ?? Number.NaN, true)
  return bytes
}

function doublesOf(text: string, count: number): (number | null)[] {
  const bytes = atob(text)
  const view = new DataView(new ArrayBuffer(count * 8))
  for (let at = 0; at < count * 8; at++) view.setUint8(at, bytes.charCodeAt(at))
  return Array.from({ length: count }, (_, row) => {
    const value = view.getFloat64(row * 8, true)
    return Number.isNaN(value) ? null : value
  })
}

/** In parts: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return btoa(parts.join(''))
}
