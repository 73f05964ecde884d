/**
 * Exact arithmetic on decimal text, for what goes to a venue and comes from one: no double touches an amount, and
 * nothing is rounded unless a function's name says so.
 */

/** digits × 10^-decimals, with its sign. */
interface Exact {
  readonly digits: bigint
  readonly decimals: number
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

function exact(text: string): Exact {
  const match = NUMBER.exec(text)
  if (match === null) throw new RangeError(`'${text.slice(0, 40)}' is no decimal number`)
  const fraction = match[3] ?? ''
  const digits = BigInt(`${match[1] === '-' ? '-' : ''}${match[2]}${fraction}`)
  const decimals = fraction.length - Number(match[4] ?? 0)
  return decimals >= 0 ? { digits, decimals } : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 }
}

function text({ digits, decimals }: Exact): string {
  const size = (digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0')
  const whole = decimals === 0 ? size : size.slice(0, -decimals)
  const fraction = decimals === 0 ? '' : size.slice(-decimals).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function aligned(a: string, b: string): { left: bigint; right: bigint; decimals: number } {
  const x = exact(a)
  const y = exact(b)
  const decimals = Math.max(x.decimals, y.decimals)
  return {
    left: x.digits * 10n ** BigInt(decimals - x.decimals),
    right: y.digits * 10n ** BigInt(decimals - y.decimals),
    decimals,
  }
}

/** The decimal text of a number or a numeric text, exponents written out, trailing zeros dropped; null for neither. */
export function plain(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const trimmed = String(value).trim()
  return NUMBER.test(trimmed) ? text(exact(trimmed)) : null
}

/** `plain`, null for zero: venues write 0 where there is nothing. */
export function plainNonZero(value: unknown): string | null {
  const one = plain(value)
  return one === '0' ? null : one
}

export function add(a: string, b: string): string {
  const { left, right, decimals } = aligned(a, b)
  return text({ digits: left + right, decimals })
}

export function subtract(a: string, b: string): string {
  const { left, right, decimals } = aligned(a, b)
  return text({ digits: left - right, decimals })
}

export function multiply(a: string, b: string): string {
  const x = exact(a)
  const y = exact(b)
  return text({ digits: x.digits * y.digits, decimals: x.decimals + y.decimals })
}

/** a / b towards zero at `decimals` places. */
export function divideTruncated(a: string, b: string, decimals: number): string {
  const { left, right } = aligned(a, b)
  return text({ digits: (left * 10n ** BigInt(decimals)) / right, decimals })
}

/** Below, at or above zero as a is to b. */
export function compare(a: string, b: string): number {
  const { left, right } = aligned(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The value × 10^places. */
export function shift(value: string, places: number): string {
  const { digits, decimals } = exact(value)
  const moved = decimals - places
  return text(moved >= 0 ? { digits, decimals: moved } : { digits: digits * 10n ** BigInt(-moved), decimals: 0 })
}

/** How many decimals the value needs. */
export function decimalsOf(value: string): number {
  return text(exact(value)).split('.')[1]?.length ?? 0
}

/** The step that `decimals` places leave: 0.01 for 2. */
export function stepOf(decimals: number): string {
  return shift('1', -decimals)
}

export function negate(value: string): string {
  return subtract('0', value)
}

/** Whether it is a whole multiple of a step. */
export function isMultiple(value: string, step: string): boolean {
  const { left, right } = aligned(value, step)
  return right !== 0n && left % right === 0n
}
