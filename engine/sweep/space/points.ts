/** From a space to its points, by number: any of them without those before it, so that a sweep can begin anywhere. */

import seedrandom from 'seedrandom'
import { TandemError } from '../../core/errors.ts'
import type { SweepSection } from '../../run/config/index.ts'
import { compile, type Expression, holds } from '../expression.ts'
import { type Axis, axesOf, axisNames, type Point, plainValue, sample } from './axis.ts'
import { SOBOL_DIMENSIONS, Sobol } from './sobol.ts'

export interface Space {
  readonly axes: readonly Axis[]
  /** Numbers of points: 0 … size − 1, those included that conditions leave out. */
  readonly size: number
  /** The point of a number; null where a condition leaves it out. */
  at(number: number): Point | null
}

/** Values an axis has in a tile: what is near in number shares its indicator columns. */
const TILE = 64

/** Draws of a random point before its conditions count as unsatisfiable. */
const REDRAWS = 1000

/** The space of a section whose method needs no results; of tpe and halving, the random points they begin with. */
export function makeSpace(sweep: SweepSection): Space {
  const axes = axesOf(sweep)
  const conditions = conditionsOf(sweep, axes)
  const passes = (point: Point): boolean => {
    if (conditions.length === 0) return true
    const values = point.map(plainValue)
    return conditions.every((condition) => holds(condition, values))
  }
  if (sweep.method === 'list') return listSpace(sweep.list!, axes, passes)
  if (sweep.method === 'grid') return gridSpace(axes, passes)
  const size = sweep.samples!
  if (sweep.method === 'sobol') return sobolSpace(axes, passes, size, sweep.seed)
  if (sweep.method === 'latin-hypercube') return latinSpace(axes, passes, size, sweep.seed)
  return { axes, size, at: (number) => randomPoint(axes, passes, `${sweep.seed}/${number}`) }
}

/** The section's conditions, bound to the axes. */
export function conditionsOf(sweep: SweepSection, axes: readonly Axis[]): Expression[] {
  const names = axisNames(axes)
  return [sweep.where].flat().map((text) => compile(text, names, 'sweep.where'))
}

/** A point that passes, drawn from a stream that `label` names; null where none of many does. */
export function randomPoint(axes: readonly Axis[], passes: (point: Point) => boolean, label: string): Point | null {
  const random = seedrandom.alea(`sweep/${label}`)
  for (let draw = 0; draw < REDRAWS; draw++) {
    const point = axes.map((axis) => sample(axis, random()))
    if (passes(point)) return point
  }
  return null
}

function listSpace(
  list: readonly Readonly<Record<string, unknown>>[],
  axes: readonly Axis[],
  passes: (point: Point) => boolean,
): Space {
  const at = (number: number): Point | null => {
    const point = axes.map(({ key }) => list[number]![key])
    return passes(point) ? point : null
  }
  return { axes, size: list.length, at }
}

/**
 * Every combination. The last axis runs fastest, but in tiles of 64 values an axis: among the trials of a tile the same
 * few columns are wanted again and again, however long the axes are. Tiles of one axis of the data are single values.
 */
function gridSpace(axes: readonly Axis[], passes: (point: Point) => boolean): Space {
  const lengths = axes.map(({ values }) => values!.length)
  const size = lengths.reduce((product, length) => product * length, 1)
  if (!Number.isSafeInteger(size)) {
    throw new TandemError('the grid has more than 9 × 10^15 points', {
      code: 'BAD_SPACE',
      where: 'sweep.space',
      hint: 'take fewer values, or draw samples',
    })
  }
  const tiles = axes.map(({ path }, i) => Math.min(path[0] === 'data' ? 1 : TILE, lengths[i]!))
  const at = (number: number): Point | null => {
    const point = placeInGrid(number, lengths, tiles).map((place, i) => axes[i]!.values![place])
    return passes(point) ? point : null
  }
  return { axes, size, at }
}

/** Places on the axes of a grid's point: tile by tile, row-major among tiles and within one. */
export function placeInGrid(number: number, lengths: readonly number[], tiles: readonly number[]): number[] {
  const places: number[] = []
  // Points below the tiles chosen so far: an axis at a time, outermost first.
  const rest = (from: number): number => lengths.slice(from).reduce((product, length) => product * length, 1)
  let left = number
  let wide = 1
  const extents: number[] = []
  for (const [i, length] of lengths.entries()) {
    const inner = rest(i + 1)
    // One row of tiles on this axis holds `tile` values of it, times what was chosen before, times all further axes.
    const tile = tiles[i]!
    const first = Math.min(Math.floor(left / (wide * tile * inner)), Math.ceil(length / tile) - 1)
    left -= first * wide * tile * inner
    const extent = Math.min(tile, length - first * tile)
    places.push(first * tile)
    extents.push(extent)
    wide *= extent
  }
  for (let i = lengths.length - 1; i >= 0; i--) {
    places[i] = places[i]! + (left % extents[i]!)
    left = Math.floor(left / extents[i]!)
  }
  return places
}

function sobolSpace(axes: readonly Axis[], passes: (point: Point) => boolean, size: number, seed: number): Space {
  if (axes.length > SOBOL_DIMENSIONS) {
    throw new TandemError(`a Sobol sequence has at most ${SOBOL_DIMENSIONS} axes here, the space has ${axes.length}`, {
      code: 'BAD_SPACE',
      where: 'sweep.space',
      hint: 'use method: random',
    })
  }
  const random = seedrandom.alea(`sobol/${seed}`)
  const sobol = new Sobol(axes.map(() => random.int32() >>> 0))
  const at = (number: number): Point | null => {
    const point = axes.map((axis, i) => sample(axis, sobol.at(number, i)))
    return passes(point) ? point : null
  }
  return { axes, size, at }
}

/** Points of which every axis keeps an order in memory. */
const MOST_LATIN = 20_000_000

/** McKay, Beckman and Conover (1979): every axis is cut into as many parts as there are points, one point in each. */
function latinSpace(axes: readonly Axis[], passes: (point: Point) => boolean, size: number, seed: number): Space {
  if (size > MOST_LATIN) {
    throw new TandemError(`a Latin hypercube of ${size} points doesn't fit into memory`, {
      code: 'BAD_SPACE',
      where: 'sweep.samples',
      hint: `at most ${MOST_LATIN}: use method: sobol, which spreads as evenly`,
    })
  }
  const orders = axes.map((_, i) => shuffled(size, `latin/${seed}/${i}`))
  const at = (number: number): Point | null => {
    const random = seedrandom.alea(`latin/${seed}/point/${number}`)
    const point = axes.map((axis, i) => sample(axis, (orders[i]![number]! + random()) / size))
    return passes(point) ? point : null
  }
  return { axes, size, at }
}

/** 0 … size − 1 in an order that `label` names (Fisher and Yates). */
function shuffled(size: number, label: string): Uint32Array {
  const random = seedrandom.alea(label)
  const order = Uint32Array.from({ length: size }, (_, i) => i)
  for (let i = size - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1))
    const kept = order[i]!
    order[i] = order[k]!
    order[k] = kept
  }
  return order
}

/** Most points that are counted one by one; larger spaces are estimated from as many of them, evenly spread. */
const COUNTED = 2_000_000

export interface Count {
  /** Trials: points that the conditions let pass. */
  readonly trials: number
  readonly points: number
  readonly isExact: boolean
}

/** How many trials a space has. */
export function countTrials({ size, at, axes }: Space, conditions: number): Count {
  if (conditions === 0 && axes.length > 0) return { trials: size, points: size, isExact: true }
  const looked = Math.min(size, COUNTED)
  let passed = 0
  for (let i = 0; i < looked; i++) if (at(looked === size ? i : Math.floor((i * size) / looked)) !== null) passed += 1
  if (looked === size) return { trials: passed, points: size, isExact: true }
  return { trials: Math.round((passed / looked) * size), points: size, isExact: false }
}
