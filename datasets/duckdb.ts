/** One in-memory DuckDB for the whole process, created when first needed: importing it alone takes over 100 ms. */

import { createRequire } from 'node:module'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export type DuckDb = typeof import('@duckdb/node-api')

/** The package, loaded when first asked for. By require: for `import` Node first parses all of it for its names. */
export function loadDuckDb(): DuckDb {
  return createRequire(import.meta.url)('@duckdb/node-api') as DuckDb
}

let shared: Promise<{ readonly duckdb: DuckDb; readonly instance: DuckDBInstance }> | null = null

async function open(): Promise<{ readonly duckdb: DuckDb; readonly instance: DuckDBInstance }> {
  const duckdb = loadDuckDb()
  return { duckdb, instance: await duckdb.DuckDBInstance.create(':memory:') }
}

/** Runs `work` on a connection of its own, which is closed afterwards. Tables it makes should be temporary. */
export async function withDuckDb<T>(work: (connection: DuckDBConnection, duckdb: DuckDb) => Promise<T>): Promise<T> {
  shared ??= open()
  const { duckdb, instance } = await shared
  const connection = await instance.connect()
  try {
    return await work(connection, duckdb)
  } finally {
    connection.closeSync()
  }
}

/** A text as an SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
