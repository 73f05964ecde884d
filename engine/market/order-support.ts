/** A run's venues' order profiles as the simulated venue asks them, and what they refused, in the venue's words. */

import type { Instrument } from '../core/instrument.ts'
import { type OrderFields, OrderType, TimeInForce } from '../core/order.ts'
import { ORDER_KINDS, type OrderProfile, TIMES_IN_FORCE } from '../core/order-profile.ts'
import type { OrderSupport } from '../core/order-support.ts'

export class VenueOrders implements OrderSupport {
  private readonly profiles: ReadonlyMap<string, OrderProfile>
  /** The first thing that each instrument's venue lacked, in words. */
  readonly lacked = new Map<number, string>()

  constructor(profiles: readonly OrderProfile[]) {
    this.profiles = new Map(profiles.map((profile) => [profile.venue, profile]))
  }

  lacks(order: OrderFields, instrument: Instrument, atMs: number): boolean {
    const profile = this.profiles.get(instrument.venue)
    const why = profile === undefined ? null : lackOf(profile, order, instrument, atMs)
    if (why === null) return false
    if (!this.lacked.has(instrument.id)) this.lacked.set(instrument.id, why)
    return true
  }

  amends(instrument: Instrument): boolean {
    const profile = this.profiles.get(instrument.venue)
    if (profile === undefined || profile.amend !== null) return true
    if (!this.lacked.has(instrument.id)) this.lacked.set(instrument.id, `${profile.venue} can't change a resting order`)
    return false
  }

  restsStop(instrument: Instrument, paired: boolean, atMs: number): boolean {
    const profile = this.profiles.get(instrument.venue)
    if (profile === undefined) return true
    return has(profile.types, profile, 'stop', atMs) || (paired && profile.pairedStop !== null)
  }
}

/** What the venue has none of, in one line with the names of what it has; null where it takes the order. */
export function lackOf(profile: OrderProfile, order: OrderFields, instrument: Instrument, atMs: number): string | null {
  const kind = ORDER_KINDS[order.type - 1]!
  const isPaired = order.type === OrderType.stop && order.ocoGroup !== 0 && profile.pairedStop !== null
  if (!isPaired && !has(profile.types, profile, kind, atMs)) return lack(profile, `no ${kind} order`, profile.types)
  const tif = TIMES_IN_FORCE[(order.terms?.timeInForce ?? TimeInForce.gtc) - 1]!
  if (!has(profile.timeInForce, profile, tif, atMs)) {
    return lack(profile, `no time in force ${tif}`, profile.timeInForce)
  }
  if (order.terms?.postOnly === true && profile.postOnly === null) return `${profile.venue} has no post-only order`
  const isReducing = order.reduceOnly && instrument.kind !== 'spot'
  return isReducing && profile.reduceOnly === null ? `${profile.venue} has no reduce-only order` : null
}

function has(names: Readonly<Record<string, string>>, profile: OrderProfile, key: string, atMs: number): boolean {
  return names[key] !== undefined && atMs >= (profile.sinceMs[key] ?? Number.NEGATIVE_INFINITY)
}

function lack(profile: OrderProfile, what: string, names: Readonly<Record<string, string>>): string {
  const since = Object.keys(profile.sinceMs).filter((key) => what.endsWith(key))
  const from = since.length > 0 ? ' then' : ''
  return `${profile.venue} has ${what}${from}; it takes ${[...new Set(Object.values(names))].join(', ')}`
}
