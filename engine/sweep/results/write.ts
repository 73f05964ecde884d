/** From the journal to the files of a finished sweep: one row a trial, returns by day, trades. */

import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { DuckDb } from '../../run/duckdb.ts'
import type { BatchResult } from '../batch.ts'
import { DIGEST_BYTES, Figure, figureWidth } from '../batch.ts'
import type { Journal } from '../journal.ts'
import type { Judge } from '../objective.ts'
import type { Search } from '../search.ts'
import type { Axis } from '../space/axis.ts'
import { TRADE_NUMBERS, TRADE_WIDTH, TRADE_WORDS } from '../trades.ts'
import { axisCells, resultCells, resultColumns, typeOf } from './columns.ts'
import { figuresOf, verdictOf } from './ranking.ts'
import { type Cell, type Column, type ColumnType, TableWriter, withDatabase } from './table-writer.ts'

export interface ResultsInput {
  readonly folder: string
  readonly search: Search
  readonly judge: Judge
  readonly journal: Journal
  /** Whether the journal has returns, and every trial's trades. */
  readonly returns: boolean
  readonly trades: boolean
}

/**
 * Writes results.parquet and, where there are any, returns.parquet and trades.parquet, one after the other: each table
 * lies in memory until its file is written. Returns their paths by name.
 */
export async function writeResults(input: ResultsInput): Promise<Record<string, string>> {
  const { folder, journal, returns, trades: hasTrades } = input
  return withDatabase(join(folder, 'scratch'), async (connection, duckdb) => {
    const files: Record<string, string> = { results: join(folder, 'results.parquet') }
    await writeRows(input, files['results']!, connection, duckdb)
    if (returns) {
      files['returns'] = join(folder, 'returns.parquet')
      const days = await TableWriter.create(connection, duckdb, 'returns', RETURN_COLUMNS)
      for (const from of journal.batches()) addReturns(days, journal.read(from))
      await days.finish(files['returns'])
    }
    const trades = new LazyTrades(connection, duckdb)
    if (hasTrades) for (const from of journal.batches()) await trades.add(journal.read(from))
    if (trades.writer !== null) await trades.writer.finish((files['trades'] = join(folder, 'trades.parquet')))
    return files
  })
}

/** A row for each trial. */
async function writeRows(
  input: ResultsInput,
  path: string,
  connection: DuckDBConnection,
  duckdb: DuckDb,
): Promise<void> {
  const { search, judge, journal } = input
  const types = search.axes.map((axis, i) => axisType(axis, () => valuesSeen(input, i)))
  const { columns } = resultColumns(search.axes, types, search.stage, judge.objectives)
  const rows = await TableWriter.create(connection, duckdb, 'results', columns)
  for (const from of journal.batches()) {
    const { numbers, figures: all, digests, texts } = journal.read(from)
    for (const [i, number] of numbers.entries()) {
      const figures = figuresOf(all, i)
      const verdict = verdictOf(search, judge, number, figures)
      const stage = search.stage?.of(number) ?? null
      const own = digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES)
      const point = axisCells(search.pointOf(number), types)
      rows.add(resultCells({ number, stage, point, figures, digests: own, texts: texts[i]!, verdict }))
    }
  }
  await rows.finish(path)
}

function axisType({ values, stretch }: Axis, seen: () => Iterable<unknown>): ColumnType {
  if (stretch !== null) return stretch.integer ? 'bigint' : 'double'
  return typeOf(values ?? seen())
}

/** Values of an axis that has no list of its own. */
function* valuesSeen({ search, journal }: ResultsInput, axis: number): Generator<unknown> {
  for (const from of journal.batches())
    for (const number of journal.read(from).numbers) yield search.pointOf(number)[axis]
}

const RETURN_COLUMNS: readonly Column[] = [
  { name: 'trial', type: 'bigint' },
  { name: 'startMs', type: 'bigint' },
  { name: 'value', type: 'double' },
]

function addReturns(writer: TableWriter, { numbers, figures, returns }: BatchResult): void {
  const width = figureWidth()
  let at = 0
  for (const [i, number] of numbers.entries()) {
    const firstMs = figures[i * width + Figure.firstMs]!
    const periodMs = figures[i * width + Figure.periodMs]!
    const periods = figures[i * width + Figure.periods]!
    for (let k = 0; k < periods; k++) writer.add([number, firstMs + k * periodMs, returns[at++]!])
  }
}

const TRADE_COLUMNS: readonly Column[] = [
  { name: 'trial', type: 'bigint' },
  ...TRADE_WORDS.map((name): Column => ({ name, type: 'varchar' })),
  ...TRADE_NUMBERS.map((name): Column => ({ name, type: /Ms$|Row$/.test(name) ? 'bigint' : 'double' })),
]

/** A table of trades that is begun with the first one. */
class LazyTrades {
  writer: TableWriter | null = null
  private readonly connection: DuckDBConnection
  private readonly duckdb: DuckDb

  constructor(connection: DuckDBConnection, duckdb: DuckDb) {
    this.connection = connection
    this.duckdb = duckdb
  }

  async add(result: BatchResult): Promise<void> {
    if (result.trades.numbers.length === 0) return
    this.writer ??= await TableWriter.create(this.connection, this.duckdb, 'trades', TRADE_COLUMNS)
    addTrades(this.writer, result)
  }
}

function addTrades(writer: TableWriter, { numbers, figures, trades }: BatchResult): void {
  const width = figureWidth()
  let row = 0
  for (const [i, number] of numbers.entries()) {
    for (let k = 0; k < figures[i * width + Figure.trades]!; k++, row++) {
      const cells = trades.numbers.subarray(row * TRADE_WIDTH, (row + 1) * TRADE_WIDTH)
      const words = trades.words[cells[TRADE_NUMBERS.length]!]!
      const values: Cell[] = [number, ...words]
      for (let c = 0; c < TRADE_NUMBERS.length; c++) values.push(Number.isNaN(cells[c]!) ? null : cells[c]!)
      writer.add(values)
    }
  }
}

/** Writes the trades of a batch that was run for them alone. */
export async function writeTrades(folder: string, results: readonly BatchResult[]): Promise<string> {
  return withDatabase(join(folder, 'scratch'), async (connection, duckdb) => {
    const writer = await TableWriter.create(connection, duckdb, 'trades', TRADE_COLUMNS)
    for (const result of results) addTrades(writer, result)
    const path = join(folder, 'trades.parquet')
    await writer.finish(path)
    return path
  })
}
