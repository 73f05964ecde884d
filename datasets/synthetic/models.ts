/** How drift and volatility move from bar to bar. */

import type { SyntheticModel, SyntheticParameters } from './options.ts'
import { forkedUniform } from './random.ts'

/** A year of 365 days. */
export const YEAR_MS = 365 * 86_400_000

/** Drift and volatility a year of one bar. */
export interface Pace {
  readonly drift: number
  readonly volatility: number
}

/** Called once a bar, in order, with the return of the bar before (0 at first) over the usual size of a bar's return. */
export type PaceSource = (before: number) => Pace

export function makePace(model: SyntheticModel, parameters: SyntheticParameters, barYears: number): PaceSource {
  if (model === 'regime') return regimePace(parameters)
  if (model === 'garch') return garchPace(parameters)
  if (model === 'edge') return edgePace(parameters, barYears)
  return constantPace(parameters)
}

function constantPace({ annualDrift, annualVolatility }: SyntheticParameters): PaceSource {
  const pace = { drift: annualDrift, volatility: annualVolatility }
  return () => pace
}

/**
 * GARCH(1,1), T. Bollerslev, J. Econometrics 31, 1986: h' = (1 − α − β) + α·r² + β·h with returns r in units of the
 * usual size, so that the variance is that asked for on average. Each bar's variance is known when it opens.
 */
function garchPace({ annualDrift, annualVolatility, alpha, beta }: SyntheticParameters): PaceSource {
  let variance = 1
  let first = true
  return (before) => {
    if (!first) variance = 1 - alpha! - beta! + alpha! * before * before + beta! * variance
    first = false
    return { drift: annualDrift, volatility: annualVolatility * Math.sqrt(variance) }
  }
}

/** A bar's mean return is `strength` × the usual size of a return, in the direction of the bar before. */
function edgePace({ annualDrift, annualVolatility, strength }: SyntheticParameters, barYears: number): PaceSource {
  const pull = (strength! * annualVolatility) / Math.sqrt(barYears)
  return (before) => ({ drift: annualDrift + pull * Math.sign(before), volatility: annualVolatility })
}

/**
 * A Markov chain over four states. `meanBars` is how long a state lasts on average (geometric); when it ends, each of
 * the others follows with equal chance. Drift is `annualDrift` plus `driftPerVolatility` × `annualVolatility`.
 */
const REGIMES = [
  { name: 'calm', volatilityFactor: 0.5, driftPerVolatility: 0, meanBars: 200 },
  { name: 'trending up', volatilityFactor: 0.8, driftPerVolatility: 3, meanBars: 100 },
  { name: 'trending down', volatilityFactor: 0.8, driftPerVolatility: -3, meanBars: 100 },
  { name: 'volatile', volatilityFactor: 2, driftPerVolatility: 0, meanBars: 50 },
] as const

function regimePace({ seed, annualDrift, annualVolatility }: SyntheticParameters): PaceSource {
  const uniform = forkedUniform(seed, 'regime')
  const paces = REGIMES.map(({ volatilityFactor, driftPerVolatility }) => ({
    drift: annualDrift + driftPerVolatility * annualVolatility,
    volatility: volatilityFactor * annualVolatility,
  }))
  let state = 0
  return () => {
    const pace = paces[state]!
    if (uniform() * REGIMES[state]!.meanBars < 1) {
      state = (state + 1 + Math.floor(uniform() * (REGIMES.length - 1))) % REGIMES.length
    }
    return pace
  }
}
