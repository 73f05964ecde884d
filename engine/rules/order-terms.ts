/** What a signal asks of its order beyond size and price, checked: what contradicts itself is the strategy's mistake. */

import { type Dec, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type OrderTerms, OrderType, TimeInForce } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { rateOf } from './rate.ts'

const TIMES: Readonly<Record<string, TimeInForce>> = {
  GTC: TimeInForce.gtc,
  IOC: TimeInForce.ioc,
  FOK: TimeInForce.fok,
  GTD: TimeInForce.gtd,
}

function refuse(message: string, hint: string): never {
  throw new TandemError(message, { code: 'BAD_SIGNAL', where: 'strategy', hint })
}

/** Terms of an entry; null where it asks for none. Throws `BAD_SIGNAL`. */
export function entryTerms(options: SignalOptions | null, type: OrderType): OrderTerms | null {
  if (options === null) return null
  const { postOnly = false, timeInForce, goodTillMs } = options
  if (!postOnly && timeInForce === undefined && goodTillMs === undefined) return null
  const tif =
    timeInForce === undefined ? (goodTillMs === undefined ? TimeInForce.gtc : TimeInForce.gtd) : TIMES[timeInForce]
  if (tif === undefined)
    refuse(`there is no time in force '${timeInForce}'`, `known are ${Object.keys(TIMES).join(', ')}`)
  if ((tif === TimeInForce.gtd) !== (goodTillMs !== undefined)) {
    refuse(`an entry ${timeInForce ?? ''} good till ${goodTillMs}`, 'GTD and goodTillMs go together')
  }
  if (postOnly && type !== OrderType.limit)
    refuse('only a limit order can be post-only', 'give limitPrice, and no triggerPrice')
  if (postOnly && tif !== TimeInForce.gtc && tif !== TimeInForce.gtd) {
    refuse(`a post-only order can't be ${timeInForce}`, 'what may not take at once has to wait')
  }
  return { timeInForce: tif, postOnly, trailAmount: ZERO, trailRate: ZERO }
}

/** Terms of the trailing stop that a signal asks for; null for none. Throws `BAD_SIGNAL`. */
export function trailTerms({ trail, trailAmount }: SignalOptions, instrument: Instrument): OrderTerms | null {
  if (trail === undefined && trailAmount === undefined) return null
  if (trail !== undefined && trailAmount !== undefined)
    refuse('a trailing stop has one distance', 'give trail or trailAmount')
  if (trail !== undefined && !(trail > 0 && trail < 1))
    refuse(`a trail of ${trail}`, 'give a fraction between 0 and 1, 0.02 for 2 %')
  if (trailAmount !== undefined && !(trailAmount > 0)) refuse(`a trail of ${trailAmount}`, 'give an amount above 0')
  return {
    timeInForce: TimeInForce.gtc,
    postOnly: false,
    trailAmount: trailAmount === undefined ? ZERO : (Math.max(1, priceUnits(instrument, trailAmount)) as Dec),
    trailRate: trail === undefined ? ZERO : rateOf(trail),
  }
}
