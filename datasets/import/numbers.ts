/** Decimal numbers from bytes, to the same double as `Number(text)`. */

/** Powers of ten that are exact doubles. */
export const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Largest mantissa below which adding another digit stays an exact integer. */
const MANTISSA_LIMIT = (Number.MAX_SAFE_INTEGER - 9) / 10

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * The number in `from`..`to`, or NaN if the bytes aren't a decimal number. Up to 2^53 in digits and 22 decimals the
 * mantissa and the power of ten are exact, so that one division rounds once and correctly (W. D. Clinger, "How to read
 * floating point numbers accurately", 1990); anything else goes through `Number`.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let mantissa = 0
  let decimals = 0
  let digits = 0
  let seenPoint = false
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 0x30
    if (digit >= 0 && digit <= 9) {
      if (mantissa > MANTISSA_LIMIT) return parseSlowly(bytes, from, to)
      mantissa = mantissa * 10 + digit
      digits += 1
      if (seenPoint) decimals += 1
    } else if (digit === -2 && !seenPoint) seenPoint = true
    else return parseSlowly(bytes, from, to)
  }
  if (digits === 0) return Number.NaN
  return decimals > 22 ? parseSlowly(bytes, from, to) : mantissa / EXACT_POWERS[decimals]!
}

function parseSlowly(bytes: Uint8Array, from: number, to: number): number {
  const text = cellText(bytes, from, to)
  return PLAIN_NUMBER.test(text) ? Number(text) : Number.NaN
}

/** The bytes as text. */
export function cellText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')
}

/** Digits of a decimal number from the first to the last that isn't zero: `1200.50` has 5. */
export function significantDigits(text: string): number {
  const digits = text.replace(/[eE].*$/, '').replace(/\D/g, '')
  return digits.replace(/^0+/, '').replace(/0+$/, '').length
}
