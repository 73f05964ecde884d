/** Reference series and numbers of `../shared/golden/metrics`. Call these only inside `describeShared`. */

import { readFileSync } from 'node:fs'
import type { Trade } from '../../engine/core/result.ts'
import { DAY_MS } from '../../engine/stats/calendar.ts'
import { sharedPath } from '../support/shared.ts'
import { trade } from './fixtures.ts'

/** A JSON object of golden numbers; a path that isn't there throws. */
export class Golden {
  readonly #root: unknown

  constructor(name: string) {
    this.#root = JSON.parse(readFileSync(sharedPath(`golden/metrics/${name}_expected.json`), 'utf8'))
  }

  number(...path: string[]): number {
    const value = this.value(...path)
    if (typeof value !== 'number') throw new Error(`no golden number at ${path.join(' / ')}`)
    return value
  }

  value(...path: string[]): unknown {
    return path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], this.#root)
  }
}

/** `daily_returns`, `hourly_returns` or `hourly_resampled_daily`. */
export function goldenReturns(file: string): Float64Array {
  return Float64Array.from(rows(file), (cells) => Number(cells['returns']))
}

export interface GoogRun {
  readonly time: Float64Array
  readonly equity: Float64Array
  readonly trades: readonly Trade[]
}

/** backtesting.py's SMA 10/30 run on GOOG, cash 10000, commission 0.2 %. */
export function goldenGoog(): GoogRun {
  const equity = rows('goog_smacross_equity')
  return {
    time: Float64Array.from(equity, (cells) => Date.parse(cells['timestamp']!)),
    equity: Float64Array.from(equity, (cells) => Number(cells['Equity'])),
    trades: rows('goog_smacross_trades').map((cells) => {
      const size = Number(cells['Size'])
      return trade({
        symbol: 'GOOG',
        side: size > 0 ? 'long' : 'short',
        quantity: Math.abs(size),
        entryTimeMs: Date.parse(cells['EntryTime']!),
        exitTimeMs: Date.parse(cells['ExitTime']!),
        pnl: Number(cells['PnL']),
        returnFraction: Number(cells['ReturnPct']),
        exitFee: Number(cells['Commission']),
      })
    }),
  }
}

/** Equity at each row of a series of returns that starts from 1. */
export function compounded(returns: Float64Array): Float64Array {
  let equity = 1
  return returns.map((r) => (equity *= 1 + r))
}

/** Bar opens every `timeframeMs` from a midnight on. */
export function grid(n: number, timeframeMs = DAY_MS, fromMs = Date.UTC(2021, 0, 1)): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => fromMs + i * timeframeMs)
}

function rows(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(sharedPath(`golden/metrics/${file}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = head!.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])))
}
