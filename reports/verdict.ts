/**
 * The run in plain words: what it made, against what, at what cost, and how far that can be trusted. Statements of
 * fact with their numbers; whether a configuration may go live is for validation to say.
 */

import type { Metric, RunResult } from '../engine/core/result.ts'
import type { CostSensitivity, RunDetail } from '../engine/core/run-detail.ts'
import { costSums } from './analysis/costs.ts'
import { formatFraction, formatMoney, formatNumber } from './format.ts'

export interface Statement {
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
}

/** Trades below which averages of trades say little; the usual rule of thumb for a mean. */
const FEW_TRADES = 30
/** Share of the profit at mid prices from which costs are what decides. */
const HEAVY_COSTS = 0.5

type Read = (id: string) => number | null

export function verdictOf(
  result: RunResult,
  metrics: readonly Metric[],
  detail: RunDetail | null = null,
): readonly Statement[] {
  const read: Read = (id) => metrics.find((one) => one.id === id)?.value ?? null
  return [
    outcome(result, read),
    benchmark(read),
    costs(result),
    sensitivity(result, detail),
    sample(result, read),
    refusals(result),
    ambiguity(result),
  ].filter((one) => one !== null)
}

function outcome(result: RunResult, read: Read): Statement {
  const total = read('totalReturn')
  const money = (value: number) => `${formatMoney(value, result.quote)} ${result.quote}`
  if (result.finalEquity <= 0) {
    return { tone: 'bad', text: `The account was wiped out: it ended with ${money(result.finalEquity)}.` }
  }
  if (total === null) return { tone: 'plain', text: `The account ended with ${money(result.finalEquity)}.` }
  const drawdown = read('maxDrawdown')
  const depth = drawdown === null || drawdown === 0 ? '' : `, with a deepest drawdown of ${formatFraction(-drawdown)}`
  const verb = total > 0 ? 'made' : total < 0 ? 'lost' : 'moved'
  const tone = total > 0 ? 'good' : total < 0 ? 'bad' : 'plain'
  return { tone, text: `The account ${verb} ${formatFraction(Math.abs(total))}${depth}.` }
}

function benchmark(read: Read): Statement | null {
  const [excess, held] = [read('excessReturn'), read('benchmarkReturn')]
  if (excess === null || held === null) return null
  const side = excess >= 0 ? 'more' : 'less'
  return {
    tone: excess >= 0 ? 'good' : 'bad',
    text: `That is ${formatFraction(Math.abs(excess))} of the capital ${side} than buying and holding, which returned ${formatFraction(held)} without costs.`,
  }
}

function costs(result: RunResult): Statement | null {
  const { gross, net } = costSums(result)
  const paid = gross - net
  if (result.trades.length === 0 || paid <= 0) return null
  const money = `${formatMoney(paid, result.quote)} ${result.quote}`
  if (gross <= 0) {
    return { tone: 'bad', text: `The trades lost money even at mid prices; costs of ${money} came on top.` }
  }
  const share = paid / gross
  const text =
    share > 1
      ? `Costs of ${money} were more than the trades made at mid prices: they turned a profit into a loss.`
      : `Costs of ${money} took ${formatFraction(share, 0)} of what the trades made at mid prices.`
  return { tone: share > HEAVY_COSTS ? 'bad' : 'plain', text }
}

/** Whether costs decide which side of the start the run ends on. */
function sensitivity({ initialEquity }: RunResult, detail: RunDetail | null): Statement | null {
  if (detail === null || 'omitted' in detail.sensitivity) return null
  const [free, dear] = [0, 2].map((factor) => finalAt(detail.sensitivity as CostSensitivity, factor))
  if (free === null || free === undefined || dear === null || dear === undefined || initialEquity <= 0) return null
  const change = (final: number) => formatFraction(final / initialEquity - 1)
  const text = `Made again without costs it returns ${change(free)}, at twice the costs ${change(dear)}.`
  const turns = free > initialEquity && dear < initialEquity
  return { tone: turns ? 'bad' : 'plain', text: turns ? `${text} Costs decide whether it earns.` : text }
}

function finalAt({ runs }: CostSensitivity, factor: number): number | null {
  return runs.find((one) => one.factor === factor)?.finalEquity ?? null
}

function sample(result: RunResult, read: Read): Statement {
  const closed = result.trades.filter((trade) => trade.exitTimeMs !== null).length
  if (closed === 0) return { tone: 'plain', text: 'No trade was closed: there is nothing to judge the strategy by.' }
  const count = `${formatNumber(closed, 0)} closed trade${closed === 1 ? '' : 's'}`
  const psr = read('psr')
  const chance =
    psr === null
      ? ''
      : ` The probability that its true Sharpe ratio is above zero is ${formatFraction(psr, 1)}, had this been the only trial.`
  if (closed < FEW_TRADES) {
    return {
      tone: 'bad',
      text: `${count} are too few for averages to mean much.${chance}`.replace('trade are', 'trade is'),
    }
  }
  return { tone: 'plain', text: `It rests on ${count}.${chance}` }
}

function refusals({ skips }: RunResult): Statement | null {
  const total = skips.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const byCode = new Map<string, number>()
  for (const { code, count } of skips) byCode.set(code, (byCode.get(code) ?? 0) + count)
  const [code, count] = [...byCode].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]!
  return {
    tone: 'plain',
    text: `${formatNumber(total, 0)} signals were refused, most often for ${code} (${formatNumber(count, 0)}).`,
  }
}

function ambiguity({ ambiguity: known, initialEquity, quote }: RunResult): Statement | null {
  if (known.bars === 0) return null
  const finals = Object.values(known.finalEquity)
  const [low, high] = [Math.min(...finals), Math.max(...finals)]
  const range =
    finals.length > 1 ? `: between ${formatMoney(low, quote)} and ${formatMoney(high, quote)} ${quote} at the end` : ''
  const wide = initialEquity > 0 && (high - low) / initialEquity > 0.05
  return {
    tone: wide ? 'bad' : 'plain',
    text: `On ${formatNumber(known.bars, 0)} bars the candles leave open what came first${range}.`,
  }
}
