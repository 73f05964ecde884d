/** Amounts as the exchanges write them: at least so many decimals, more where the amount needs them. */

import { type Dec, formatDec } from '../core/dec.ts'

/** Exact decimal text with at least `decimals` places: 1250 at scale 2 with 5 is `12.50000`. */
export function fixed(units: Dec, scale: number, decimals: number): string {
  return padded(formatDec(units, scale), decimals)
}

/** A price column's double, in its shortest text, with at least `decimals` places. */
export function priceText(price: number, decimals: number): string {
  const short = String(price)
  return padded(/e/.test(short) ? price.toFixed(12).replace(/0+$/, '') : short, decimals)
}

function padded(text: string, decimals: number): string {
  const at = text.indexOf('.')
  const places = at < 0 ? 0 : text.length - at - 1
  if (places >= decimals) return at === text.length - 1 ? text.slice(0, -1) : text
  return `${at < 0 ? `${text}.` : text}${'0'.repeat(decimals - places)}`
}

/** Decimals of an exact decimal text: 3 for `0.001`. */
export function decimalsOf(text: string): number {
  const at = text.indexOf('.')
  return at < 0 ? 0 : text.replace(/0+$/, '').length - at - 1
}

/** Unix seconds with four decimals, as Kraken writes times: a number. */
export function seconds(ms: number): number {
  return Math.round(ms * 10) / 10_000
}
