/** What a seed left behind, for people: its journal and the exchange's orders and trades, line by line. */

import { text } from './venue/amount.ts'
import type { World } from './world/world.ts'

export function traced(world: World, journal: string): string[] {
  const lines: string[] = []
  const bytes = world.disk.content(journal)
  for (const line of (bytes?.toString('utf8') ?? '').split('\n')) {
    if (line === '') continue
    try {
      const { seq, kind, body } = JSON.parse(line) as { seq: number; kind: string; body: unknown }
      if (kind !== 'OPEN') lines.push(`${seq} ${kind} ${JSON.stringify(body)}`)
    } catch {
      lines.push(`torn: ${line}`)
    }
  }
  const at = (ms: number): string => new Date(ms).toISOString().slice(11)
  for (const order of world.exchange.orders) {
    const { venueId, clientId, symbol, side, type, quantity, limitPrice, stopPrice, versions } = order
    const states = versions.map(({ atMs, status, filled }) => `${at(atMs)} ${status} ${text(filled)}`).join(' · ')
    const level = `limit ${text(limitPrice)} stop ${text(stopPrice)}`
    lines.push(`${venueId} ${clientId} ${symbol} ${side} type ${type} ${text(quantity)} ${level}: ${states}`)
  }
  for (const { tradeId, venueId, side, quantity, price, fee, feeAsset, atMs } of world.exchange.trades) {
    const size = `${side * 1} × ${text(quantity)} at ${text(price)}`
    lines.push(`${tradeId} of ${venueId}: ${at(atMs)} ${size}, fee ${text(fee)} ${feeAsset}`)
  }
  return lines
}
