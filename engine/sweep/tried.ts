/** What a sweep tried, as values by key: what the best of it must be judged against. */

import { TandemError } from '../core/errors.ts'
import type { SweepSection } from '../run/config/index.ts'
import type { SweepRecord } from './folder.ts'
import { SweepQuery } from './results/query.ts'
import { sqlName } from './results/table-writer.ts'
import { isAdaptive } from './search.ts'
import { makeSpace } from './space/points.ts'

/** Value by key of the space; a key that is absent has the run file's own value. */
export type TriedPoint = Readonly<Record<string, unknown>>

const MOST_POINTS = 100_000

/** Every point that the section's sweep would try. Throws `ADAPTIVE` where only its results know. */
export function pointsOf(sweep: SweepSection): TriedPoint[] {
  if (isAdaptive(sweep.method)) {
    throw new TandemError(`which trials ${sweep.method} makes is known once it has run`, {
      code: 'ADAPTIVE',
      where: 'sweep.method',
      hint: "run the sweep and validate the sweep's folder",
    })
  }
  const { axes, size, at } = makeSpace(sweep)
  if (size > MOST_POINTS) {
    throw new TandemError(`${size} trials, at most ${MOST_POINTS} can be validated`, {
      code: 'BAD_SPACE',
      where: 'sweep.space',
    })
  }
  const points = Array.from({ length: size }, (_, number) => at(number)).filter((point) => point !== null)
  return points.map((point) =>
    byKey(
      axes.map(({ key }) => key),
      point,
    ),
  )
}

/** Every point that a finished sweep tried, each once. Throws `NO_SWEEP_FOLDER` or `SWEEP_UNFINISHED`. */
export async function triedPoints(folder: string): Promise<TriedPoint[]> {
  return SweepQuery.with(folder, async (query) => {
    const { axes } = query.record
    const end = query.columns.indexOf('status')
    const names = query.columns.slice(end - axes.length, end).map(sqlName)
    const { rows } = await query.sql(`select ${names.join(', ')} from trials where status = 'done' order by trial`)
    const points = new Map<string, TriedPoint>()
    for (const row of rows) {
      const point = byKey(
        axes.map(({ key }) => key),
        row.map((cell, i) => axisValue(cell, axes[i]!)),
      )
      // A shorter window is the same configuration.
      const { 'data.to': _, ...rest } = point
      points.set(JSON.stringify(rest), rest)
    }
    return [...points.values()]
  })
}

/** A list or a section stands in the results as its JSON. */
export function axisValue(cell: unknown, { values }: SweepRecord['axes'][number]): unknown {
  if (cell === null) return undefined
  return values?.find((value) => value === cell || JSON.stringify(value) === cell) ?? cell
}

function byKey(keys: readonly string[], values: readonly unknown[]): TriedPoint {
  const pairs = keys.map((key, i) => [key, values[i]] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}
