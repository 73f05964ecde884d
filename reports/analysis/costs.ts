/** From what trades made at mid prices to what was left, step by step. */

import type { RunResult } from '../../engine/core/result.ts'
import { column, type Dataset } from '../dataset.ts'

/** Quote currency; costs are positive where paid. */
export interface CostSums {
  readonly gross: number
  readonly spread: number
  readonly slippage: number
  readonly fees: number
  readonly funding: number
  readonly net: number
  /** Change of equity that no trade has: what was learned of after a close, and rounding to units of money. */
  readonly outside: number
  /** Final less initial equity, without what was moved in. */
  readonly change: number
}

/** Sums over all trades; `gross` is what they made at mid prices, `net` what was left. */
export function costSums({ trades, initialEquity, finalEquity, cashFlows }: RunResult): CostSums {
  const sum = (of: (trade: RunResult['trades'][number]) => number) => trades.reduce((all, one) => all + of(one), 0)
  const net = sum((t) => t.pnl)
  const fees = sum((t) => t.entryFee + t.exitFee)
  const funding = sum((t) => t.funding)
  const spread = sum((t) => t.spreadCost)
  const slippage = sum((t) => t.slippageCost)
  const gross = net + fees + funding + spread + slippage
  const change = finalEquity - initialEquity - cashFlows.reduce((all, { amount }) => all + amount, 0)
  return { gross, spread, slippage, fees, funding, net, outside: settled(change - net, change), change }
}

/** The error of sums of doubles isn't the account's: below a billionth of the sum it is none. */
function settled(rest: number, beside: number): number {
  return Math.abs(rest) < 1e-9 * Math.max(1, Math.abs(beside)) ? 0 : rest
}

/** One row a step: from where to where it takes the sum. */
export function waterfallDataset(result: RunResult): Dataset {
  const sums = costSums(result)
  const steps: { label: string; from: number; to: number; kind: string }[] = [
    { label: 'At mid prices', from: 0, to: sums.gross, kind: 'sum' },
  ]
  let at = sums.gross
  for (const [label, cost] of [
    ['Half-spreads', sums.spread],
    ['Slippage', sums.slippage],
    ['Fees', sums.fees],
    ['Funding', sums.funding],
  ] as const) {
    steps.push({ label, from: at, to: at - cost, kind: cost > 0 ? 'paid' : 'received' })
    at -= cost
  }
  steps.push({ label: 'Net of trades', from: 0, to: sums.net, kind: 'sum' })
  const kind = sums.outside < 0 ? 'paid' : 'received'
  steps.push({ label: 'Outside, rounding', from: sums.net, to: sums.net + sums.outside, kind })
  steps.push({ label: 'Change of equity', from: 0, to: sums.change, kind: 'sum' })
  return {
    title: 'From gross to net',
    columns: [
      column(
        'label',
        'Step',
        'text',
        steps.map((s) => s.label),
      ),
      column(
        'from',
        'From',
        'money',
        steps.map((s) => s.from),
      ),
      column(
        'to',
        'To',
        'money',
        steps.map((s) => s.to),
      ),
      column(
        'kind',
        'Kind',
        'text',
        steps.map((s) => s.kind),
      ),
    ],
  }
}
