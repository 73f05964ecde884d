/** A finished run made up from a seed: what report tests render. It looks like a run but obeys no trading rule. */

import seedrandom from 'seedrandom'
import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import type { ExitReason, Metric, RunResult, Trade } from '../../engine/core/result.ts'

export interface MadeUpRun {
  readonly seed?: string
  readonly bars?: number
  readonly trades?: number
  readonly symbols?: readonly string[]
}

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2021, 0, 1)

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Hourly candles of a geometric Brownian motion. */
function walk(random: () => number, bars: number, first: number): Candles {
  const candles = allocateCandles(bars)
  let price = first
  for (let row = 0; row < bars; row++) {
    const open = price
    const close = open * Math.exp(0.0062 * gaussian(random))
    const reach = 0.0026 * Math.abs(gaussian(random))
    candles.time[row] = START_MS + row * HOUR_MS
    candles.open[row] = open
    candles.close[row] = close
    candles.high[row] = Math.max(open, close) * (1 + reach)
    candles.low[row] = Math.min(open, close) * (1 - reach)
    candles.volume[row] = 20 + 80 * random()
    price = close
  }
  return candles
}

function makeTrade(
  random: () => number,
  symbol: string,
  candles: Candles,
  entryRow: number,
  exitRow: number | null,
): Trade {
  const last = candles.close.length - 1
  const entryPrice = candles.open[entryRow]!
  const exitPrice = exitRow === null ? null : candles.open[exitRow]!
  const side = random() < 0.72 ? 'long' : 'short'
  const quantity = Math.floor((9000 / entryPrice) * 1e5) / 1e5
  const cost = quantity * entryPrice
  const entryFee = cost * 0.0026
  const exitFee = exitPrice === null ? 0 : quantity * exitPrice * 0.0026
  const move = ((exitPrice ?? candles.close[last]!) - entryPrice) * (side === 'long' ? 1 : -1)
  const pnl = quantity * move - entryFee - exitFee
  const reasons: readonly ExitReason[] = ['SIGNAL', 'SIGNAL', 'STOP', 'TARGET', 'EMERGENCY']
  return {
    symbol,
    side,
    entryTimeMs: candles.time[entryRow]!,
    entryPrice,
    exitTimeMs: exitRow === null ? null : candles.time[exitRow]!,
    exitPrice,
    quantity,
    entryFee,
    exitFee,
    funding: 0,
    pnl,
    returnFraction: pnl / cost,
    entryRow,
    exitRow,
    exitReason: exitRow === null ? null : reasons[Math.floor(random() * reasons.length)]!,
    tag: random() < 0.3 ? 'breakout' : null,
    profile: 'STANDARD',
    maeFraction: -0.03 * random(),
    mfeFraction: 0.05 * random(),
    spreadCost: cost * 0.0001,
    slippageCost: cost * 0.00005,
  }
}

/** Equity that follows the open trade bar by bar, so that curve and table agree. */
function markEquity(
  trades: readonly Trade[],
  candles: readonly Candles[],
  symbols: readonly string[],
  bars: number,
  initial: number,
) {
  const open = new Float64Array(bars)
  const closed = new Float64Array(bars)
  const exposure = new Float64Array(bars)
  for (const trade of trades) {
    const { close } = candles[symbols.indexOf(trade.symbol)]!
    const sign = trade.side === 'long' ? 1 : -1
    for (let row = trade.entryRow; row < (trade.exitRow ?? bars); row++) {
      open[row] = open[row]! + trade.quantity * (close[row]! - trade.entryPrice) * sign - trade.entryFee
      exposure[row] = exposure[row]! + (trade.quantity * close[row]!) / initial
    }
    if (trade.exitRow !== null) closed[trade.exitRow] = closed[trade.exitRow]! + trade.pnl
  }
  let cash = initial
  const equity = open.map((value, row) => (cash += closed[row]!) + value)
  return { equity, exposure }
}

function makeTrades(
  random: () => number,
  candles: readonly Candles[],
  symbols: readonly string[],
  bars: number,
  count: number,
): Trade[] {
  const slot = Math.max(2, Math.floor(bars / Math.max(1, count)))
  const trades: Trade[] = []
  for (let i = 0; i < count && (i + 1) * slot <= bars; i++) {
    const which = Math.floor(random() * symbols.length)
    const entryRow = i * slot + Math.floor(random() * slot * 0.3)
    const held = 1 + Math.floor(random() * slot * 0.6)
    const open = i === count - 1
    trades.push(
      makeTrade(random, symbols[which]!, candles[which]!, entryRow, open ? null : Math.min(bars - 1, entryRow + held)),
    )
  }
  return trades
}

function countExits(trades: readonly Trade[]): Record<string, number> {
  const exits: Record<string, number> = {}
  for (const { exitReason } of trades) if (exitReason !== null) exits[exitReason] = (exits[exitReason] ?? 0) + 1
  return exits
}

const hash = (text: string) =>
  Array.from({ length: 64 }, (_, i) => ((text.charCodeAt(i % text.length) * 7 + i * 5) % 16).toString(16)).join('')

/** The run; 5,000 hourly bars of one symbol and 40 trades unless told otherwise. */
export function madeUpRun(options: MadeUpRun = {}): RunResult {
  const { seed = 'report', bars = 5000, trades: count = 40, symbols = ['BTC/USD'] } = options
  const random = seedrandom.alea(seed)
  const candles = symbols.map((_, index) => walk(random, bars, index === 0 ? 29_000 : 720))
  const trades = makeTrades(random, candles, symbols, bars, count)
  const { equity, exposure } = markEquity(trades, candles, symbols, bars, 10_000)
  const fees = trades.reduce((sum, t) => sum + t.entryFee + t.exitFee, 0)
  const finalEquity = equity[bars - 1] ?? 10_000
  const at = (fraction: number) => START_MS + Math.floor(bars * fraction) * HOUR_MS
  return {
    runId: 'r-3f9c2a71',
    name: 'btc-sma',
    config: {
      name: 'btc-sma',
      strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 } },
      data: { venue: 'kraken', symbols, timeframe: '1h' },
      account: { quote: 'USD', equity: 10_000, leverage: 1, profile: 'STANDARD' },
      costs: { fees: 'schedule', spreadBps: 1, slippageBps: 0.5 },
      execution: { latencyMs: 0, ambiguous: 'pessimistic', detail: 'none' },
      seed: 7,
    },
    strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 }, hash: hash('strategy') },
    quote: 'USD',
    symbols,
    venue: 'kraken',
    timeframeMs: HOUR_MS,
    bars,
    fromMs: START_MS,
    toMs: START_MS + bars * HOUR_MS,
    initialEquity: 10_000,
    finalEquity,
    digest: { inputs: hash('inputs'), decisions: hash('decisions'), outcomes: hash('outcomes') },
    configHash: hash('config'),
    dataHash: hash('data'),
    rulebookHash: hash('rulebook'),
    time: Float64Array.from({ length: bars }, (_, row) => START_MS + row * HOUR_MS),
    equity,
    exposure,
    candles,
    trades,
    fees,
    funding: 0,
    liquidations: 0,
    fills: trades.length * 2 - trades.filter((t) => t.exitRow === null).length,
    turnover: trades.reduce((sum, t) => sum + t.quantity * (t.entryPrice + (t.exitPrice ?? 0)), 0),
    exits: countExits(trades),
    skips: [
      {
        code: 'FEE_UNPROFITABLE',
        symbol: symbols[0]!,
        count: 17,
        firstTimeMs: at(0.02),
        lastTimeMs: at(0.93),
        example: 'target=0.0031 needed=0.0072',
      },
      {
        code: 'BELOW_MINIMUM',
        symbol: symbols[0]!,
        count: 212,
        firstTimeMs: at(0.1),
        lastTimeMs: at(0.88),
        example: 'wanted=2.00 minimum=2.50',
      },
      {
        code: 'INSUFFICIENT_BALANCE',
        symbol: symbols[0]!,
        count: 3,
        firstTimeMs: at(0.4),
        lastTimeMs: at(0.41),
        example: 'needed=2.5065 available=2.50',
      },
      {
        code: 'HOUSE_RULE_7',
        symbol: symbols[0]!,
        count: 1,
        firstTimeMs: at(0.5),
        lastTimeMs: at(0.5),
        example: 'house=7',
      },
    ],
    ambiguity: {
      model: 'pessimistic',
      bars: 9,
      fills: 11,
      finalEquity: { pessimistic: finalEquity, optimistic: finalEquity + 184.2 },
    },
    assumptions: [
      { code: 'FEE_TIER', text: 'Fees of the lowest volume tier, as no account history was given', count: 79 },
      { code: 'NO_QUEUE', text: 'Limit orders fill only when price trades through them', count: 24 },
      { code: 'APPROXIMATE_DATE', text: 'A fee schedule’s effective date is approximate', count: 1 },
    ],
    cashFlows: [],
  }
}

/** Metrics with each kind of unit, and one without a value. */
export function madeUpMetrics(): readonly Metric[] {
  const metric = (
    id: string,
    label: string,
    value: number | null,
    unit: string,
    basis: string,
    n: number,
    definition: string,
  ): Metric => ({ id, label, value, unit, basis, n, definition })
  return [
    metric('totalReturn', 'Total return', 0.1234567, 'fraction', 'bars', 5000, 'Final over initial equity, less one.'),
    metric(
      'maxDrawdown',
      'Maximum drawdown',
      -0.1822,
      'fraction',
      'bars',
      5000,
      'Deepest fall of equity below its highest value so far, the initial equity included.',
    ),
    metric(
      'drawdownDuration',
      'Longest drawdown',
      61.4,
      'days',
      'bars',
      5000,
      'Longest time from a high to its recovery, or to the end.',
    ),
    metric(
      'timeInMarket',
      'Time in market',
      0.5113,
      'fraction',
      'bars',
      5000,
      'Share of bars at whose close a position is open.',
    ),
    {
      ...metric(
        'sharpe',
        'Sharpe ratio',
        0.7252995,
        'ratio',
        'UTC days',
        208,
        'Mean over standard deviation (n − 1) of daily simple returns, times √365; risk-free rate 0.',
      ),
      annualisation: 365,
    },
    {
      ...metric(
        'sortino',
        'Sortino ratio',
        1.0389,
        'ratio',
        'UTC days',
        208,
        'Mean daily return over the root mean square of negative ones (all days count), times √365.',
      ),
      annualisation: 365,
    },
    {
      ...metric('cagr', 'CAGR', 0.2261, 'fraction', 'UTC days', 208, '(Final / initial equity)^(365 / days) − 1.'),
      annualisation: 365,
    },
    metric(
      'valueAtRisk95',
      'Value at risk, 95 %',
      0.0299,
      'fraction',
      'UTC days',
      208,
      '5 % quantile of daily returns (type 7), as a loss.',
    ),
    metric(
      'winRate',
      'Win rate',
      0.5385,
      'fraction',
      'closed trades',
      39,
      'Trades with a net profit over all closed trades; break-even ones counted apart.',
    ),
    metric(
      'profitFactor',
      'Profit factor',
      1.3747,
      'ratio',
      'closed trades',
      39,
      'Sum of net profits over sum of net losses, in money.',
    ),
    metric('expectancy', 'Expectancy', 31.66, 'quote', 'closed trades', 39, 'Mean net profit of a closed trade.'),
    {
      ...metric(
        'kelly',
        'Kelly fraction',
        null,
        'fraction',
        'closed trades',
        39,
        'W − L / (average win / average loss).',
      ),
      reason: 'shown from 50 closed trades',
    },
    metric(
      'averageHold',
      'Average holding time',
      151_200_000,
      'ms',
      'closed trades',
      39,
      'Mean time from entry to exit.',
    ),
  ]
}
