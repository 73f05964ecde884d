/** Parquet files by anyone, through DuckDB. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { sqlText, withDuckDb } from '../../duckdb.ts'
import { refusal } from '../refuse.ts'
import { unixMs } from '../times.ts'
import type { ColumnTable } from './table.ts'

/** Looks at a Parquet file's columns. Throws `DAMAGED_PARQUET`, and `NOT_A_FILE` for one inside an archive. */
export async function openParquet(file: string, path: string | null): Promise<ColumnTable> {
  if (path === null) {
    throw refusal('NOT_A_FILE', { file }, 'is a Parquet file inside an archive', 'unpack it and import that')
  }
  const source = `read_parquet(${sqlText(path)}, hive_partitioning = false)`
  const columns = await withDuckDb(async (connection) => {
    const described = await connection.runAndReadAll(`describe select * from ${source}`)
    return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
  }).catch((cause: unknown) => {
    throw damaged(file, cause)
  })
  return {
    names: columns.map(({ name }) => name),
    async *batches(cells) {
      const list = cells.map((cell, index) => asNumber(columns[cell]!.name, columns[cell]!.type, index === 0))
      yield* rowsOf(file, `select ${list.join(', ')} from ${source}`, isUnix(columns[cells[0]!]!.type))
    },
  }
}

const isUnix = (type: string): boolean => !/^(TIMESTAMP|DATE|VARCHAR)/.test(type)

/** A time as ms (a number stays as it is), anything else as a double; null where it is none. */
function asNumber(name: string, type: string, isTime: boolean): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (!isTime || isUnix(type)) return `try_cast(${column} as double)`
  const stamp = type === 'TIMESTAMP WITH TIME ZONE' ? column : `try_cast(${column} as timestamp)`
  return `epoch_us(${stamp})::double / 1000`
}

async function* rowsOf(file: string, sql: string, unix: boolean): AsyncGenerator<readonly Float64Array[]> {
  const batches: (readonly Float64Array[])[] = []
  const read = async (connection: DuckDBConnection): Promise<void> => {
    const result = await connection.stream(sql)
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const { rowCount, columnCount } = chunk
      const columns = Array.from({ length: columnCount }, (_, index) => {
        const vector = chunk!.getColumnVector(index)
        const column = new Float64Array(rowCount)
        for (let row = 0; row < rowCount; row++) column[row] = (vector.getItem(row) as number | null) ?? Number.NaN
        return unix && index === 0 ? column.map(unixMs) : column
      })
      batches.push(columns)
    }
  }
  await withDuckDb(read).catch((cause: unknown) => {
    throw damaged(file, cause)
  })
  yield* batches
}

function damaged(file: string, cause: unknown): Error {
  const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.slice(0, 100)
  return refusal('DAMAGED_PARQUET', { file }, `the Parquet file can't be read: ${why}`, 'fetch the file again', cause)
}
