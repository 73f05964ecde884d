/** Numbers and times as people read them; the same code formats the page when it is made and tables when it is open. */

/** What a value is, which decides its digits. */
export type Kind =
  | 'time'
  | 'day'
  | 'money'
  | 'price'
  | 'quantity'
  | 'fraction'
  | 'ratio'
  | 'count'
  | 'duration'
  | 'number'
  | 'text'

export const NOT_AVAILABLE = 'n/a'

const MINUS = '\u2212'
const DIGITS_BY_QUOTE: Readonly<Record<string, number>> = { BTC: 8, XBT: 8, ETH: 6, BNB: 6, SOL: 6, JPY: 0, KRW: 0 }
const DAY_MS = 86_400_000

/** A decimal with grouped thousands and a true minus sign; `n/a` for what isn't finite, and never a negative zero. */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return NOT_AVAILABLE
  if (Math.abs(value) >= 1e15) return value.toExponential(3).replace('-', MINUS)
  const [whole, decimals] = Math.abs(value).toFixed(digits).split('.') as [string, string | undefined]
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const text = decimals === undefined ? grouped : `${grouped}.${decimals}`
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text
}

/** Money with the digits that are usual for the currency, without its name. */
export function formatMoney(value: number, quote: string): string {
  return formatNumber(value, DIGITS_BY_QUOTE[quote.toUpperCase()] ?? 2)
}

/** A fraction as per cent: 0.1234 → `12.34 %`. */
export function formatFraction(value: number, digits = 2): string {
  const text = formatNumber(value * 100, digits)
  return text === NOT_AVAILABLE ? text : `${text}\u00a0%`
}

/** As many decimals as give `significant` digits. Zeros at the end stay, so that a column's points line up. */
function formatSignificant(value: number, significant: number): string {
  if (!Number.isFinite(value)) return NOT_AVAILABLE
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  return formatNumber(value, Math.min(12, Math.max(0, significant - 1 - magnitude)))
}

/** A price: two decimals from 1,000 up, and six significant digits below. */
export function formatPrice(value: number): string {
  return Math.abs(value) >= 1000 ? formatNumber(value, 2) : formatSignificant(value, 6)
}

/** Minutes in UTC, with seconds and milliseconds only where they are not zero: `2021-03-04 12:00`. */
export function formatTime(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return NOT_AVAILABLE
  const iso = new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
  return iso.replace(/\.000$/, '').replace(/(:\d\d):00$/, '$1')
}

/** The name of a candle's span: 3,600,000 ms → `1h`. */
export function formatTimeframe(ms: number): string {
  const units = { w: 7 * DAY_MS, d: DAY_MS, h: 3_600_000, m: 60_000, s: 1000 }
  const whole = Object.entries(units).find(([, size]) => ms > 0 && ms % size === 0)
  return whole === undefined ? `${ms}ms` : `${ms / whole[1]}${whole[0]}`
}

/** A span of time in its largest sensible unit. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return NOT_AVAILABLE
  const size = Math.abs(ms)
  if (size >= 2 * DAY_MS) return `${formatNumber(ms / DAY_MS, 1)} d`
  if (size >= 3_600_000) return `${formatNumber(ms / 3_600_000, 1)} h`
  if (size >= 60_000) return `${formatNumber(ms / 60_000, 1)} min`
  return `${formatSignificant(ms / 1000, 4)} s`
}

/** A setting as one would write it: six digits at most, no zeros at the end. */
function formatSetting(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return formatNumber(value, 0).replaceAll(',', '')
  return formatSignificant(value, 6)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

const FORMATS: Readonly<Record<Exclude<Kind, 'text'>, (value: number, quote: string) => string>> = {
  time: formatTime,
  // A day's first instant is that day; another time is told in full.
  day: (value) => formatTime(value).replace(/ 00:00$/, ''),
  money: formatMoney,
  price: formatPrice,
  quantity: (value) => formatSignificant(value, 6),
  fraction: (value) => formatFraction(value),
  ratio: (value) => formatNumber(value, 3),
  count: (value) => formatNumber(value, 0),
  duration: formatDuration,
  number: formatSetting,
}

/** Text with a capital at its start, as a heading or a sentence has. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** One cell of a table. Null is an en dash; text is itself. */
export function formatCell(value: number | string | null, kind: Kind, quote: string): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  return kind === 'text' ? String(value) : FORMATS[kind](value, quote)
}

const UNITS: Readonly<Record<string, (value: number, quote: string) => string>> = {
  fraction: (value) => formatFraction(value),
  quote: (value, quote) => `${formatMoney(value, quote)} ${quote}`,
  ratio: (value) => formatNumber(value, 3),
  number: (value) => formatNumber(value, 3),
  probability: (value) => formatNumber(value, 3),
  correlation: (value) => formatNumber(value, 3),
  R: (value) => `${formatNumber(value, 3)} R`,
  count: (value) => formatNumber(value, Number.isInteger(value) ? 0 : 2),
  days: (value) => `${formatNumber(value, 1)} d`,
  bars: (value) => `${formatNumber(value, Number.isInteger(value) ? 0 : 1)} bars`,
  ms: (value) => formatDuration(value),
  time: (value) => `${formatTime(value)} UTC`,
  multiple: (value) => `${formatNumber(value, Number.isInteger(value) ? 0 : 2)} ×`,
}

/** A metric's value by its unit; an unknown unit is written behind the number as it is. */
export function formatMetric(value: number | null, unit: string, quote: string): string {
  if (value === null || !Number.isFinite(value)) return NOT_AVAILABLE
  const known = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  return known === undefined ? `${formatSignificant(value, 5)} ${unit}`.trim() : known(value, quote)
}
