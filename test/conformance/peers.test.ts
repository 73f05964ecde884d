/**
 * Conformance with other engines: with everything of ours turned off (no profile, no minimums, a flat fee, 95 % of
 * equity sized at the signal's close, filled at the next open), tandem computes what backtrader computes, fill for
 * fill; what backtesting.py and vectorbt compute differently by their own sizing is explained to the cent.
 */

import { expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import { decToNumber } from '../../engine/core/dec.ts'
import smaCross from '../../strategies/sma-cross.ts'
import { marketOf, runOn } from '../support/runs.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { readCandleFile } from './candle-file.ts'
import { type PeerTrade, simulatePeer, smaCrossRows } from './peer-sizing.ts'
import { loadReference, type PeerSection, tradesDigest } from './reference.ts'
import { syntheticSeries } from './synthetic-series.ts'

const reference = loadReference()

function tandemRun(candles: Candles): { trades: PeerTrade[]; finalEquity: number } {
  const { fast, slow } = reference.setup
  const { kernel, instruments } = runOn(marketOf(candles), smaCross.create({ fast, slow }))
  const { pxDec, qtyDec, quoteDec } = instruments[0]!
  const book = kernel.portfolio.trades
  const trades = [...book.closed(), ...book.stillOpen()].map((trade): PeerTrade => {
    const size = decToNumber(trade.entryQuantity, qtyDec)
    const open = trade.exitRow < 0
    return {
      entryTime: candles.time[trade.entryRow]!,
      entryPrice: round(decToNumber(trade.entryValue, quoteDec) / size, pxDec),
      exitTime: open ? null : candles.time[trade.exitRow]!,
      exitPrice: open ? null : round(decToNumber(trade.exitValue, quoteDec) / size, pxDec),
      size,
    }
  })
  return { trades, finalEquity: kernel.marker.equityNow }
}

/** A price out of value ÷ quantity: the value's rounding shows in the ninth digit. */
function round(price: number, decimals: number): number {
  return Number(price.toFixed(Math.min(decimals, 6)))
}

function checkSection(candles: Candles, section: PeerSection): void {
  const { trades, finalEquity } = tandemRun(candles)
  const { backtrader, backtesting, vectorbt } = section.runs
  expect(trades.length).toBe(backtrader.closedTrades + backtrader.openTrades)
  expect(tradesDigest(trades)).toBe(backtrader.tradesSha256)
  expect(Math.abs(finalEquity / backtrader.finalEquity - 1)).toBeLessThan(1e-9)
  const { fast, slow } = reference.setup
  const signals = smaCrossRows(candles.close, fast, slow)
  for (const other of [backtesting, vectorbt]) {
    // Only the sizing differs: with the other engine's formula in ours' place the difference is gone to a cent.
    const explained = simulatePeer(other.sizing, candles, signals, reference.setup)
    const own = simulatePeer('signal-close', candles, signals, reference.setup)
    const difference = other.finalEquity - finalEquity
    expect(Math.abs(difference - (explained.finalEquity - own.finalEquity))).toBeLessThan(0.01)
    expect(explained.trades.map(({ entryTime, exitTime }) => [entryTime, exitTime])).toEqual(
      trades.map(({ entryTime, exitTime }) => [entryTime, exitTime]),
    )
  }
}

it('equals backtrader, and explains backtesting.py and vectorbt, on the synthetic series', () => {
  checkSection(syntheticSeries(), reference.synthetic)
})

describeShared('real candles', () => {
  it('equals backtrader, and explains backtesting.py and vectorbt, on Binance BTC/USDT 1h', () => {
    checkSection(readCandleFile(sharedPath('data/candles/binance-BTCUSDT-1h.csv.gz')), reference.real)
  })
})
