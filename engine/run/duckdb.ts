/** DuckDB for rooms that don't know the store: sweeps keep their results in it. */

export { type DuckDb, loadDuckDb, sqlText } from '../../datasets/duckdb.ts'
