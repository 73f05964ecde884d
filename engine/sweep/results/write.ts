/** From the journal to the files of a finished sweep: one row a trial, returns by day, trades. */

import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { BatchResult } from '../batch.ts'
import { DIGEST_BYTES, Figure, figureWidth } from '../batch.ts'
import type { Journal } from '../journal.ts'
import { type Judge, Leaders, ParetoFront, type Ranked } from '../objective.ts'
import type { Search } from '../search.ts'
import type { Axis } from '../space/axis.ts'
import { TRADE_NUMBERS, TRADE_WIDTH, TRADE_WORDS } from '../trades.ts'
import { axisCells, type ResultColumns, resultCells, resultColumns, typeOf } from './columns.ts'
import { type Cell, type Column, type ColumnType, type DuckDb, TableWriter, withDatabase } from './table-writer.ts'

export interface ResultsInput {
  readonly folder: string
  readonly search: Search
  readonly judge: Judge
  readonly journal: Journal
  readonly best: number
  readonly returns: boolean
}

export interface WrittenResults {
  readonly trials: number
  readonly failed: number
  readonly feasible: number
  /** What failed trials said, the first that said it, and how many did; in that order, no more than a few. */
  readonly errors: readonly { readonly trial: number; readonly error: string; readonly trials: number }[]
  readonly best: readonly Ranked[]
  /** Empty where there is one objective. */
  readonly front: readonly Ranked[]
  readonly columns: ResultColumns
  readonly files: Readonly<Record<string, string>>
}

const ERRORS_SHOWN = 5

/** Writes results.parquet and, where wanted, returns.parquet; trades.parquet if the journal has trades. */
export async function writeResults(input: ResultsInput): Promise<WrittenResults> {
  return withDatabase(join(input.folder, 'scratch'), (connection, duckdb) =>
    new ResultsWriter(input).write(connection, duckdb),
  )
}

class ResultsWriter {
  private readonly input: ResultsInput
  private readonly types: readonly ColumnType[]
  private readonly columns: ResultColumns
  private readonly leaders: Leaders
  private readonly front: ParetoFront
  private readonly errors = new Map<string, { trial: number; error: string; trials: number }>()
  private readonly count = { trials: 0, failed: 0, feasible: 0 }

  constructor(input: ResultsInput) {
    const { search, judge, best } = input
    this.input = input
    this.types = search.axes.map((axis, i) => axisType(axis, () => valuesSeen(input, i)))
    this.columns = resultColumns(search.axes, this.types, search.stage, judge.objectives)
    this.leaders = new Leaders(best, judge.objectives)
    this.front = new ParetoFront(judge.objectives)
  }

  async write(connection: DuckDBConnection, duckdb: DuckDb): Promise<WrittenResults> {
    const { folder, journal, returns } = this.input
    const files: Record<string, string> = { results: join(folder, 'results.parquet') }
    const rows = await TableWriter.create(connection, duckdb, 'results', this.columns.columns)
    const days = returns ? await TableWriter.create(connection, duckdb, 'returns', RETURN_COLUMNS) : null
    const trades = new LazyTrades(connection, duckdb)
    for (const from of journal.batches()) {
      const result = journal.read(from)
      this.addRows(rows, result)
      if (days !== null) addReturns(days, result)
      await trades.add(result)
    }
    await rows.finish(files['results']!)
    if (days !== null) await days.finish((files['returns'] = join(folder, 'returns.parquet')))
    if (trades.writer !== null) await trades.writer.finish((files['trades'] = join(folder, 'trades.parquet')))
    const front = this.input.judge.objectives.length > 1 ? this.front.list() : []
    return {
      ...this.count,
      errors: [...this.errors.values()],
      best: this.leaders.list(),
      front,
      columns: this.columns,
      files,
    }
  }

  private addRows(rows: TableWriter, { numbers, figures: all, digests, texts }: BatchResult): void {
    const { search, judge } = this.input
    const width = figureWidth()
    for (const [i, number] of numbers.entries()) {
      const figures = all.subarray(i * width, (i + 1) * width)
      const point = search.pointOf(number)
      const judged = judge.verdict(point, figures)
      const verdict = search.isWhole(number) ? judged : { ...judged, isFeasible: false }
      this.leaders.add(number, verdict)
      if (judge.objectives.length > 1) this.front.add(number, verdict)
      this.note(number, figures, verdict.isFeasible, texts[i]?.error)
      const stage = search.stage?.of(number) ?? null
      const own = digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES)
      const cells = axisCells(point, this.types)
      rows.add(resultCells({ number, stage, point: cells, figures, digests: own, texts: texts[i]!, verdict }))
    }
  }

  private note(number: number, figures: Float64Array, isFeasible: boolean, error: string | undefined): void {
    this.count.trials += 1
    if (isFeasible) this.count.feasible += 1
    if (figures[Figure.failed] !== 1) return
    this.count.failed += 1
    const known = this.errors.get(error ?? '')
    if (known !== undefined) known.trials += 1
    else if (this.errors.size < ERRORS_SHOWN) {
      this.errors.set(error ?? '', { trial: number, error: error ?? '', trials: 1 })
    }
  }
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
