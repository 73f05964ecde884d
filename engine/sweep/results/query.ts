/** Questions to a finished sweep's files: SQL, the best, pivots, and how the best fare beside their neighbours. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { TandemError } from '../../core/errors.ts'
import { loadDuckDb, sqlText } from '../../run/duckdb.ts'
import { suggestion } from '../../run/suggest.ts'
import { readRecord, type SweepRecord } from '../folder.ts'
import { type Cell, sqlName } from './table-writer.ts'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Views over the files of a sweep: what each holds is one row a trial, a day of a trial, a trade. */
const VIEWS = { trials: 'results.parquet', returns: 'returns.parquet', trades: 'trades.parquet' } as const

export class SweepQuery {
  readonly record: SweepRecord
  /** Columns of the view `trials`. */
  readonly columns: readonly string[]
  private readonly views: ReadonlySet<string>
  private readonly connection: DuckDBConnection

  private constructor(
    record: SweepRecord,
    connection: DuckDBConnection,
    columns: readonly string[],
    views: ReadonlySet<string>,
  ) {
    this.record = record
    this.connection = connection
    this.columns = columns
    this.views = views
  }

  /** Whether the sweep kept these. */
  has(view: keyof typeof VIEWS): boolean {
    return this.views.has(view)
  }

  /** Opens a sweep's folder for `work`. Throws `NO_SWEEP_FOLDER`, `SWEEP_UNFINISHED`. */
  static async with<T>(folder: string, work: (query: SweepQuery) => Promise<T>): Promise<T> {
    const record = readRecord(folder)
    if (!existsSync(join(folder, VIEWS.trials))) {
      throw new TandemError('this sweep has no results yet', {
        code: 'SWEEP_UNFINISHED',
        where: folder,
        hint: record.shard === null ? 'finish it with tandem sweep --resume' : 'join its shards with tandem merge',
      })
    }
    const duckdb = loadDuckDb()
    const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    try {
      const views = Object.entries(VIEWS).filter(([, file]) => existsSync(join(folder, file)))
      for (const [view, file] of views) {
        const path = join(folder, file)
        await connection.run(`create view ${view} as select * from read_parquet(${sqlText(path)})`)
      }
      const columns = (await connection.runAndReadAll('select * from trials limit 0')).columnNames()
      return await work(new SweepQuery(record, connection, columns, new Set(views.map(([view]) => view))))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  }

  /** Any statement over `trials`, `returns` and `trades`. Throws `BAD_SQL` with the database's own words. */
  async sql(text: string): Promise<Table> {
    try {
      const reader = await this.connection.runAndReadAll(text)
      const rows = reader.getRowsJson() as (string | number | boolean | null | object)[][]
      return {
        columns: reader.columnNames(),
        rows: rows.map((row) => row.map((cell, i) => cellOf(cell, String(reader.columnType(i))))),
      }
    } catch (cause) {
      throw new TandemError((cause as Error).message.split('\n')[0]!, {
        code: 'BAD_SQL',
        where: '--sql',
        hint: 'the tables are trials, returns and trades',
        cause,
      })
    }
  }

  /** The best `count` feasible trials by a column; `-column` for the least of it. */
  async top(count: number, by: string): Promise<Table> {
    const { name, order } = this.order(by)
    const shown = ['trial', ...this.axes(), name, ...SHOWN.filter((id) => id !== name)]
    const list = [...new Set(shown)].map(sqlName).join(', ')
    return this.sql(
      `select ${list} from trials where feasible and ${sqlName(name)} is not null order by ${order}, trial limit ${count}`,
    )
  }

  /** A column's mean by the values of two axes: one down, one across. */
  async pivot(down: string, across: string, value: string): Promise<Table> {
    for (const axis of [down, across]) this.axis(axis)
    const { name } = this.order(value)
    const [d, a, v] = [sqlName(down), sqlName(across), sqlName(name)]
    const { rows } = await this.sql(
      `select ${d}, ${a}, avg(${v}) from trials where status = 'done' group by 1, 2 order by 1, 2`,
    )
    const heads = [...new Set(rows.map((row) => row[1]!))].sort(byValue)
    const lines = new Map<Cell, Cell[]>()
    for (const [at, head, mean] of rows) {
      const line = lines.get(at!) ?? new Array<Cell>(heads.length).fill(null)
      line[heads.indexOf(head!)] = mean!
      lines.set(at!, line)
    }
    return {
      columns: [`${down} \\ ${across}`, ...heads.map(String)],
      rows: [...lines].map(([at, line]) => [at, ...line]),
    }
  }

  /**
   * The best trials beside their neighbours, those that differ by one step of one axis: a peak that stands alone is
   * chance more often than skill.
   */
  async stability(count: number, by: string): Promise<Table> {
    const { name, sign } = this.order(by)
    const axes = this.axes()
    const list = [...axes, name].map(sqlName).join(', ')
    const all = await this.sql(`select trial, feasible, ${list} from trials order by trial`)
    const steps = axes.map((_, i) =>
      [...new Set(all.rows.map((row) => row[i + 2]!))].filter((value) => value !== null).sort(byValue),
    )
    const places = all.rows.map((row) => axes.map((_, i) => steps[i]!.indexOf(row[i + 2]!)))
    const valueAt = new Map(all.rows.map((row, i) => [places[i]!.join(), row[axes.length + 2]!]))
    const best = all.rows
      .map((row, i) => ({
        trial: row[0]!,
        feasible: row[1] === true,
        value: row[axes.length + 2]!,
        place: places[i]!,
        axes: row.slice(2, -1),
      }))
      .filter(({ feasible, value }) => feasible && typeof value === 'number')
      .sort((a, b) => sign * ((b.value as number) - (a.value as number)) || (a.trial as number) - (b.trial as number))
      .slice(0, count)
    const rows = best.map(({ trial, axes: values, value, place }) => {
      const near = neighbours(place)
        .map((one) => valueAt.get(one.join()))
        .filter((one) => typeof one === 'number')
      const mean = near.length === 0 ? null : near.reduce((sum, one) => sum + one, 0) / near.length
      const worst = near.length === 0 ? null : sign * Math.min(...near.map((one) => sign * one))
      return [trial, ...values, value, near.length, mean, worst]
    })
    return { columns: ['trial', ...axes, name, 'neighbours', 'their mean', 'their worst'], rows }
  }

  /** The axes' columns. */
  axes(): string[] {
    const end = this.columns.indexOf('status')
    return this.columns.slice(1, end).filter((name) => name !== 'rung' && name !== 'generation')
  }

  private axis(name: string): void {
    if (this.axes().includes(name)) return
    throw new TandemError(`'${name}' is no axis of this sweep`, {
      code: 'NO_SUCH_COLUMN',
      where: '--pivot',
      hint: suggestion(name, this.axes()),
    })
  }

  private order(by: string): { name: string; order: string; sign: 1 | -1 } {
    const name = by.replace(/^-/, '')
    if (!this.columns.includes(name)) {
      throw new TandemError(`the results have no column '${name}'`, {
        code: 'NO_SUCH_COLUMN',
        where: '--by',
        hint: suggestion(name, this.columns),
      })
    }
    const least = by.startsWith('-')
    return { name, order: `${sqlName(name)} ${least ? 'asc' : 'desc'}`, sign: least ? -1 : 1 }
  }
}

/** Metrics beside the one that is asked for. */
const SHOWN = ['totalReturn', 'sharpe', 'maxDrawdown', 'trades', 'profitFactor']

function* steppedBy(place: readonly number[]): Generator<number[]> {
  for (let i = 0; i < place.length; i++) {
    for (const step of [-1, 1]) yield place.map((at, k) => (k === i ? at + step : at))
  }
}

function neighbours(place: readonly number[]): number[][] {
  return [...steppedBy(place)].filter((one) => one.every((at) => at >= 0))
}

function byValue(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

/** DuckDB gives whole numbers beyond 32 bits as texts. */
function cellOf(cell: unknown, type: string): Cell {
  if (cell === null || typeof cell === 'number' || typeof cell === 'boolean') return cell
  if (typeof cell === 'string') return /^(U?BIGINT|HUGEINT)$/.test(type) ? Number(cell) : cell
  return JSON.stringify(cell)
}
