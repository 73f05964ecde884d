/** Made-up candles, and trades and equity that fit them. */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import type { ExitReason, Trade } from '../../engine/core/result.ts'

export const HOUR_MS = 3_600_000
export const START_MS = Date.UTC(2021, 0, 1)

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Hourly candles of a geometric Brownian motion. */
export function walk(random: () => number, bars: number, first: number): Candles {
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
export function markEquity(
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

/** Trades one after the other, each of a random symbol; the last one stays open. */
export function makeTrades(
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
