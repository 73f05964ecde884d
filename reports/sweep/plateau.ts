/**
 * Is the best a plateau or a lone peak? On a grid the distance between two trials is the number of steps between them,
 * summed over the axes, and neighbours are one step away. Where values are drawn there are no steps: distance is the
 * largest difference in rank on any axis, as a share of all trials, and neighbours are the nearest few.
 */

import type { SweepCell, SweepReportInput } from '../sweep-input.ts'

/** Neighbours of a trial where values are drawn: two an axis, as on a grid. */
const NEAREST_AN_AXIS = 2
/** Trials whose neighbourhood is told. */
const TOLD = 50
/** Bins of the distance from the best where values are drawn. */
const BINS = 20

export interface Neighbourhood {
  readonly trial: number
  readonly value: number
  readonly neighbours: number
  readonly median: number | null
  readonly worst: number | null
  /** Median over own value; null where the own value isn't above 0, or less is better. */
  readonly ratio: number | null
}

export interface PlateauStep {
  /** Steps from the best; shares of ranks where values are drawn, the upper end of a bin. */
  readonly distance: number
  readonly trials: number
  readonly low: number
  readonly median: number
  readonly high: number
}

export interface Plateau {
  readonly neighbourhoods: readonly Neighbourhood[]
  readonly steps: readonly PlateauStep[]
}

/** Type-7 quantile of ascending numbers. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!)
}

/** The different values of an axis in order: numbers by size, texts by letters. */
export function levelsOf(values: readonly SweepCell[]): SweepCell[] {
  const different = [...new Set(values)].filter((value) => value !== null)
  return different.sort((a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
  })
}

/** Places of rows on one axis: the number of the level, or the rank as a share. */
function placesOf(values: readonly SweepCell[], isGrid: boolean): Float64Array {
  const levels = new Map(levelsOf(values).map((value, i) => [value, i]))
  const scale = isGrid ? 1 : 1 / Math.max(1, levels.size - 1)
  return Float64Array.from(values, (value) => (value === null ? Number.NaN : levels.get(value)! * scale))
}

/** The plateau around the best by the first objective. */
export function plateauOf(input: SweepReportInput): Plateau {
  const { table, objectives, isGrid, best } = input
  const { column, sign } = objectives[0]!
  const own = [...table.objectives, ...table.metrics].find(({ name }) => name === column)!
  const places = table.axes.map(({ values }) => placesOf(values, isGrid))
  const value = (row: number): number | null => {
    const cell = own.values[row]
    return typeof cell === 'number' ? cell : null
  }
  const rows = table.trial.map((_, row) => row).filter((row) => value(row) !== null)
  const distance = (a: number, b: number): number =>
    places.reduce((sum, axis) => {
      const apart = Math.abs(axis[a]! - axis[b]!)
      const known = Number.isNaN(apart) ? (Number.isNaN(axis[a]!) && Number.isNaN(axis[b]!) ? 0 : 1) : apart
      return isGrid ? sum + known : Math.max(sum, known)
    }, 0)
  const near = (row: number): number[] => {
    const others = rows.filter((other) => other !== row)
    if (isGrid) return others.filter((other) => distance(row, other) === 1)
    const ranked = others.map((other) => ({ other, apart: distance(row, other) })).sort((a, b) => a.apart - b.apart)
    return ranked.slice(0, NEAREST_AN_AXIS * places.length).map(({ other }) => other)
  }
  const told = best.slice(0, TOLD).flatMap((trial) => {
    const row = table.trial.indexOf(trial)
    return row === -1 || value(row) === null ? [] : [row]
  })
  const neighbourhoods = told.map((row): Neighbourhood => {
    const values = near(row)
      .map((other) => value(other)!)
      .sort((a, b) => a - b)
    const median = values.length === 0 ? null : quantileOf(values, 0.5)
    const worst = values.length === 0 ? null : sign === 1 ? values[0]! : values.at(-1)!
    const itself = value(row)!
    const ratio = median === null || sign === -1 || !(itself > 0) ? null : median / itself
    return { trial: table.trial[row]!, value: itself, neighbours: values.length, median, worst, ratio }
  })
  return {
    neighbourhoods,
    steps: told.length === 0 ? [] : stepsOf(rows, (row) => distance(told[0]!, row), value, isGrid),
  }
}

function stepsOf(
  rows: readonly number[],
  distance: (row: number) => number,
  value: (row: number) => number | null,
  isGrid: boolean,
): PlateauStep[] {
  const groups = new Map<number, number[]>()
  for (const row of rows) {
    const apart = distance(row)
    const key = isGrid ? apart : Math.ceil(apart * BINS - 1e-9) / BINS
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value(row)!])
    else group.push(value(row)!)
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([apart, found]) => {
      const sorted = found.sort((a, b) => a - b)
      const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantileOf(sorted, share)) as [
        number,
        number,
        number,
      ]
      return { distance: apart, trials: sorted.length, low, median, high }
    })
}

/** What a neighbour is here, in a sentence. */
export function neighbourWords(isGrid: boolean, axes: number): string {
  return isGrid
    ? 'Neighbours differ by one step of one parameter, up or down its list of values; distance is the number of steps, summed over the parameters.'
    : `Values were drawn, so there are no steps: distance is the largest difference in rank on any parameter, as a share of all its values; neighbours are the ${NEAREST_AN_AXIS * axes} nearest trials.`
}
