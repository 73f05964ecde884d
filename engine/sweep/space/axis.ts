/** The axes of a space: one key of the configuration each, with its values or the stretch that is sampled. */

import { TandemError } from '../../core/errors.ts'
import { canonicalJson } from '../../run/canonical.ts'
import type { SpaceAxis, SweepSection } from '../../run/config/index.ts'
import { power } from '../../stats/power.ts'
import type { Names, Value } from '../expression.ts'

/** A point of the space: a value for each axis; undefined where the run file's own stands. */
export type Point = readonly unknown[]

export interface Axis {
  /** The key as the user wrote it, and as the results' column is called. */
  readonly key: string
  /** Where the value goes in the run file. */
  readonly path: readonly (string | number)[]
  /** Separate values; null for a stretch. */
  readonly values: readonly unknown[] | null
  readonly stretch: Stretch | null
}

export interface Stretch {
  readonly min: number
  readonly max: number
  readonly log: boolean
  readonly integer: boolean
}

/** Keys of the run file that aren't names of parameters when they stand alone. */
const TOP_LEVEL = ['name', 'strategy', 'data', 'account', 'venues', 'sizing', 'costs', 'rules', 'execution', 'seed']

const STRATEGY_PARAMS = ['strategy', 'params']

/** Most values that equal steps may give one axis. */
const MOST_VALUES = 1_000_000

/** The axes of a section. Those of the data come first, so that trials of one market lie together. */
export function axesOf(sweep: SweepSection): Axis[] {
  if (sweep.method === 'list') return listAxes(sweep.list!)
  const axes = Object.entries(sweep.space ?? {}).map(([key, axis]) => makeAxis(key, axis))
  checkPaths(axes)
  return [...axes.filter(isData), ...axes.filter((axis) => !isData(axis))]
}

function listAxes(list: readonly Readonly<Record<string, unknown>>[]): Axis[] {
  const keys = [...new Set(list.flatMap((one) => Object.keys(one)))]
  const axes = keys.map((key): Axis => ({ key, path: axisPath(key), values: null, stretch: null }))
  checkPaths(axes)
  return axes
}

export function isData({ path }: Axis): boolean {
  return path[0] === 'data'
}

/** Whether the axis is a parameter of the strategy: the one kind that leaves the rest of a configuration alone. */
export function isParam({ path }: Axis): boolean {
  return path.length === 3 && path[0] === STRATEGY_PARAMS[0] && path[1] === STRATEGY_PARAMS[1]
}

/** `fast` → strategy.params.fast; `data.symbols.0` → a list's first. */
export function axisPath(key: string): (string | number)[] {
  const steps = key.split('.')
  if (steps.includes('')) {
    throw new TandemError(`'${key}' is no key`, {
      code: 'BAD_SPACE',
      where: 'sweep.space',
      hint: 'write a path such as sizing.fraction',
    })
  }
  const path = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))
  return path.length === 1 && !TOP_LEVEL.includes(key) ? [...STRATEGY_PARAMS, key] : path
}

/** Two axes on one key, or one inside the other, would overwrite each other. */
function checkPaths(axes: readonly Axis[]): void {
  for (const [i, a] of axes.entries()) {
    for (const b of axes.slice(i + 1)) {
      const shared = Math.min(a.path.length, b.path.length)
      if (a.path.slice(0, shared).every((step, k) => step === b.path[k])) {
        throw new TandemError(`${a.key} and ${b.key} set the same key`, { code: 'BAD_SPACE', where: 'sweep.space' })
      }
    }
  }
}

function makeAxis(key: string, axis: SpaceAxis): Axis {
  const path = axisPath(key)
  if (Array.isArray(axis)) return { key, path, values: axis, stretch: null }
  if ('from' in axis) return { key, path, values: steps(key, axis), stretch: null }
  const { min, max, scale, integer } = axis as Exclude<SpaceAxis, readonly unknown[] | { from: number }>
  return { key, path, values: null, stretch: { min, max, log: scale === 'log', integer } }
}

/** from, from + step, … up to `to`; each rounded to the decimals that are written, so that 0.1 + 2 × 0.1 is 0.3. */
function steps(key: string, { from, to, step }: { from: number; to: number; step: number }): number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1
  if (count > MOST_VALUES) {
    throw new TandemError(`${key} has ${count} values`, {
      code: 'BAD_SPACE',
      where: `sweep.space.${key}`,
      hint: `at most ${MOST_VALUES}: take a larger step`,
    })
  }
  const decimals = Math.max(decimalsOf(from), decimalsOf(step))
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toFixed(decimals)))
}

function decimalsOf(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e')
  return Math.min(20, Math.max(0, (mantissa!.split('.')[1] ?? '').length - Number(exponent)))
}

/** A value of the axis for a share of [0, 1). */
export function sample({ values, stretch }: Axis, share: number): unknown {
  if (values !== null) return values[Math.min(values.length - 1, Math.floor(share * values.length))]
  const { min, max, log, integer } = stretch!
  if (integer) {
    if (!log) return min + Math.floor(share * (max - min + 1))
    return Math.min(max, Math.floor(min * power((max + 1) / min, share)))
  }
  // To 12 digits: nobody means the last bits.
  return Number((log ? min * power(max / min, share) : min + share * (max - min)).toPrecision(12))
}

/** Names in conditions: a key in full, or its last part where no other has the same. */
export function axisNames(axes: readonly Axis[]): Names {
  const short = (axis: Axis): string => String(axis.path.at(-1))
  const index = (name: string): number | null => {
    const whole = axes.findIndex(({ key, path }) => key === name || path.join('.') === name)
    if (whole !== -1) return whole
    const found = axes.flatMap((axis, i) => (short(axis) === name ? [i] : []))
    if (found.length > 1) {
      throw new TandemError(`'${name}' may be ${found.map((i) => axes[i]!.key).join(' or ')}`, {
        code: 'BAD_EXPRESSION',
        where: 'sweep.where',
        hint: 'write the key in full',
      })
    }
    return found[0] ?? null
  }
  return { known: [...new Set(axes.flatMap((axis) => [axis.key, short(axis)]))], index }
}

/** A value as conditions and result columns see it: a list or section as its canonical JSON. */
export function plainValue(value: unknown): Value {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0]
  return canonicalJson(value)
}
