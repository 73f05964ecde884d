/** What is looked for among trials: objectives, constraints, the best by the first objective, the Pareto front. */

import type { SweepSection } from '../run/config/index.ts'
import { trialMetrics } from '../run/trial/trial-metrics.ts'
import { Figure } from './batch.ts'
import { compile, type Expression, holds, type Names, numberOf, type Value } from './expression.ts'
import { type Axis, axisNames, type Point, plainValue } from './space/axis.ts'

/** One objective: its number is larger for a better trial once multiplied by `sign`. */
export interface Objective {
  readonly text: string
  readonly sign: 1 | -1
  readonly expression: Expression
}

/** How a trial fares. */
export interface Verdict {
  /** As the user wrote them: null where undefined. */
  readonly objectives: readonly (number | null)[]
  /** Whether it ran, every objective has a value and every constraint holds. */
  readonly isFeasible: boolean
}

/** Names beside the metrics' that expressions may use. */
const COUNTS = ['refusals', 'ambiguousBars', 'ambiguousFills'] as const

export class Judge {
  readonly objectives: readonly Objective[]
  private readonly constraints: readonly Expression[]
  private readonly axes: number

  /** Throws `BAD_EXPRESSION`. */
  constructor(sweep: SweepSection, axes: readonly Axis[]) {
    const names = resultNames(axes)
    this.axes = axes.length
    this.objectives = [sweep.objective].flat().map((one) => {
      const text = typeof one === 'string' ? one : 'maximize' in one ? one.maximize : one.minimize
      const sign = typeof one === 'object' && 'minimize' in one ? -1 : 1
      return { text, sign, expression: compile(text, names, 'sweep.objective') }
    })
    const texts = [sweep.constraints].flat()
    if (sweep.minTrades > 0) texts.push(`trades >= ${sweep.minTrades}`)
    this.constraints = texts.map((text) => compile(text, names, 'sweep.constraints'))
  }

  /** Judges a trial by its figures. */
  verdict(point: Point, figures: Float64Array): Verdict {
    const values: Value[] = []
    for (let i = 0; i < this.axes; i++) values.push(plainValue(point[i]))
    values.push(figures[Figure.refusals]!, figures[Figure.ambiguousBars]!, figures[Figure.ambiguousFills]!)
    for (let i = Figure.metrics; i < figures.length; i++) values.push(Number.isNaN(figures[i]!) ? null : figures[i]!)
    const objectives = this.objectives.map(({ expression }) => numberOf(expression, values))
    const isFeasible =
      figures[Figure.failed] === 0 &&
      objectives.every((one) => one !== null) &&
      this.constraints.every((one) => holds(one, values))
    return { objectives, isFeasible }
  }
}

/** Axis names as in conditions; a metric wins over an axis of its name's last part. */
function resultNames(axes: readonly Axis[]): Names {
  const ofAxes = axisNames(axes)
  const own = [...COUNTS, ...trialMetrics().map(({ id }) => id)]
  const places = new Map(own.map((name, i) => [name, axes.length + i]))
  return { known: [...own, ...ofAxes.known], index: (name) => places.get(name) ?? ofAxes.index(name) }
}

export interface Ranked {
  readonly number: number
  readonly objectives: readonly number[]
}

/** Keeps the best `size` feasible trials by the first objective; of equals the earlier one. */
export class Leaders {
  private readonly size: number
  private readonly sign: number
  private readonly kept: Ranked[] = []

  constructor(size: number, objectives: readonly Objective[]) {
    this.size = size
    this.sign = objectives[0]!.sign
  }

  add(number: number, { objectives, isFeasible }: Verdict): void {
    if (!isFeasible) return
    const ranked = { number, objectives: objectives as number[] }
    if (this.kept.length === this.size && this.order(ranked, this.kept.at(-1)!) >= 0) return
    let at = this.kept.length
    while (at > 0 && this.order(ranked, this.kept[at - 1]!) < 0) at -= 1
    this.kept.splice(at, 0, ranked)
    if (this.kept.length > this.size) this.kept.pop()
  }

  /** Best first. */
  list(): readonly Ranked[] {
    return this.kept
  }

  private order(a: Ranked, b: Ranked): number {
    return this.sign * (b.objectives[0]! - a.objectives[0]!) || a.number - b.number
  }
}

/** The feasible trials that no other beats in one objective without losing in another. */
export class ParetoFront {
  private readonly signs: readonly number[]
  private front: Ranked[] = []

  constructor(objectives: readonly Objective[]) {
    this.signs = objectives.map(({ sign }) => sign)
  }

  add(number: number, { objectives, isFeasible }: Verdict): void {
    if (!isFeasible) return
    const ranked = { number, objectives: objectives as number[] }
    if (this.front.some((one) => this.dominates(one, ranked))) return
    this.front = this.front.filter((one) => !this.dominates(ranked, one))
    this.front.push(ranked)
  }

  /** By number. */
  list(): readonly Ranked[] {
    return this.front.toSorted((a, b) => a.number - b.number)
  }

  /** As good in all and better in one; of trials equal in all, both stay. */
  private dominates(a: Ranked, b: Ranked): boolean {
    let better = false
    for (const [i, sign] of this.signs.entries()) {
      const lead = sign * (a.objectives[i]! - b.objectives[i]!)
      if (lead < 0) return false
      if (lead > 0) better = true
    }
    return better
  }
}
