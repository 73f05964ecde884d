/** Candles in and out of Parquet through DuckDB. Columns: `ts` BIGINT ms UTC, then five doubles; sorted by `ts`. */

import { allocateCandles, type Candles } from '../engine/core/candles.ts'
import { COLUMNS } from './columns.ts'
import { sqlText, withDuckDb } from './duckdb.ts'

/** Rows a DuckDB vector holds. */
const CHUNK_ROWS = 2048

/** The files as a table in SQL. */
export function parquetSource(paths: readonly string[]): string {
  return `read_parquet([${paths.map(sqlText).join(', ')}], hive_partitioning = false)`
}

/** Writes `candles` to a new zstd Parquet file. */
export async function writeParquet(path: string, candles: Candles): Promise<void> {
  await withDuckDb(async (connection, { DuckDBDataChunk, DOUBLE }) => {
    const columns = COLUMNS.map((name) => (name === 'time' ? 'ts' : name))
    await connection.run(`create temp table candles (${columns.map((name) => `"${name}" double`).join(', ')})`)
    const appender = await connection.createAppender('candles', null, 'temp')
    const chunk = DuckDBDataChunk.create(COLUMNS.map(() => DOUBLE))
    for (let start = 0; start < candles.time.length; start += CHUNK_ROWS) {
      const end = Math.min(start + CHUNK_ROWS, candles.time.length)
      chunk.rowCount = end - start
      for (const [index, name] of COLUMNS.entries()) {
        // A typed array is read by index like the declared array, without boxing a copy of every number.
        chunk.setColumnValues(index, candles[name].subarray(start, end) as unknown as number[])
      }
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    const list = columns.map((name) => (name === 'ts' ? 'ts::bigint as ts' : `"${name}"`)).join(', ')
    await connection.run(
      `copy (select ${list} from candles order by ts) to ${sqlText(path)} (format parquet, compression zstd)`,
    )
    await connection.run('drop table temp.candles')
  })
}

/** Reads files of `writeParquet` into shared columns. Missing numbers become NaN. Throws what DuckDB throws. */
export async function readParquet(paths: readonly string[]): Promise<Candles> {
  return withDuckDb(async (connection) => {
    const source = parquetSource(paths)
    const counted = await connection.runAndReadAll(`select count(*)::double from ${source}`)
    const candles = allocateCandles(Number(counted.getRows()[0]![0]))
    const list = COLUMNS.map((name) => (name === 'time' ? 'ts::double' : `"${name}"::double`)).join(', ')
    const result = await connection.stream(`select ${list} from ${source} order by ts`)
    let row = 0
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const [index, name] of COLUMNS.entries()) {
        const vector = chunk.getColumnVector(index)
        const column = candles[name]
        for (let k = 0; k < chunk.rowCount; k++) column[row + k] = (vector.getItem(k) as number | null) ?? Number.NaN
      }
      row += chunk.rowCount
    }
    return candles
  })
}
