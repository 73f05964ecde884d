import { expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { readCandleFile } from './candle-file.ts'
import { type PeerTrade, simulatePeer, smaCrossRows } from './peer-sizing.ts'
import { loadReference, PEER_RUNS, type PeerSection, tradesDigest } from './reference.ts'
import { syntheticSeries } from './synthetic-series.ts'

const reference = loadReference()

/** `actual` and `expected` agree to `relative`. */
function expectClose(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThan(relative)
}

function expectSameTrades(actual: readonly PeerTrade[], expected: readonly PeerTrade[]): void {
  expect(actual.map((trade) => [trade.entryTime, trade.exitTime])).toEqual(
    expected.map((trade) => [trade.entryTime, trade.exitTime]),
  )
  for (const [index, trade] of expected.entries()) {
    const ours = actual[index]!
    expectClose(ours.entryPrice, trade.entryPrice, 1e-12)
    if (trade.exitPrice !== null) expectClose(ours.exitPrice!, trade.exitPrice, 1e-12)
    expectClose(ours.size, trade.size, 1e-9)
  }
}

function checkSection(section: PeerSection, candles: Candles): void {
  const { fast, slow } = reference.setup
  const signals = smaCrossRows(candles.close, fast, slow)
  expect(candles.close.length).toBe(section.bars)
  expect([candles.time[0], candles.time[section.bars - 1]]).toEqual([section.from, section.to])
  expect([signals.entries.length, signals.exits.length]).toEqual([section.entrySignals, section.exitSignals])
  for (const name of PEER_RUNS) {
    const run = section.runs[name]
    const { trades, finalEquity } = simulatePeer(run.sizing, candles, signals, reference.setup)
    expectClose(finalEquity, run.finalEquity, 1e-11)
    expect(trades.length).toBe(run.closedTrades + run.openTrades)
    expectClose(
      trades.reduce((sum, trade) => sum + trade.size, 0),
      run.sumSize,
      1e-9,
    )
    expectSameTrades(run.trades === null ? trades.slice(0, 3) : trades, run.trades ?? run.firstTrades)
    expectSameTrades(trades.slice(-3), run.lastTrades)
    expect(tradesDigest(trades), name).toBe(run.tradesSha256)
  }
}

it('the formulas give what each engine computed on the synthetic series', () => {
  checkSection(reference.synthetic, syntheticSeries())
})

it('every engine that sizes at the signal close has the same result', () => {
  for (const section of [reference.synthetic, reference.real]) {
    const { backtrader, backtestingAtClose, vectorbtAtClose } = section.runs
    for (const run of [backtestingAtClose, vectorbtAtClose]) {
      expect(run.tradesSha256).toBe(backtrader.tradesSha256)
      expectClose(run.finalEquity, backtrader.finalEquity, 1e-11)
    }
  }
})

describeShared('real candles', () => {
  it('the formulas give what each engine computed on Binance BTC/USDT 1h', () => {
    checkSection(reference.real, readCandleFile(sharedPath('data/candles/binance-BTCUSDT-1h.csv.gz')))
  })
})
