/** Exact amounts of the simulated exchange: whole numbers of 1e-8, apart from the engine's own arithmetic on purpose. */

const DIGITS = 8
export const ONE = 100_000_000n

/** `12.5` → units. Throws where the text is no decimal of at most eight digits. */
export function units(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,8})0*)?$/.exec(text)
  if (match === null) throw new Error(`not an amount of at most ${DIGITS} digits: ${text}`)
  const [, sign, whole, part = ''] = match
  const value = BigInt(whole!) * ONE + BigInt(part.padEnd(DIGITS, '0'))
  return sign === '-' ? -value : value
}

/** Units → the shortest text. */
export function text(value: bigint): string {
  const size = value < 0n ? -value : value
  const part = (size % ONE).toString().padStart(DIGITS, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${size / ONE}${part === '' ? '' : `.${part}`}`
}

/** a × b, rounded down. */
export function times(a: bigint, b: bigint): bigint {
  return (a * b) / ONE
}

/** a × b, rounded up: what a venue charges. */
export function timesUp(a: bigint, b: bigint): bigint {
  const product = a * b
  return product / ONE + (product % ONE > 0n ? 1n : 0n)
}

export function floorTo(value: bigint, step: bigint): bigint {
  return value - (value % step)
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
