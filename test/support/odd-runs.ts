/** Runs at the edge of what can happen, for every report to bear. */

import type { RunResult } from '../../engine/core/result.ts'
import { madeUpRun } from './run-result.ts'

/** A run over a thousand symbols, few of which were traded. */
export function thousandSymbols(): RunResult {
  const symbols = Array.from({ length: 1000 }, (_, i) => `C${i}/USD`)
  return madeUpRun({ bars: 400, trades: 120, symbols })
}

/** By name. */
export function oddRuns(): Readonly<Record<string, RunResult>> {
  const small = madeUpRun({ bars: 300, trades: 5 })
  const flatPrice = (value: number) => new Float64Array(300).fill(value)
  const nothing = { ...madeUpRun({ bars: 300, trades: 0 }), skips: [], assumptions: [], exits: {} }
  return {
    'no trade': nothing,
    'one trade': madeUpRun({ bars: 300, trades: 1 }),
    'one bar': madeUpRun({ bars: 1, trades: 0 }),
    'no bar': { ...madeUpRun({ bars: 0, trades: 0 }), candles: [] },
    'wiped out': {
      ...small,
      equity: small.equity.map((value, row) => (row < 150 ? value : 0)),
      finalEquity: 0,
      liquidations: 1,
      margin: {
        mode: 'cross',
        leverage: 20,
        rules: 'binanceusdm',
        events: [
          {
            symbol: 'BTC/USDT:USDT',
            side: 'long',
            timeMs: small.fromMs,
            row: 150,
            intrabar: true,
            quantity: 0.5,
            liquidationPrice: 57_228.92,
            price: 57_200,
            fee: 12.5,
            partial: false,
          },
        ],
        fundings: 3,
        funding: -1.25,
        borrowing: 0,
        minDistance: 0,
        minDistanceMs: small.fromMs,
        maxUtilisation: null,
        warnings: 2,
        calls: null,
      },
      ambiguity: {
        model: 'path',
        bars: 0,
        fills: 0,
        finalEquity: {},
        range: { low: 0, high: 0 },
        trades: 0,
        pnl: 0,
        profitShare: null,
        detail: null,
      },
    },
    'in debt': { ...small, equity: small.equity.map((value, row) => (row < 150 ? value : -25)), finalEquity: -25 },
    'flat price': {
      ...nothing,
      candles: nothing.candles.map((candles) => ({
        ...candles,
        open: flatPrice(100),
        high: flatPrice(100),
        low: flatPrice(100),
        close: flatPrice(100),
      })),
    },
    'no price at all': {
      ...nothing,
      candles: nothing.candles.map((candles) => ({ ...candles, close: flatPrice(Number.NaN) })),
    },
    'bare configuration': { ...small, config: null, initialEquity: 0 },
    'money moved': { ...small, cashFlows: [{ timeMs: small.fromMs + 90 * 3_600_000, amount: 500 }] },
    'changes of profile': {
      ...small,
      profiles: [
        { timeMs: small.fromMs, equity: 10_000, from: null, to: 'STANDARD', belowRange: false },
        { timeMs: small.fromMs + 9 * 3_600_000, equity: 94, from: 'STANDARD', to: 'MICRO_CAP', belowRange: true },
      ],
      profileResults: [
        {
          profile: 'STANDARD',
          signals: 4,
          entries: 1,
          refusals: { LOW_QUALITY: 3 },
          exits: {},
          trades: 0,
          wins: 0,
          net: 0,
          fees: 0,
          winRate: null,
          payoff: null,
          feeShareOfGross: null,
          breakEvenWinRate: null,
          promisedNet: null,
        },
      ],
    },
    'several symbols': madeUpRun({ bars: 300, trades: 12, symbols: ['BTC/USD', 'ETH/USD', 'SOL/USD'] }),
  }
}
