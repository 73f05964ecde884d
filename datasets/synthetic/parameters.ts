/** What single models are made from beside drift and volatility: the truth that a strategy is tried against. */

import { TandemError } from '../../engine/core/errors.ts'

export interface ModelParameters {
  /** `jumps`: how many a year of 365 days on average, and the standard deviation of one as a fraction of the price. */
  readonly jumpsPerYear: number
  readonly jumpVolatility: number
  /** `garch`: weight of the last bar's squared return, and of the variance before it; together below 1. */
  readonly alpha: number
  readonly beta: number
  /** `edge`: Sharpe ratio per bar of being long after a bar that rose and short after one that fell. */
  readonly strength: number
  /** `correlated`: correlation of the returns of any two symbols of one seed, 0 to 1. */
  readonly correlation: number
  /** `crash`: how far the price falls within a bar, as a fraction, and over how many bars it comes back. */
  readonly depth: number
  readonly recoveryBars: number
  /** `outage`: how many, and how many bars each. */
  readonly outages: number
  readonly outageBars: number
}

interface Rule {
  readonly standard: number
  readonly least: number
  readonly most: number
  readonly whole?: boolean
}

const RULES: Readonly<Record<keyof ModelParameters, Rule>> = {
  jumpsPerYear: { standard: 50, least: 0, most: 100_000 },
  jumpVolatility: { standard: 0.05, least: 0, most: 0.5 },
  alpha: { standard: 0.1, least: 0, most: 1 },
  beta: { standard: 0.85, least: 0, most: 1 },
  strength: { standard: 0.1, least: -2, most: 2 },
  correlation: { standard: 0.7, least: 0, most: 1 },
  depth: { standard: 0.5, least: 0.01, most: 0.99 },
  recoveryBars: { standard: 12, least: 1, most: 1_000_000, whole: true },
  outages: { standard: 3, least: 1, most: 10_000, whole: true },
  outageBars: { standard: 6, least: 1, most: 1_000_000, whole: true },
}

/** Which parameters belong to which model. */
const OF_MODEL: Readonly<Record<string, readonly (keyof ModelParameters)[]>> = {
  jumps: ['jumpsPerYear', 'jumpVolatility'],
  garch: ['alpha', 'beta'],
  edge: ['strength'],
  correlated: ['correlation'],
  crash: ['depth', 'recoveryBars'],
  outage: ['outages', 'outageBars'],
}

/** Every parameter's name, for the command line. */
export const PARAMETER_NAMES = Object.keys(RULES) as readonly (keyof ModelParameters)[]

/** The model's own parameters with their defaults. Throws `BAD_OPTION`, also for a parameter of another model. */
export function modelParameters(model: string, given: Partial<ModelParameters>): Partial<ModelParameters> {
  const own = OF_MODEL[model] ?? []
  for (const name of PARAMETER_NAMES) {
    if (given[name] === undefined || own.includes(name)) continue
    const models = Object.keys(OF_MODEL).filter((one) => OF_MODEL[one]!.includes(name))
    bad(name, given[name], `the model ${model} has no such parameter, ${models.join(' and ')} has`)
  }
  const values = Object.fromEntries(
    own.map((name) => [name, parameterOf(name, given[name])]),
  ) as Partial<ModelParameters>
  if (values.alpha !== undefined && values.alpha + values.beta! >= 1) {
    bad('alpha', values.alpha, 'alpha and beta together must be below 1, or the variance has no end')
  }
  return values
}

function parameterOf(name: keyof ModelParameters, given: number | undefined): number {
  const { standard, least, most, whole = false } = RULES[name]
  const value = given ?? standard
  const fits = value >= least && value <= most && (!whole || Number.isInteger(value))
  return fits ? value : bad(name, value, `give ${whole ? 'a whole number ' : ''}from ${least} to ${most}`)
}

export function bad(where: string, value: unknown, hint: string): never {
  throw new TandemError(`${String(value)} can't be used for a synthetic market`, { code: 'BAD_OPTION', where, hint })
}
