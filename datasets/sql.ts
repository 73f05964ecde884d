/** SQL over the store: views on the Parquet files that the manifests name, in an in-memory DuckDB. It only reads. */

import { join } from 'node:path'
import { TandemError } from '../engine/core/errors.ts'
import { sqlText, withDuckDb } from './duckdb.ts'
import type { FundingManifest } from './funding/manifest.ts'
import { fundingDirectory } from './funding/series.ts'
import { listFunding } from './funding/store.ts'
import type { Manifest } from './manifest.ts'
import { parquetSource } from './parquet.ts'
import { seriesDirectory } from './series.ts'
import { listSeries, parquetPaths } from './store.ts'

export type SqlValue = string | number | boolean | null | readonly SqlValue[] | { readonly [name: string]: SqlValue }

export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** One array a row. Times are ISO texts in UTC; numbers that aren't finite are null. */
  readonly rows: readonly (readonly SqlValue[])[]
}

/** What can be asked for, told with every error. */
export const SQL_TABLES =
  'tables: candles (venue, symbol, timeframe, price, time, ts, open, high, low, close, volume), funding (venue, symbol, time, ts, rate), series'

/** Statements that only read: SELECT and EXPLAIN in DuckDB's numbering. */
const READING = [1, 4]

/** A series that is replaced while it is read costs another try; so many in a row would be a fault of its own. */
const TRIES = 10

/** How DuckDB says that a file that a view names isn't there. */
const MISSING = /IO Error: .*(No such file|No files found)/

/** Answers one SELECT (or FROM, WITH, DESCRIBE, SUMMARIZE, EXPLAIN). Throws `BAD_SQL`. */
export async function querySql(store: string, sql: string): Promise<SqlAnswer> {
  // The library fails without a word on a text that has no statement in it, such as a comment.
  if (/^(\s|;|--[^\n]*(\n|$))*$/.test(sql)) throw badSql('expected one statement, got 0')
  let contents = await contentsOf(store)
  for (let left = TRIES; ; left--) {
    try {
      return await answer(contents, sql)
    } catch (error) {
      const now = await contentsOf(store)
      // A series that was replaced and put back is the same again, and yet its file was away for a moment.
      const changed = now.views.join() !== contents.views.join() || MISSING.test(String(error))
      if (left === 0 || !changed) throw error
      contents = now
    }
  }
}

interface Contents {
  /** What creates the views, one statement each. */
  readonly views: readonly string[]
}

async function answer({ views }: Contents, sql: string): Promise<SqlAnswer> {
  return withDuckDb(async (connection) => {
    try {
      for (const view of views) await connection.run(view)
      const statements = await connection.extractStatements(sql)
      if (statements.count !== 1) throw badSql(`expected one statement, got ${statements.count}`)
      const statement = await statements.prepare(0)
      if (!READING.includes(statement.statementType)) throw badSql('only questions (SELECT) are answered here')
      const result = await statement.runAndReadAll()
      const types = result.columnTypes()
      const columns = result.deduplicatedColumnNames().map((name, index) => ({ name, type: String(types[index]) }))
      return { columns, rows: result.getRowsJS().map((row) => row.map(plain)) }
    } catch (error) {
      if (error instanceof TandemError) throw error
      throw badSql((error instanceof Error ? error.message : String(error)).split('\n')[0]!, error)
    } finally {
      for (const name of ['candles', 'funding', 'series']) await connection.run(`drop view if exists temp.${name}`)
    }
  })
}

function badSql(message: string, cause?: unknown): TandemError {
  return new TandemError(message, { code: 'BAD_SQL', where: 'SQL', hint: SQL_TABLES, cause })
}

async function contentsOf(store: string): Promise<Contents> {
  const series = await listSeries(store)
  const funding = await listFunding(store)
  const tables = {
    candles: unionOf(
      series.map((one) => candleSelect(store, one)),
      NO_CANDLES,
    ),
    funding: unionOf(
      funding.map((one) => fundingSelect(store, one)),
      NO_FUNDING,
    ),
    series: unionOf(series.map(seriesSelect), NO_SERIES),
  }
  return { views: Object.entries(tables).map(([name, select]) => `create or replace temp view ${name} as ${select}`) }
}

function fundingSelect(store: string, manifest: FundingManifest): string {
  const { venue, symbol, file } = manifest
  const source = parquetSource([join(fundingDirectory(store, manifest), file)])
  return `select ${sqlText(venue)} as venue, ${sqlText(symbol)} as symbol, make_timestamp(ts * 1000) as time, ts, rate from ${source}`
}

const NO_CANDLES =
  "select ''::varchar as venue, ''::varchar as symbol, ''::varchar as timeframe, ''::varchar as price, make_timestamp(0) as time, 0::bigint as ts, 0.0::double as open, 0.0::double as high, 0.0::double as low, 0.0::double as close, 0.0::double as volume where false"
const NO_FUNDING =
  "select ''::varchar as venue, ''::varchar as symbol, make_timestamp(0) as time, 0::bigint as ts, 0.0::double as rate where false"
const NO_SERIES =
  "select ''::varchar as venue, ''::varchar as symbol, ''::varchar as timeframe, ''::varchar as price, 0::bigint as rows, make_timestamp(0) as first, make_timestamp(0) as last, 0::bigint as missing, ''::varchar as hash where false"

function unionOf(selects: readonly string[], none: string): string {
  return selects.length === 0 ? none : selects.join(' union all ')
}

/** Names as constants: DuckDB then skips the files of other series than those asked for. */
function candleSelect(store: string, manifest: Manifest): string {
  const source = parquetSource(parquetPaths(seriesDirectory(store, manifest), manifest))
  return `select ${namesOf(manifest)}, make_timestamp(ts * 1000) as time, ts, open, high, low, close, volume from ${source}`
}

function namesOf({ venue, symbol, timeframe, price }: Manifest): string {
  const names = { venue, symbol, timeframe, price: price ?? 'trade' }
  return Object.entries(names)
    .map(([name, value]) => `${sqlText(value)} as ${name}`)
    .join(', ')
}

function seriesSelect(manifest: Manifest): string {
  const { rows, firstMs, lastMs, gaps, dataHash } = manifest
  const time = (ms: number): string => `make_timestamp(${ms}::bigint * 1000)`
  return `select ${namesOf(manifest)}, ${rows}::bigint as rows, ${time(firstMs)} as first, ${time(lastMs)} as last, ${gaps.bars}::bigint as missing, ${sqlText(dataHash)} as hash`
}

/** A DuckDB value as JSON has it. */
function plain(value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
