/** Sweeps over synthetic markets in memory, in folders that go when the test ends. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { onTestFinished } from 'vitest'
import type { RunFile } from '../../engine/run/config/index.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { sweepSection } from '../../engine/run/config/sweep-section.ts'
import { makeMarket } from '../../engine/run/market.ts'
import { runSweep, type SweepOptions, type SweepSummary } from '../../engine/sweep/run-sweep.ts'
import { InlinePool } from '../../engine/sweep/threads/pool.ts'
import { randomCandles } from '../support/random-market.ts'
import { seriesOf } from '../support/runs.ts'

const CANDLES = randomCandles({ seed: 11, bars: 900 })

export const INPUT = {
  name: 'test',
  strategy: { name: 'sma-cross' },
  data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h' },
  account: { quote: 'USD', equity: 10_000, profile: 'none' },
  sizing: { mode: 'percent', fraction: 0.95 },
  costs: { fees: { maker: 0.001, taker: 0.001 } },
  rules: { emergencyLoss: 'off', venueMinimums: false },
}

export function runFile(sweep: unknown, changes: Readonly<Record<string, unknown>> = {}): RunFile {
  const input = { ...INPUT, ...changes }
  return { input, config: resolveConfig(input), sweep: sweep === null ? null : sweepSection.parse(sweep) }
}

/** A market of the configuration's window: the same candles, up to `data.to`. */
export async function market({ data }: RunFile['config']) {
  const end = data.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(data.to)
  const rows = CANDLES.time.filter((time) => time < end).length
  const cut = Object.fromEntries(Object.entries(CANDLES).map(([name, column]) => [name, column.subarray(0, rows)]))
  const hash = `${data.symbols.join()} ${rows}`
  return makeMarket([{ ...seriesOf(cut as unknown as typeof CANDLES, data.symbols[0]), dataHash: hash }])
}

export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-sweep-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Options of a sweep in this thread. */
export function inline(runs: string, changes: Partial<SweepOptions> = {}): SweepOptions {
  return {
    store: join(runs, 'store'),
    runs,
    out: join(runs, 'sweep'),
    baseFolder: runs,
    workers: 1,
    shard: null,
    resume: false,
    yes: false,
    log: () => {},
    progress: () => {},
    market,
    pool: async (plan) => new InlinePool(plan.frames),
    ...changes,
  }
}

export async function sweep(file: RunFile, options: SweepOptions): Promise<SweepSummary> {
  return (await runSweep(file, options)) as SweepSummary
}

/** Rows of a Parquet file, by SQL; `$` stands for the file. */
export async function rowsOf(path: string, sql = 'select * from $'): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(sql.replace('$', `'${path}'`))
  const rows = reader.getRowObjectsJson() as Record<string, unknown>[]
  connection.closeSync()
  return rows
}

export function bytesOf(folder: string, file = 'results.parquet'): string {
  return readFileSync(join(folder, file)).toString('base64')
}
