/** Venues as they are reached from here: whether they answer, how fast, and how far this clock is from theirs. */

import { type Finding, fault, note, ok } from './finding.ts'

/** Public calls that need no key and tell the time, as the venues' documentation has them. */
export const TIME_CALLS: Readonly<Record<string, string>> = {
  kraken: 'https://api.kraken.com/0/public/Time',
  coinbase: 'https://api.coinbase.com/api/v3/brokerage/time',
  binance: 'https://api.binance.com/api/v3/time',
  krakenfutures: 'https://futures.kraken.com/derivatives/api/v3/instruments/status',
  hyperliquid: 'https://api.hyperliquid.xyz/info',
  alpaca: 'https://api.alpaca.markets/v2/clock',
}

const TIMEOUT_MS = 5000
/** A clock that is further off is refused by venues, or trades on stale prices. */
const CLOCK_FAULT_MS = 1000
const CLOCK_NOTE_MS = 500
/** The HTTP header tells whole seconds. */
const HEADER_ERROR_MS = 1000

/** One look at a venue. An answer with any status counts: without a key some refuse, and are there. */
export async function checkVenue(venue: string, url: string): Promise<Finding[]> {
  const topic = `venue ${venue}`
  const began = Date.now()
  let response: Response
  try {
    const body = venue === 'hyperliquid' ? { method: 'POST', body: '{"type":"meta"}' } : {}
    const headers = { 'content-type': 'application/json' }
    response = await fetch(url, { ...body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    await response.arrayBuffer()
  } catch (cause) {
    const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message
    return [note(topic, `not reached: ${reason}`, 'needed for data pull and live only; look at network and firewall')]
  }
  const tookMs = Date.now() - began
  if (response.status >= 500) return [note(topic, `answers ${response.status}`, 'it may be in maintenance: try later')]
  return [ok(topic, `answers in ${tookMs} ms`), ...clockOf(topic, response.headers.get('date'), began, tookMs)]
}

/** By the `Date` header, whose whole second began at most a second before the answer was made. */
function clockOf(topic: string, header: string | null, began: number, tookMs: number): Finding[] {
  const serverMs = header === null ? Number.NaN : Date.parse(header)
  if (Number.isNaN(serverMs)) return []
  const aheadMs = began + tookMs / 2 - (serverMs + HEADER_ERROR_MS / 2)
  const text = `this clock is ${Math.abs(aheadMs / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead'} of it`
  const beyond = Math.abs(aheadMs) - HEADER_ERROR_MS / 2 - tookMs / 2
  const hint = 'let the system keep time by NTP (timedatectl set-ntp true)'
  if (beyond > CLOCK_FAULT_MS) return [fault(topic, text, hint)]
  return beyond > CLOCK_NOTE_MS ? [note(topic, text, hint)] : []
}
