/** Which trials of a finished sweep are compared, by what, and the best of them. */

import type { RunFile, SweepSection } from '../../run/config/index.ts'
import { trialMetrics } from '../../run/trial/trial-metrics.ts'
import type { SweepQuery } from '../results/query.ts'
import { sqlName } from '../results/table-writer.ts'

export interface ReportObjective {
  readonly text: string
  readonly column: string
  readonly sign: 1 | -1
}

/** Objectives with the columns that hold them: a metric's own where that is all an objective says. */
export function objectivesOf(sweep: SweepSection): ReportObjective[] {
  const metrics = new Set(trialMetrics().map(({ id }) => id))
  const list = [sweep.objective].flat()
  return list.map((one, i) => {
    const text = typeof one === 'string' ? one : 'maximize' in one ? one.maximize : one.minimize
    const own = list.length === 1 ? 'objective' : `objective${i + 1}`
    const sign = typeof one === 'object' && 'minimize' in one ? -1 : 1
    return { text, column: metrics.has(text) ? text : own, sign }
  })
}

/** Trials that can be compared: they ran, and saw the whole window where halving gives some of them less. */
export function comparedWhere(query: SweepQuery, { sweep }: RunFile): string {
  if (sweep?.method !== 'halving' || !query.columns.includes('rung')) return `status = 'done'`
  return `status = 'done' and rung = (select max(rung) from trials)`
}

/** The best feasible trials by an objective, of equals the earlier first. */
export async function bestOf(
  query: SweepQuery,
  compared: string,
  { column, sign }: ReportObjective,
  count: number,
): Promise<number[]> {
  const name = sqlName(column)
  const { rows } = await query.sql(
    `select trial from trials where ${compared} and feasible and ${name} is not null order by ${name} ${sign === 1 ? 'desc' : 'asc'}, trial limit ${count}`,
  )
  return rows.map(([trial]) => Number(trial))
}
