/** Reads a run's configuration, which a report sees as plain data of unknown shape. */

import { formatNumber } from './format.ts'

/** The value at `path`, or undefined where any step is missing. */
export function readPath(config: unknown, ...path: readonly string[]): unknown {
  let value = config
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}

/** A setting in one line: scalars as they are, objects as `key value, key value`. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return '–'
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'n/a'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(describe).join(', ')
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value)
  return entries.length === 0 ? 'none' : entries.map(([key, item]) => `${key} ${describe(item)}`).join(', ')
}

/** A fee setting: a schedule's name, or flat rates in per cent. */
function describeFees(fees: unknown): string {
  if (fees === 'schedule') return 'Venue’s dated fee schedule'
  const [maker, taker] = [readPath(fees, 'maker'), readPath(fees, 'taker')]
  if (typeof maker !== 'number' || typeof taker !== 'number') return describe(fees)
  const percent = (rate: number) => `${formatNumber(rate * 100, 4).replace(/\.?0+$/, '')}\u00a0%`
  return `maker ${percent(maker)}, taker ${percent(taker)}`
}

/** The cost model as fees and the rest; dashes where the configuration has none. */
export function describeCosts(config: unknown): { readonly fees: string; readonly other: string } {
  const costs = readPath(config, 'costs')
  if (typeof costs !== 'object' || costs === null) return { fees: '–', other: '' }
  const parts: string[] = []
  const spread = readPath(costs, 'spreadBps')
  const slippage = readPath(costs, 'slippageBps')
  const unit = typeof spread === 'number' ? '\u00a0bp' : ', estimated from the candles'
  if (spread !== undefined) parts.push(`spread ${describe(spread)}${unit}`)
  if (slippage !== undefined) parts.push(`slippage ${describe(slippage)}\u00a0bp`)
  const impact = readPath(costs, 'impact')
  if (typeof impact === 'number' && impact > 0) parts.push(`impact ${describe(impact)}\u00a0σ√(quantity/volume)`)
  return { fees: describeFees(readPath(costs, 'fees')), other: parts.join(', ') }
}
