/** A finished sweep's folder as the data of its report. */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { loadRunFile, type SweepSection } from '../../run/config/index.ts'
import { trialMetrics } from '../../run/trial/trial-metrics.ts'
import { countRecorded, ledgerPath } from '../ledger.ts'
import { SweepQuery } from '../results/query.ts'
import { type Cell, sqlName } from '../results/table-writer.ts'
import type { SweepSummary } from '../run-sweep.ts'
import { reportedTrials } from './best-runs.ts'
import { bestOf, comparedWhere, objectivesOf, type ReportObjective } from './compared.ts'
import { returnFacts } from './return-facts.ts'

/** Compared trials up to here are all in the page; of more the best and an even sample. */
export const MOST_ROWS = 10_000
const SAMPLED = 8000
const BEST_KEPT = 1500
/** Trials by number that the page calls the best. */
const BEST_LISTED = 50
/** Kinds of errors that are told. */
const ERRORS_TOLD = 20

/** A column of the trials, with what is known of it. */
export interface TrialColumn {
  readonly name: string
  readonly label: string
  readonly unit: string
  readonly basis: string
  readonly definition: string
  readonly values: readonly Cell[]
}

/** Everything the page needs; reports/sweep-input.ts says what each is. */
export type SweepReportData = Awaited<ReturnType<typeof readSweepReport>>

export interface ReportDataOptions {
  /** The command that made the sweep; default: `tandem sweep` of the folder's own configuration. */
  readonly command?: string
  /** Where the ledger of trials is; default: beside the sweep's folder. */
  readonly runs?: string
}

/** Reads a sweep. Throws `NO_SWEEP_FOLDER`, `SWEEP_UNFINISHED`. */
export async function readSweepReport(folder: string, options: ReportDataOptions = {}) {
  return SweepQuery.with(folder, async (query) => {
    const { record } = query
    const file = loadRunFile(join(folder, 'config.yaml'))
    const sweep = file.sweep!
    const objectives = objectivesOf(sweep)
    const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as SweepSummary
    const compared = comparedWhere(query, file)
    const counts = await countsOf(query, compared)
    const table = await tableOf(query, compared, counts.compared, objectives)
    const best = await bestOf(query, compared, objectives[0]!, BEST_LISTED)
    const returns = await returnFacts(query, compared, table.trial, best[0])
    const ledger = ledgerPath(options.runs ?? dirname(folder))
    const { config } = file
    return {
      name: record.name,
      sweepId: record.identity,
      strategy: 'name' in config.strategy ? config.strategy.name : config.strategy.file,
      venue: config.data.venue,
      symbols: config.data.symbols,
      timeframe: config.data.timeframe,
      quote: config.account.quote,
      from: config.data.from ?? null,
      to: config.data.to ?? null,
      method: sweep.method,
      samples: sweep.samples ?? null,
      seed: sweep.samples === undefined ? null : sweep.seed,
      space: spaceOf(sweep),
      where: [sweep.where].flat(),
      constraints: [...[sweep.constraints].flat(), ...(sweep.minTrades > 0 ? [`trades >= ${sweep.minTrades}`] : [])],
      objectives,
      isGrid: sweep.method === 'grid',
      count: counts,
      ledger: {
        sweep: counts.trials,
        strategy: Math.max(summary.ledger.trials, countRecorded(ledger, record.dataHash, record.strategyHash).trials),
        data: Math.max(summary.ledger.trials, countRecorded(ledger, record.dataHash).trials),
      },
      table,
      sharpes: await numbersOf(
        query,
        `select sharpe from trials where ${compared} and sharpe is not null order by trial`,
      ),
      best,
      front: objectives.length > 1 ? summary.front.map(({ trial }) => trial) : [],
      reported: reportedTrials(folder),
      ...returns,
      errors: await errorsOf(query),
      refusals: await refusalsOf(query),
      command: options.command ?? `tandem sweep ${join(folder, 'config.yaml')}`,
      configText: readFileSync(join(folder, 'config.yaml'), 'utf8'),
      hashes: {
        strategy: record.strategyHash,
        data: record.dataHash,
        results: await hashOf(join(folder, 'results.parquet')),
      },
    }
  })
}

function spaceOf(sweep: SweepSection): { key: string; text: string }[] {
  if (sweep.method === 'list') return [{ key: 'list', text: `${sweep.list!.length} trials as they are listed` }]
  return Object.entries(sweep.space ?? {}).map(([key, axis]) => ({ key, text: axisText(axis) }))
}

function axisText(axis: unknown): string {
  if (Array.isArray(axis)) return axis.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')
  const { from, to, step, min, max, scale, integer } = axis as Readonly<Record<string, unknown>>
  if (from !== undefined) return `${from} to ${to} by ${step}`
  return `${min} to ${max}${integer === true ? ', whole numbers' : ''}${scale === 'log' ? ', logarithmic' : ''}`
}

async function countsOf(query: SweepQuery, compared: string) {
  const { rows } = await query.sql(
    `select count(*), count(*) filter (status <> 'done'), count(*) filter (feasible), count(*) filter (${compared}) from trials`,
  )
  const [trials, failed, feasible, same] = rows[0]!.map(Number) as [number, number, number, number]
  return { trials, failed, feasible, compared: same }
}

/** Rows of the table: all, or the best and an even sample. */
async function tableOf(query: SweepQuery, compared: string, count: number, objectives: readonly ReportObjective[]) {
  const known = new Map(trialMetrics().map((one) => [one.id, one]))
  const axes = query.axes()
  const own = objectives.filter(({ column }) => !known.has(column)).map(({ column }) => column)
  const metrics = [...known.keys()].filter((id) => query.columns.includes(id))
  const names = [...axes, ...own, ...metrics]
  const step = count > MOST_ROWS ? Math.ceil(count / SAMPLED) : 1
  const list = names.map(sqlName).join(', ')
  const order = `${sqlName(objectives[0]!.column)} ${objectives[0]!.sign === 1 ? 'desc' : 'asc'} nulls last`
  const { rows } = await query.sql(
    `with numbered as (select *, row_number() over (order by trial) - 1 as place, row_number() over (order by feasible desc, ${order}, trial) as standing from trials where ${compared})
     select trial, feasible, place % ${step} = 0, ${list} from numbered where place % ${step} = 0 or standing <= ${step === 1 ? 0 : BEST_KEPT} order by trial`,
  )
  const column = (name: string, i: number, facts: Omit<TrialColumn, 'name' | 'values'>): TrialColumn => ({
    name,
    ...facts,
    values: rows.map((row) => row[3 + i]!),
  })
  return {
    trial: rows.map((row) => Number(row[0])),
    feasible: rows.map((row) => row[1] === true),
    isSampled: step === 1 ? null : rows.map((row) => row[2] === true),
    axes: axes.map((name, i) =>
      column(name, i, { label: name, unit: 'value', basis: 'space', definition: 'a value of the space' }),
    ),
    objectives: own.map((name, i) => {
      const { text } = objectives.find((one) => one.column === name)!
      return column(name, axes.length + i, {
        label: text,
        unit: 'number',
        basis: 'trial',
        definition: `the objective ${text}`,
      })
    }),
    metrics: metrics.map((id, i) => {
      const { label, unit, basis, definition } = known.get(id)!
      return column(id, axes.length + own.length + i, { label, unit, basis, definition })
    }),
  }
}

async function numbersOf(query: SweepQuery, text: string): Promise<Float64Array> {
  const { rows } = await query.sql(text)
  return Float64Array.from(rows, ([value]) => Number(value))
}

async function errorsOf(query: SweepQuery) {
  const { rows } = await query.sql(
    `select error, count(*), min(trial) from trials where status = 'failed' group by error order by 2 desc, 3 limit ${ERRORS_TOLD}`,
  )
  return rows.map(([error, count, firstTrial]) => ({
    error: String(error ?? ''),
    count: Number(count),
    firstTrial: Number(firstTrial),
  }))
}

/** Refusals of all trials by code; equal counts of many trials are read once. */
async function refusalsOf(query: SweepQuery) {
  const { rows } = await query.sql(`select skips, count(*) from trials where skips is not null group by skips`)
  const totals = new Map<string, { count: number; trials: number }>()
  for (const [skips, times] of rows) {
    for (const [code, count] of Object.entries(JSON.parse(String(skips)) as Record<string, number>)) {
      const total = totals.get(code) ?? { count: 0, trials: 0 }
      totals.set(code, { count: total.count + count * Number(times), trials: total.trials + Number(times) })
    }
  }
  return [...totals]
    .map(([code, total]) => ({ code, ...total }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

async function hashOf(path: string): Promise<string> {
  if (!existsSync(path)) return ''
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
