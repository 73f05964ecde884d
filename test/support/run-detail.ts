/** What a report shows beside a made-up run's result, made up from the run itself. */

import type { RunResult } from '../../engine/core/result.ts'
import type { CostRun, RestingLevel, RunDetail, RunIndicator } from '../../engine/core/run-detail.ts'

const DAY_MS = 86_400_000

function averageOf(values: Float64Array, length: number): Float64Array {
  let sum = 0
  return values.map((value, row) => {
    sum += value - (row >= length ? values[row - length]! : 0)
    return row < length - 1 ? Number.NaN : sum / length
  })
}

function indicatorsOf({ candles }: RunResult): RunIndicator[] {
  return candles.flatMap(({ close, volume }, symbol) => [
    { symbol, group: 'sma', label: 'sma 20', overlay: true, values: averageOf(close, 20) },
    { symbol, group: 'sma', label: 'sma 100', overlay: true, values: averageOf(close, 100) },
    {
      symbol,
      group: 'rsi',
      label: 'rsi 14',
      overlay: false,
      values: close.map((_, row) => 50 + 30 * Math.sin(row / 9)),
    },
    { symbol, group: 'sma of volume', label: 'sma 24 of volume', overlay: false, values: averageOf(volume, 24) },
  ])
}

/** A stop and a target for every trade, from its entry to its exit. */
function levelsOf({ trades, symbols, toMs }: RunResult): RestingLevel[] {
  return trades.flatMap(({ symbol, side, entryPrice, entryTimeMs, exitTimeMs }) => {
    const away = side === 'long' ? 1 : -1
    const shared = {
      symbol: Math.max(0, symbols.indexOf(symbol)),
      side: side === 'long' ? ('sell' as const) : ('buy' as const),
      fromMs: entryTimeMs,
      toMs: exitTimeMs ?? toMs,
    }
    return [
      { ...shared, kind: 'stop' as const, price: entryPrice * (1 - 0.02 * away) },
      { ...shared, kind: 'target' as const, price: entryPrice * (1 + 0.03 * away) },
    ]
  })
}

function costRun(run: RunResult, factor: number): CostRun {
  return {
    factor,
    finalEquity: run.finalEquity + (1 - factor) * run.fees,
    totalReturn: run.initialEquity > 0 ? run.finalEquity / run.initialEquity - 1 : null,
    maxDrawdown: -0.1 - factor / 100,
    sharpe: factor === 0 ? null : 1 - factor / 4,
    trades: run.trades.length,
    fees: factor * run.fees,
    spreadAndSlippage: 12.5 * factor,
    funding: run.funding,
    decisions: run.digest.decisions,
  }
}

/** Everything that a detail can have. */
export function madeUpDetail(run: RunResult): RunDetail {
  const { symbols, venue, fromMs, toMs, bars, equity } = run
  const days = (toMs - fromMs) / DAY_MS
  return {
    indicators: indicatorsOf(run),
    levels: levelsOf(run),
    levelNotes: ['Stops that can’t rest at the venue are watched at closes and not drawn.'],
    liquidation:
      run.margin === null
        ? null
        : { distance: equity.map((_, row) => (row % 50 < 20 ? 0.05 + (row % 7) / 100 : Number.NaN)) },
    records: symbols.slice(0, 3).map((symbol, i) => ({
      kind: (['fees', 'rulebook', 'margin'] as const)[i % 3]!,
      venue,
      symbol,
      validFromMs: fromMs - 30 * DAY_MS,
      validToMs: i === 0 ? null : toMs,
      days,
      daysOutside: i === 1 ? 3 : 0,
      approximate: i === 0,
      says: 'maker 0.16 %, taker 0.26 %; 9 tiers by 30 days’ volume',
      source: 'the venue’s fee page, 2021',
    })),
    quality: symbols.slice(0, 3).map((symbol, i) => ({
      name: `${venue} ${symbol} 1h`,
      bars: Math.max(1, bars),
      firstMs: fromMs,
      lastMs: toMs,
      checked:
        i === 2
          ? null
          : {
              outages: { runs: 2, bars: 5 },
              noTrades: { runs: 0, bars: 0 },
              zeroVolumeBars: 7,
              findings: [
                {
                  code: 'OUTAGE',
                  severity: 'warning',
                  timeMs: fromMs,
                  rows: 5,
                  message: '5 bars missing from then on',
                },
                { code: 'SPIKE', severity: 'error', timeMs: null, rows: 1, message: 'a price far from its neighbours' },
              ],
              counts: { OUTAGE: 2, SPIKE: 1 },
            },
      missing: 5,
      gaps: [{ fromMs, toMs: fromMs + 4 * 3_600_000, bars: 4 }],
      command: `tandem data check ${venue}:${symbol}:1h`,
    })),
    profileRule: {
      ranges: [
        { name: 'MICRO_CAP', from: 0, to: 100 },
        { name: 'STANDARD', from: 100, to: null },
      ],
      pinned: null,
      hysteresis: 0.05,
    },
    sensitivity: {
      runs: [0, 1, 2].map((factor) => costRun(run, factor)),
      scaled: ['fees', 'spread', 'slippage'],
      kept: ['funding, which was received on the whole'],
    },
    again: `tandem backtest runs/${run.runId}`,
  }
}
