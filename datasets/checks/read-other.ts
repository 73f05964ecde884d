/** Rows of files that aren't plain CSV (JSON, Feather, Parquet, archives), in the order in which they are written. */

import type { RowKind } from '../import/formats/format.ts'
import { detectLayout } from '../import/formats/registry.ts'
import { openContent } from '../import/input/content.ts'
import { listInputs } from '../import/input/input.ts'
import { sampleOf, tableOf } from '../import/look.ts'
import { readJson, readLines } from '../import/read.ts'
import { refusal } from '../import/refuse.ts'
import { RowReader } from '../import/rows.ts'
import type { RowSink } from '../import/sinks/sink.ts'
import { readTable } from '../import/tables/table.ts'
import type { RawFile } from './read-rows.ts'

/** Keeps every row as it comes. */
class RawSink implements RowSink {
  readonly rows: number[][] = []

  add(row: number, values: Float64Array): void {
    this.rows.push([...values, row])
  }

  table(kind: RowKind, hasVolume: boolean): RawFile {
    const column = (index: number): Float64Array => Float64Array.from(this.rows, (row) => row[index]!)
    const time = column(0)
    if (kind === 'funding') return { kind, table: { time, rate: column(1), line: column(2) } }
    const [open, high, low, close, volume, line] = [1, 2, 3, 4, 5, 6].map(column) as [F, F, F, F, F, F]
    const otherVolume = new Float64Array(0)
    return { kind: 'candles', hasVolume, table: { time, open, high, low, close, volume, line, otherVolume } }
  }
}

type F = Float64Array

/** Reads a file of one input. Throws `SEVERAL_FILES`, `NOT_CANDLES` and the refusals of the import. */
export async function readOther(file: string): Promise<RawFile> {
  const [input, ...more] = await listInputs(file)
  if (input === undefined || more.length > 0) {
    throw refusal(
      'SEVERAL_FILES',
      { file },
      `has ${more.length + 1} files in it`,
      'unpack it and check them one by one',
    )
  }
  const content = await openContent(input)
  try {
    const table = await tableOf(input, content)
    const sample = sampleOf(input, content, table, {})
    const found = detectLayout(sample, undefined)
    const isPrice = found.kind === 'candles' && found.hints.price !== undefined
    const layout = isPrice ? { ...found, cells: [...found.cells.slice(0, 5), -1] } : found
    if (layout.kind === 'trades') {
      throw refusal('NOT_CANDLES', { file }, 'has trades', 'import it, which makes candles of them, and check those')
    }
    const sink = new RawSink()
    const origin = { file: input.label, names: layout.names }
    if (table !== null) await readTable(table, layout, origin, 0, sink)
    else {
      const reader = new RowReader(
        { ...origin, layout, separator: sample.separator, dateOrder: undefined, shiftMs: 0 },
        sink,
      )
      if (content.shape === 'json') await readJson(input, content, layout, reader)
      else await readLines(input, content, layout, reader)
    }
    return sink.table(layout.kind, !isPrice)
  } finally {
    await content.close()
  }
}
