/** A finished run as it lies in its directory, read back for notebooks and programs. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Vector } from 'apache-arrow'
import type { ColumnTable, TableColumn } from '../core/columns-table.ts'
import { TandemError } from '../core/errors.ts'
import type { Metric } from '../core/result.ts'
import type { BacktestSummary } from './backtest.ts'

export interface StoredRun {
  readonly directory: string
  /** What `tandem backtest --json` printed, but for the paths of its files. */
  readonly summary: Omit<BacktestSummary, 'files'>
  /** Every metric with unit, basis and definition; `value` is null where it is undefined, with the reason. */
  readonly metrics: readonly Metric[]
  /** Columns `time` (bar open, ms UTC), `equity` (at the close, quote) and `exposure`. */
  readonly equity: ColumnTable
  /** One row a trade: times in ms UTC, prices and money in quote, quantity in base. */
  readonly trades: ColumnTable
  /** The resolved run file, YAML. */
  readonly config: string
  /** A metric's value by id; null where it is undefined. Throws `NO_SUCH_METRIC`. */
  metric(id: string): number | null
}

/** Reads a run's directory. Throws `NO_RUN` where there is none, or its files are damaged. */
export async function readStoredRun(directory: string): Promise<StoredRun> {
  try {
    const text = (file: string) => readFile(join(directory, file), 'utf8')
    const [summary, metrics, config] = await Promise.all([
      text('summary.json'),
      text('metrics.json'),
      text('config.yaml'),
    ])
    const [equity, trades] = await Promise.all(
      ['equity.arrow', 'trades.arrow'].map((file) => table(join(directory, file))),
    )
    const known = JSON.parse(metrics) as Metric[]
    return {
      directory,
      summary: JSON.parse(summary) as StoredRun['summary'],
      metrics: known,
      equity: equity!,
      trades: trades!,
      config,
      metric: (id) => metricValue(known, id),
    }
  } catch (cause) {
    throw new TandemError(`no finished run can be read here: ${(cause as Error).message}`, {
      code: 'NO_RUN',
      where: directory,
      hint: 'name the directory that tandem backtest wrote, as in runs/NAME-0123456789',
      cause,
    })
  }
}

function metricValue(metrics: readonly Metric[], id: string): number | null {
  const metric = metrics.find((one) => one.id === id)
  if (metric !== undefined) return metric.value
  throw new TandemError(`a run has no metric '${id}'`, {
    code: 'NO_SUCH_METRIC',
    hint: `it has ${metrics.map((one) => one.id).join(', ')}`,
  })
}

async function table(path: string): Promise<ColumnTable> {
  const { tableFromIPC } = await import('apache-arrow')
  const read = tableFromIPC(await readFile(path))
  const columns: Record<string, TableColumn> = {}
  for (const [i, { name }] of read.schema.fields.entries()) columns[name] = columnOf(read.getChildAt(i)!)
  return { rows: read.numRows, columns }
}

function columnOf(vector: Vector): TableColumn {
  const values = vector.toArray()
  if (values instanceof Float64Array && vector.nullCount === 0) return values
  return Array.from({ length: vector.length }, (_, i) => vector.get(i) as number | string | null)
}
