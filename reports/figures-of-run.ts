/** Every figure of a run's page beside its tables. Fractions are of 1, money in quote, costs positive where paid. */

import type { MarginResult, Metric, RunResult } from '../engine/core/result.ts'
import { costSums } from './analysis/costs.ts'
import { type Figure, FigureBook } from './figure-book.ts'

/** id, label, value, unit, basis, definition. */
type Line = readonly [string, string, number | null, string, string, string]

/** `drawdown` at each close, fractions ≤ 0. */
export function figuresOfRun(result: RunResult, metrics: readonly Metric[], drawdown: Float64Array): FigureBook {
  const lines = [
    ...outcome(result),
    ...curves(result, drawdown),
    ...costs(result),
    ...ambiguity(result),
    ...(result.margin === null ? [] : marginLines(result.margin)),
  ]
  return new FigureBook(result.quote, [...lines.map(figureOf), ...metrics])
}

function figureOf([id, label, value, unit, basis, definition]: Line): Figure {
  return { id, label, value, unit, basis, definition }
}

function outcome(result: RunResult): Line[] {
  const { initialEquity, finalEquity, trades, skips, cashFlows } = result
  const moved = cashFlows.reduce((sum, flow) => sum + flow.amount, 0)
  const closed = trades.filter(({ exitTimeMs }) => exitTimeMs !== null).length
  const net = finalEquity - initialEquity - moved
  const refused = skips.reduce((sum, { count }) => sum + count, 0)
  return [
    ['run.bars', 'Bars', result.bars, 'count', 'run', 'rows of the run: bar times of any symbol'],
    ['run.length', 'Length', result.toMs - result.fromMs, 'ms', 'run', 'from the first open to the last close'],
    ['run.initialEquity', 'Initial equity', initialEquity, 'quote', 'run', 'what the account began with'],
    ['run.finalEquity', 'Final equity', finalEquity, 'quote', 'run', 'cash and positions at the last close'],
    ['run.moved', 'Moved in', moved, 'quote', 'run', 'deposits less withdrawals'],
    ['run.net', 'Net result', net, 'quote', 'run', 'final less initial equity, without what was moved in'],
    [
      'run.netReturn',
      'Net result of initial equity',
      initialEquity > 0 ? net / initialEquity : null,
      'fraction',
      'run',
      'the net result over the initial equity',
    ],
    ['run.closedTrades', 'Closed trades', closed, 'count', 'trades', 'round trips that ended'],
    ['run.openTrades', 'Open trades', trades.length - closed, 'count', 'trades', 'positions held at the end'],
    ['run.fills', 'Fills', result.fills, 'count', 'fills', 'fills of all orders'],
    ['run.turnover', 'Turnover', result.turnover, 'quote', 'fills', 'value of all fills, bought and sold'],
    ['run.fees', 'Fees', result.fees, 'quote', 'fills', 'fees of all fills, those of open trades included'],
    ['run.funding', 'Funding', result.funding, 'quote', 'run', 'funding and borrowing paid (positive) or received'],
    ['run.refused', 'Refused orders', refused, 'count', 'signals', 'orders that rules or venue did not let through'],
    ['run.liquidations', 'Liquidations', result.liquidations, 'count', 'run', 'positions closed for want of margin'],
  ]
}

function curves(result: RunResult, drawdown: Float64Array): Line[] {
  const { equity, exposure, time, timeframeMs, initialEquity, fromMs } = result
  const at = (row: number): number => (row < 0 ? fromMs : time[row]! + timeframeMs)
  let [low, high, deepest, exposed, most] = [-1, -1, -1, 0, 0]
  const money = (row: number): number => (row < 0 ? initialEquity : equity[row]!)
  for (let row = 0; row < equity.length; row++) {
    if (equity[row]! < money(low)) low = row
    if (equity[row]! > money(high)) high = row
    if (drawdown[row]! < (deepest < 0 ? 0 : drawdown[deepest]!)) deepest = row
    if (exposure[row]! > 0) exposed += 1
    if (exposure[row]! > most) most = exposure[row]!
  }
  const depth = deepest < 0 ? 0 : drawdown[deepest]!
  const share = exposure.length === 0 ? 0 : exposed / exposure.length
  return [
    ['run.highest', 'Highest equity', money(high), 'quote', 'bars', 'highest equity at a close, or at the start'],
    ['run.highestTime', 'Time of the highest equity', at(high), 'time', 'bars', 'the first close that had it, ms UTC'],
    ['run.lowest', 'Lowest equity', money(low), 'quote', 'bars', 'lowest equity at a close, or at the start'],
    ['run.lowestTime', 'Time of the lowest equity', at(low), 'time', 'bars', 'the first close that had it, ms UTC'],
    [
      'run.deepest',
      'Deepest drawdown',
      depth,
      'fraction',
      'bars',
      'deepest fall of the time-weighted value below its running maximum, at closes; ≤ 0',
    ],
    ['run.deepestTime', 'Time of the deepest drawdown', at(deepest), 'time', 'bars', 'the close that had it, ms UTC'],
    ['run.exposed', 'Time in the market', share, 'fraction', 'bars', 'share of closes with a position'],
    [
      'run.mostExposed',
      'Highest exposure',
      most,
      'fraction',
      'bars',
      'largest absolute position value over equity at a close: the leverage in use',
    ],
  ]
}

function costs(result: RunResult): Line[] {
  const { gross, spread, slippage, fees, funding, net, outside, change } = costSums(result)
  const basis = 'all trades'
  return [
    ['cost.gross', 'Profit at mid prices', gross, 'quote', basis, 'profit of trades before every cost below'],
    ['cost.spread', 'Half-spreads', spread, 'quote', basis, 'what market fills paid for crossing half the spread'],
    ['cost.slippage', 'Slippage', slippage, 'quote', basis, 'what market fills paid beyond that, impact included'],
    ['cost.fees', 'Fees', fees, 'quote', basis, 'fees of entries and exits'],
    [
      'cost.funding',
      'Funding',
      funding,
      'quote',
      basis,
      'funding and borrowing of trades, paid (positive) or received',
    ],
    ['cost.net', 'Net profit of trades', net, 'quote', basis, 'profit of all trades after costs, open ones marked'],
    [
      'cost.outside',
      'Outside trades, and rounding',
      outside,
      'quote',
      'run',
      'change of equity that no trade has: funding known only after a close, dust, and the rounding of amounts to units',
    ],
    ['cost.change', 'Change of equity', change, 'quote', 'run', 'final less initial equity, without what was moved in'],
  ]
}

function ambiguity({ ambiguity: known }: RunResult): Line[] {
  const basis = 'ambiguous bars'
  const detail = known.detail
  return [
    ['ambiguity.bars', 'Ambiguous bars', known.bars, 'count', basis, 'bars whose order of events decided something'],
    ['ambiguity.fills', 'Ambiguous fills', known.fills, 'count', basis, 'fills that hung on that order'],
    ['ambiguity.low', 'Lowest final equity', known.range.low, 'quote', basis, 'least over the readings that were run'],
    [
      'ambiguity.high',
      'Highest final equity',
      known.range.high,
      'quote',
      basis,
      'most over the readings that were run',
    ],
    ['ambiguity.trades', 'Trades on them', known.trades, 'count', basis, 'trades that were open on such a bar'],
    ['ambiguity.pnl', 'Their result', known.pnl, 'quote', basis, 'net profit of these trades'],
    [
      'ambiguity.profitShare',
      'Their share',
      known.profitShare,
      'fraction',
      basis,
      'their absolute profits and losses over those of all trades',
    ],
    ...(detail === null
      ? []
      : ([
          ['ambiguity.finer', 'Bars played finer', detail.bars, 'count', basis, 'bars played on finer candles'],
          ['ambiguity.missing', 'Without finer candles', detail.missing, 'count', basis, 'bars that had none'],
          ['ambiguity.differing', 'Differing', detail.differing, 'count', basis, 'bars whose finer candles differ'],
        ] as Line[])),
  ]
}

function marginLines(margin: MarginResult): Line[] {
  const basis = 'bars'
  return [
    ['margin.leverage', 'Leverage', margin.leverage, 'multiple', 'run', 'positions over the margin that they take'],
    [
      'margin.maxUtilisation',
      'Most margin in use',
      margin.maxUtilisation,
      'fraction',
      basis,
      'largest initial margin in use over equity at a close',
    ],
    ['margin.warnings', 'Closes of 80 % and more', margin.warnings, 'count', basis, 'closes with that much in use'],
    ...(margin.calls === null
      ? []
      : ([
          ['margin.calls', 'Closes under a margin call', margin.calls, 'count', basis, 'at the call level or below'],
        ] as Line[])),
    [
      'margin.minDistance',
      'Nearest to a liquidation price',
      margin.minDistance,
      'fraction',
      basis,
      "least distance of a bar's low (long) or high (short) from the liquidation price, of that price; 0 where met",
    ],
    ...(margin.minDistanceMs === null
      ? []
      : ([
          ['margin.minDistanceTime', 'At', margin.minDistanceMs, 'time', basis, 'open of the bar that came nearest'],
        ] as Line[])),
    ['margin.fundings', 'Fundings of positions', margin.fundings, 'count', 'run', 'times that a position was funded'],
    ['margin.funding', 'Funding paid', margin.funding, 'quote', 'run', 'paid (positive) or received'],
    ['margin.borrowing', 'Paid for borrowing', margin.borrowing, 'quote', 'run', 'fees of leveraged spot'],
    ['margin.events', 'Liquidations', margin.events.length, 'count', 'run', 'positions closed whole or in part'],
  ]
}
