/** Prices on a tick. */

import { TandemError } from '../../engine/core/errors.ts'

/** A price step as `numerator` / `scale` with `scale` a power of ten: 0.05 is 5 / 100. */
export interface Tick {
  readonly numerator: number
  readonly scale: number
}

/** Throws `BAD_OPTION` unless `tick` is positive with at most 12 decimals. */
export function makeTick(tick: number): Tick {
  for (let scale = 1; scale <= 1e12; scale *= 10) {
    const numerator = Math.round(tick * scale)
    if (numerator > 0 && numerator / scale === tick) return { numerator, scale }
  }
  throw new TandemError(`${tick} is not a tick size`, {
    code: 'BAD_OPTION',
    where: 'tick',
    hint: 'give a positive number with at most 12 decimals, such as 0.01',
  })
}

/** The price on the tick nearest to `price`, at least one tick: one division, so the double nearest the decimal. */
export function toTick(price: number, tick: Tick): number {
  const ticks = Math.max(1, Math.round((price * tick.scale) / tick.numerator))
  return (ticks * tick.numerator) / tick.scale
}

/** Up to here every price on the tick is exact; the walk is turned back there. */
export function highestPrice(tick: Tick): number {
  return Math.min(1e12, 2 ** 52 / tick.scale)
}
