/** A finished sweep as it lies in its folder, read back for notebooks and programs. */

import type { ColumnTable, TableColumn } from '../core/columns-table.ts'
import { readRecord, type SweepRecord } from './folder.ts'
import { SweepQuery, type Table } from './results/query.ts'

export interface StoredSweep {
  readonly folder: string
  readonly record: SweepRecord
  /** The swept keys, as columns of `trials`. */
  readonly axes: readonly string[]
  /** One row a trial, in the order of their numbers: the swept keys, status, every metric, digest, counts. */
  readonly trials: ColumnTable
  /** Any SQL over the views `trials`, `returns` and `trades`. Throws `BAD_SQL`. */
  sql(text: string): Promise<ColumnTable>
  /** The best feasible trials by a metric, `-metric` for the least of it. Throws `NO_SUCH_COLUMN`. */
  top(count: number, by: string): Promise<ColumnTable>
}

/** Reads a sweep's folder. Throws `NO_SWEEP_FOLDER`, `SWEEP_UNFINISHED`. */
export async function readStoredSweep(folder: string): Promise<StoredSweep> {
  const ask = (work: (query: SweepQuery) => Promise<Table>) => SweepQuery.with(folder, work).then(toColumns)
  return {
    folder,
    record: readRecord(folder),
    axes: await SweepQuery.with(folder, async (query) => query.axes()),
    trials: await ask((query) => query.sql('select * from trials order by trial')),
    sql: (text) => ask((query) => query.sql(text)),
    top: (count, by) => ask((query) => query.top(count, by)),
  }
}

function toColumns({ columns, rows }: Table): ColumnTable {
  const read = columns.map((name, i): [string, TableColumn] => [name, columnOf(rows.map((row) => row[i] ?? null))])
  return { rows: rows.length, columns: Object.fromEntries(read) }
}

function columnOf(cells: readonly (number | string | boolean | null)[]): TableColumn {
  return cells.every((cell) => typeof cell === 'number') ? Float64Array.from(cells as number[]) : cells
}
