/** The rows of a series into files under temporary names, in one pass: Parquet by year beside the raw columns. */

import { join } from 'node:path'
import type { Candles } from '../engine/core/candles.ts'
import { ColumnsWriter } from './columns.ts'
import { writeParquet } from './parquet.ts'
import { FactsOfRows, type RowFacts, type RowSource } from './row-source.ts'
import { yearsOf } from './years.ts'

/** How names of files that don't count yet begin. */
export const TEMPORARY = '.tmp-'

export interface WrittenRows {
  /** Parquet files in order: where they lie now and where they belong. */
  readonly years: readonly { readonly temporary: string; readonly file: string }[]
  /** Where the raw columns lie now. */
  readonly columns: string
  readonly facts: RowFacts
  readonly dataHash: string
}

/** Writes into `directory`, which nobody else writes to meanwhile. */
export async function writeRows(directory: string, series: RowSource, timeframeMs: number): Promise<WrittenRows> {
  const columns = `${TEMPORARY}columns`
  const writer = await ColumnsWriter.open(join(directory, columns), series.rows)
  const facts = new FactsOfRows(timeframeMs)
  const years: { temporary: string; file: string }[] = []
  // DuckDB compresses one year in its own threads while the next is gathered here: at most one is under way.
  let underWay: Promise<void> = Promise.resolve()
  try {
    for (const { file, candles } of yearsOf(series.pieces())) {
      await underWay
      const temporary = `${TEMPORARY}${years.length}`
      years.push({ temporary, file })
      underWay = writeParquet(join(directory, temporary), candles)
      // Awaited below or in the next round; until then a failure isn't unhandled.
      underWay.catch(() => undefined)
      await addAll(writer, facts, candles)
    }
    await underWay
    return { years, columns, facts: facts.facts(), dataHash: await writer.hash() }
  } finally {
    await underWay.catch(() => undefined)
    await writer.close()
  }
}

async function addAll(writer: ColumnsWriter, facts: FactsOfRows, candles: Candles): Promise<void> {
  facts.add(candles)
  await writer.add(candles)
}
