/** Metrics of closed trades and of costs. */

import type { Metric } from '../core/result.ts'
import type { MetricsInput } from './context.ts'
import { costs } from './costs.ts'
import { type Figure, known } from './figure.ts'
import { metric } from './metric.ts'
import type { TradeColumns } from './trade-columns.ts'
import { KELLY_MIN_TRADES, tradeStatistics } from './trades.ts'

/** id, label, figure, unit, definition */
type Row = readonly [string, string, Figure | number, string, string]

export function tradeMetrics({ closed, all }: TradeColumns): Metric[] {
  const t = tradeStatistics(closed)
  const rows: readonly Row[] = [
    ['trades', 'Closed trades', t.closed, 'count', 'round trips closed during the run'],
    [
      'openTrades',
      'Open trades',
      all.pnl.length - t.closed,
      'count',
      'still open at the end; in no other trade figure',
    ],
    ['wins', 'Winning trades', t.wins, 'count', 'net profit above zero'],
    ['losses', 'Losing trades', t.losses, 'count', 'net profit below zero'],
    ['breakEven', 'Break-even trades', t.breakEven, 'count', 'net profit of exactly zero: neither won nor lost'],
    ['winRate', 'Win rate', t.winRate, 'fraction', 'wins over wins and losses; break-even trades are counted apart'],
    ['profitFactor', 'Profit factor', t.profitFactor, 'ratio', 'Σ net money profit of wins over Σ net loss of losses'],
    ['payoff', 'Payoff ratio', t.payoff, 'ratio', 'average win over average loss, net money'],
    ['averageWin', 'Average win', t.averageWin, 'quote', 'mean net profit of wins'],
    ['averageLoss', 'Average loss', t.averageLoss, 'quote', 'mean net profit of losses; negative'],
    ['expectancy', 'Expectancy', t.expectancy, 'quote', 'mean net profit of all closed trades'],
    ['expectancyR', 'Expectancy in R', t.expectancyR, 'R', 'expectancy over the average loss, which stands for 1 R'],
    ['sqn', 'SQN', t.sqn, 'number', '√n·mean/std(ddof 1) of net profit; grows with n: compare only at equal n'],
    ['kelly', 'Kelly fraction', t.kelly, 'fraction', `win rate − loss rate/payoff; from ${KELLY_MIN_TRADES} trades on`],
    ['bestTrade', 'Best trade', t.best, 'quote', 'largest net profit'],
    ['worstTrade', 'Worst trade', t.worst, 'quote', 'smallest net profit'],
    ['winStreak', 'Longest winning streak', t.longestWinStreak, 'count', 'wins in a row, in order of exit'],
    ['lossStreak', 'Longest losing streak', t.longestLossStreak, 'count', 'losses in a row, in order of exit'],
    ['averageHolding', 'Average holding time', t.averageHoldingMs, 'ms', 'mean time from entry to exit'],
    ['averageMae', 'Average adverse excursion', t.averageMae, 'fraction', 'mean of the worst move against the entry'],
    ['averageMfe', 'Average favourable excursion', t.averageMfe, 'fraction', 'mean of the best move from the entry'],
  ]
  return rows.map((row) => fromRow(row, 'closed trades', t.closed))
}

export function costMetrics({ fees, funding }: MetricsInput, { all }: TradeColumns): Metric[] {
  const c = costs(all, fees, funding)
  const rows: readonly Row[] = [
    ['fees', 'Fees', c.fees, 'quote', 'trading fees paid'],
    ['funding', 'Funding', c.funding, 'quote', 'net funding; positive is paid, negative received'],
    ['spread', 'Spread', c.spread, 'quote', 'half-spread paid in fills, part of their prices'],
    ['slippage', 'Slippage', c.slippage, 'quote', 'slippage paid in fills, part of their prices'],
    ['costs', 'Costs', c.total, 'quote', 'fees + funding + spread + slippage'],
    [
      'costShare',
      'Costs over gross profit',
      c.shareOfGrossProfit,
      'fraction',
      'costs over what the trades that made money before costs made',
    ],
  ]
  return rows.map((row) => fromRow(row, 'all trades', all.pnl.length))
}

function fromRow([id, label, figure, unit, definition]: Row, basis: string, n: number): Metric {
  return metric(id, label, typeof figure === 'number' ? known(figure) : figure, { unit, basis, definition, n })
}
