/**
 * How much of the result hangs on costs: the run again without them and at twice of them. Nothing is scaled afterwards:
 * other fees are other sizes, other gates and other trades, so that each is a run of its own.
 */

import { BugError, TandemError } from '../../core/errors.ts'
import type { Metric, RunResult } from '../../core/result.ts'
import type { CostRun, CostSensitivity } from '../../core/run-detail.ts'
import { metricsOf } from '../analysis.ts'
import type { PreparedStrategy } from '../backtest.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { dearer, dearerBorrowing, dearerFunding } from '../dearer.ts'
import { execute } from '../execute.ts'
import type { RunHeader } from '../header.ts'
import { type Market, makeInstruments } from '../market.ts'
import { makeResult } from '../result.ts'
import type { Terms } from '../terms.ts'

export const COST_FACTORS = [0, 2] as const

/** Bars of all symbols together up to which a report has it without being asked: some seconds at most. */
export const MOST_BARS = 1_000_000

/** `auto`: where the run isn't long. */
export type SensitivityChoice = 'auto' | 'on' | 'off'

/** A finished run, and what it was made of. */
export interface CostSubject {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly terms: Terms
  readonly strategy: PreparedStrategy
  readonly header: RunHeader
  readonly result: RunResult
  readonly metrics: readonly Metric[]
}

/** The runs, or why there are none. */
export function costSensitivity(
  subject: CostSubject,
  choice: SensitivityChoice,
): CostSensitivity | { readonly omitted: string } {
  const again = 'tandem backtest … --sensitivity on makes them'
  if (choice === 'off') return { omitted: `The runs at other costs were turned off: ${again}.` }
  const bars = subject.market.grid.rows * subject.market.grid.symbols.length
  if (choice === 'auto' && bars > MOST_BARS) {
    return { omitted: `More than ${MOST_BARS} bars: the runs at other costs are only made when asked for; ${again}.` }
  }
  try {
    return sensitivityOf(subject)
  } catch (error) {
    if (error instanceof BugError || !(error instanceof Error)) throw error
    // Such as a strategy of the user's own that fails at other sizes: the run itself is whole.
    const why = error instanceof TandemError ? error.line : error.message
    return { omitted: `A run at other costs failed: ${why}` }
  }
}

function sensitivityOf(subject: CostSubject): CostSensitivity {
  const { result, metrics, config, terms } = subject
  const { margin } = result
  // What was earned by funding isn't a cost: it would make dearer runs look better.
  const fundingPaid = margin !== null && margin.funding > 0
  const borrows = terms.margin?.records.some(({ product }) => product === 'spot') === true
  const others = COST_FACTORS.map((factor) => runAt(subject, factor, fundingPaid))
  const runs = [...others, { factor: 1, ...figures(result, metrics) }].sort((a, b) => a.factor - b.factor)
  const kept = [
    ...(margin !== null && margin.funding < 0 ? ['funding, which was received on the whole'] : []),
    ...(margin !== null && margin.rules !== null ? ["the venue's fee for a liquidation"] : []),
    ...(typeof config.costs.fees === 'object' && Math.min(config.costs.fees.maker, config.costs.fees.taker) < 0
      ? ['rebates']
      : []),
  ]
  const scaled = [
    'fees',
    'spread',
    'slippage',
    ...(config.costs.impact > 0 ? ['impact'] : []),
    ...(fundingPaid ? ['funding'] : []),
    ...(borrows ? ['borrowing'] : []),
  ]
  return { runs, scaled, kept }
}

function runAt(subject: CostSubject, factor: number, fundingPaid: boolean): CostRun {
  const { strategy, header } = subject
  const { margin } = subject.terms
  const own = dearer(subject.terms, factor)
  const terms = margin === null || margin === undefined ? own : { ...own, margin: dearerBorrowing(margin, factor) }
  const { config, market } = fundingPaid ? dearerFunding(subject.config, subject.market, factor) : subject
  const executed = execute(config, market, makeInstruments(config, market.grid), strategy.create(), { terms })
  const model = config.execution.ambiguous
  const finalEquity = { [model]: executed.kernel.marker.equityNow }
  const result = makeResult({ config, market, executed, header, params: strategy.params, inputs: '', finalEquity })
  return { factor, ...figures(result, metricsOf(result)) }
}

function figures(result: RunResult, metrics: readonly Metric[]): Omit<CostRun, 'factor'> {
  const read = (id: string): number | null => metrics.find((one) => one.id === id)?.value ?? null
  return {
    finalEquity: result.finalEquity,
    totalReturn: read('totalReturn'),
    maxDrawdown: read('maxDrawdown'),
    sharpe: read('sharpe'),
    trades: result.trades.filter(({ exitTimeMs }) => exitTimeMs !== null).length,
    fees: result.fees,
    spreadAndSlippage: result.trades.reduce((sum, one) => sum + one.spreadCost + one.slippageCost, 0),
    funding: result.funding,
    decisions: result.digest.decisions,
  }
}
