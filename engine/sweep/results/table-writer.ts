/** Rows into a Parquet file through DuckDB: in the order they come, the same bytes for the same rows. */

import { rename } from 'node:fs/promises'
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { type DuckDb, loadDuckDb, sqlText } from '../../run/duckdb.ts'

export type ColumnType = 'bigint' | 'double' | 'boolean' | 'varchar'

export interface Column {
  readonly name: string
  readonly type: ColumnType
}

export type Cell = number | string | boolean | null

/** Rows a DuckDB vector holds. */
const CHUNK_ROWS = 2048

/**
 * Runs `work` on an in-memory database of its own: one thread, so that files don't depend on the machine, bounded
 * memory, and `scratch` (a folder) for what doesn't fit.
 */
export async function withDatabase<T>(
  scratch: string,
  work: (connection: DuckDBConnection, duckdb: DuckDb) => Promise<T>,
): Promise<T> {
  const duckdb = loadDuckDb()
  const settings = { threads: '1', memory_limit: '512MB', temp_directory: scratch }
  const instance = await duckdb.DuckDBInstance.create(':memory:', settings)
  const connection = await instance.connect()
  try {
    return await work(connection, duckdb)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

export class TableWriter {
  private readonly connection: DuckDBConnection
  private readonly name: string
  private readonly columns: readonly Column[]
  private readonly appender: Awaited<ReturnType<DuckDBConnection['createAppender']>>
  private readonly chunk: DuckDBDataChunk
  private readonly cells: Cell[][]
  private rows = 0

  private constructor(
    connection: DuckDBConnection,
    name: string,
    columns: readonly Column[],
    appender: TableWriter['appender'],
    chunk: DuckDBDataChunk,
  ) {
    this.connection = connection
    this.name = name
    this.columns = columns
    this.appender = appender
    this.chunk = chunk
    this.cells = columns.map(() => [])
  }

  /** A writer with a table of its own. Whole numbers are kept as doubles until the end: bigints cost an object each. */
  static async create(
    connection: DuckDBConnection,
    duckdb: DuckDb,
    name: string,
    columns: readonly Column[],
  ): Promise<TableWriter> {
    const kept = columns.map(({ type }) => (type === 'bigint' ? 'double' : type))
    await connection.run(
      `create table ${name} (${columns.map((one, i) => `${sqlName(one.name)} ${kept[i]}`).join(', ')})`,
    )
    const types = { double: duckdb.DOUBLE, varchar: duckdb.VARCHAR, boolean: duckdb.BOOLEAN }
    const chunk = duckdb.DuckDBDataChunk.create(kept.map((type) => types[type]))
    return new TableWriter(connection, name, columns, await connection.createAppender(name), chunk)
  }

  add(row: readonly Cell[]): void {
    for (let i = 0; i < this.cells.length; i++) this.cells[i]!.push(row[i]!)
    this.rows += 1
    if (this.rows === CHUNK_ROWS) this.flush()
  }

  /** Writes the file under another name and renames it. */
  async finish(path: string): Promise<void> {
    this.flush()
    this.appender.closeSync()
    const list = this.columns.map(({ name, type }) => {
      const quoted = sqlName(name)
      return type === 'bigint' ? `${quoted}::bigint as ${quoted}` : quoted
    })
    const partial = `${path}.part`
    await this.connection.run(
      `copy (select ${list.join(', ')} from ${this.name}) to ${sqlText(partial)} (format parquet, compression zstd)`,
    )
    await this.connection.run(`drop table ${this.name}`)
    await rename(partial, path)
  }

  private flush(): void {
    if (this.rows === 0) return
    this.chunk.rowCount = this.rows
    for (const [i, cells] of this.cells.entries()) {
      this.chunk.setColumnValues(i, cells)
      cells.length = 0
    }
    this.appender.appendDataChunk(this.chunk)
    this.rows = 0
  }
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
