/** Any venue at a wire server, answering by `METHOD path`. */

import { openExchange, type VenueKeys } from '../../../engine/live/ccxt/open.ts'
import type { ExchangePort } from '../../../engine/live/exchange.ts'
import { folder, NOW_MS, standingClock } from './support.ts'
import { type Answer, type Heard, startWire, type Wire } from './wire.ts'

export type Reply = unknown | ((heard: Heard) => unknown)

export interface VenueAtWire {
  readonly exchange: ExchangePort
  readonly wire: Wire
}

/** Marks an answer of the wire (a status, headers, a broken connection) beside plain bodies. */
export function answer(one: Answer): Answer & { readonly wire: true } {
  return { ...one, wire: true }
}

/**
 * The open venue. `answers` are looked up by `METHOD path`, else by the path's last part; an unexpected request is
 * answered with 599, which no adapter takes for anything.
 */
export async function venueAt(
  venue: string,
  keys: VenueKeys,
  answers: Readonly<Record<string, Reply>>,
  symbols: readonly string[] = [],
): Promise<VenueAtWire> {
  const wire = await startWire((heard) => {
    const given = answers[`${heard.method} ${heard.path}`] ?? answers[heard.path.split('/').at(-1)!]
    if (given === undefined) return { status: 599, body: `no answer for ${heard.method} ${heard.path}` }
    const one = typeof given === 'function' ? (given as (heard: Heard) => unknown)(heard) : given
    return typeof one === 'object' && one !== null && 'wire' in one ? (one as Answer) : { body: one }
  })
  const environment = standingClock(NOW_MS)
  const exchange = await openExchange({ venue, keys, url: wire.url, environment, nonceFolder: folder(), paced: false })
  await exchange.markets(symbols)
  wire.heard.length = 0
  return { exchange, wire }
}
