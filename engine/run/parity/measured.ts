/** What a live session's fills cost and how long they took: slippage, fees and delays as a cost model for run files. */

import { decToNumber } from '../../core/dec.ts'
import { OrderType } from '../../core/order.ts'
import { type ParityInput, rowAt } from './sides.ts'

export interface Spread {
  readonly n: number
  readonly mean: number
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface MeasuredCosts {
  /** Of market fills against the open of the bar after the decision, in basis points, against the order; null without any. */
  readonly slippageBps: Spread | null
  /** From the close that decided to the fill, ms; null without any. */
  readonly latencyMs: Spread | null
  readonly latencies: readonly number[]
  /** Fees over value; null without fills of that kind. */
  readonly makerRate: number | null
  readonly takerRate: number | null
}

/** Delays that a run file gets as its sample. */
const SAMPLE = 200

export function measuredCosts(input: ParityInput): MeasuredCosts {
  const { live, instruments, rows, open } = input
  const slips: number[] = []
  const latencies: number[] = []
  const paid = { maker: [0, 0], taker: [0, 0] } as Record<'maker' | 'taker', [number, number]>
  for (const { orderId, instrument, price, value, fee, maker, atMs } of live.fills) {
    const { pxDec, quoteDec } = instruments[instrument]!
    const kind = maker ? 'maker' : 'taker'
    paid[kind][0] += decToNumber(fee, quoteDec)
    paid[kind][1] += decToNumber(value, quoteDec)
    const order = live.orders.get(orderId)
    if (order === undefined || order.type !== OrderType.market) continue
    // Decided at a close: what the next bar opened with is what a simulation without slippage fills at.
    const row = rowAt(input, order.decidedMs)
    const reference = row < rows ? open[instrument]![row]! : Number.NaN
    if (reference > 0) slips.push(order.side * (decToNumber(price, pxDec) / reference - 1) * 10_000)
    if (atMs >= order.decidedMs) latencies.push(atMs - order.decidedMs)
  }
  const rate = ([fees, values]: [number, number]): number | null => (values > 0 ? fees / values : null)
  return {
    slippageBps: spreadOf(slips),
    latencyMs: spreadOf(latencies),
    latencies,
    makerRate: rate(paid.maker),
    takerRate: rate(paid.taker),
  }
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { n: values.length, mean, median, least: sorted[0]!, most: sorted.at(-1)! }
}

/**
 * `costs:` and `execution:` of a run file. A mean slippage below nothing is written as none: a model that pays one for
 * trading is no model. Rates that weren't seen are taken from the other kind. Null where there were no fills.
 */
export function costModelYaml(measured: MeasuredCosts, session: string): string | null {
  const { slippageBps, latencyMs, latencies, makerRate, takerRate } = measured
  const taker = takerRate ?? makerRate
  const maker = makerRate ?? takerRate
  if (taker === null || maker === null) return null
  const lines = [`# Measured in the live session ${session}: paste it into a run file.`]
  lines.push('costs:')
  const unseen = makerRate === null ? 'maker' : takerRate === null ? 'taker' : null
  if (unseen !== null) lines.push(`  # no fill was a ${unseen}'s: its rate is taken to be the other's`)
  lines.push(`  fees: { maker: ${rounded(Math.max(0, maker))}, taker: ${rounded(Math.max(0, taker))} }`)
  if (slippageBps !== null) {
    const { n, mean, median, least, most } = slippageBps
    lines.push(`  # ${n} market fills: median ${rounded(median)}, from ${rounded(least)} to ${rounded(most)}`)
    lines.push(`  slippageBps: ${rounded(Math.max(0, mean))}`)
  }
  if (latencyMs !== null) {
    const step = Math.max(1, Math.ceil(latencies.length / SAMPLE))
    const sample = latencies.filter((_, i) => i % step === 0).map((ms) => Math.round(ms))
    lines.push('execution:', `  # from the close that decides to the fill: median ${rounded(latencyMs.median)} ms`)
    const isOne = sample.every((ms) => ms === sample[0])
    lines.push(`  latencyMs: ${isOne ? sample[0] : `{ sample: [${sample.join(', ')}] }`}`)
  }
  return `${lines.join('\n')}\n`
}

function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
