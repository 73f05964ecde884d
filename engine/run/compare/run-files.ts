/** A finished run as its directory tells it: summary, metrics, configuration, equity and trades. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { TandemError } from '../../core/errors.ts'
import type { Metric } from '../../core/result.ts'
import { allInOrder } from '../all-in-order.ts'

/** A round trip, as `trades.arrow` has it. */
export interface ReadTrade {
  readonly symbol: string
  readonly side: string
  readonly entryTimeMs: number
  readonly exitTimeMs: number | null
  readonly entryPrice: number
  readonly exitPrice: number | null
  readonly exitReason: string | null
  readonly pnl: number
}

export interface ReadRun {
  readonly folder: string
  readonly runId: string
  readonly name: string
  readonly quote: string
  readonly initialEquity: number
  readonly finalEquity: number
  readonly hashes: {
    readonly config: string
    readonly data: string
    readonly strategy: string
    readonly rulebook: string
  }
  readonly decisions: string
  readonly metrics: readonly Metric[]
  /** The resolved configuration. */
  readonly config: unknown
  /** Bar opens, ms UTC, and equity at each close. */
  readonly time: Float64Array
  readonly equity: Float64Array
  readonly trades: readonly ReadTrade[]
}

/** Reads a run. Throws `NO_RUN` where the folder or one of its files is missing or damaged. */
export async function readRun(folder: string): Promise<ReadRun> {
  const names = ['summary.json', 'metrics.json', 'config.yaml', 'equity.arrow', 'trades.arrow']
  const [summary, metrics, config, equity, trades] = await allInOrder(names.map((name) => part(folder, name)))
  try {
    return await assemble(folder, text(summary!), text(metrics!), text(config!), equity!, trades!)
  } catch (cause) {
    throw noRun(folder, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function assemble(
  folder: string,
  summaryText: string,
  metricsText: string,
  configText: string,
  equityBytes: Uint8Array,
  tradesBytes: Uint8Array,
): Promise<ReadRun> {
  const { tableFromIPC } = await import('apache-arrow')
  const summary = JSON.parse(summaryText) as Record<string, never> & { digest: { decisions: string } }
  const config = parse(configText) as { account?: { quote?: string } }
  const curve = tableFromIPC(equityBytes)
  const column = (name: string): Float64Array => Float64Array.from(curve.getChild(name)!.toArray() as ArrayLike<number>)
  return {
    folder,
    runId: summary['runId']!,
    name: summary['name']!,
    quote: config.account?.quote ?? '',
    initialEquity: summary['initialEquity']!,
    finalEquity: summary['finalEquity']!,
    hashes: {
      config: summary['configHash']!,
      data: summary['dataHash']!,
      strategy: summary['strategyHash']!,
      rulebook: summary['rulebookHash']!,
    },
    decisions: summary.digest.decisions,
    metrics: JSON.parse(metricsText) as Metric[],
    config,
    time: column('time'),
    equity: column('equity'),
    trades: tableFromIPC(tradesBytes)
      .toArray()
      .map((row) => tradeOf(row as Record<string, never>)),
  }
}

function tradeOf(row: Record<string, never>): ReadTrade {
  return {
    symbol: row['symbol']!,
    side: row['side']!,
    entryTimeMs: row['entryTimeMs']!,
    exitTimeMs: row['exitTimeMs'] ?? null,
    entryPrice: row['entryPrice']!,
    exitPrice: row['exitPrice'] ?? null,
    exitReason: row['exitReason'] ?? null,
    pnl: row['pnl']!,
  }
}

async function part(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name))
  } catch (error) {
    throw noRun(folder, `${name} can't be read`, error)
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function noRun(folder: string, message: string, cause: unknown): TandemError {
  return new TandemError(message, {
    code: 'NO_RUN',
    where: folder,
    hint: 'give a directory that tandem backtest has written',
    cause,
  })
}
