/** How drift and volatility move from bar to bar. */

import type { SyntheticModel, SyntheticParameters } from './options.ts'
import { forkedUniform } from './random.ts'

/** Drift and volatility a year of one bar. */
export interface Pace {
  readonly drift: number
  readonly volatility: number
}

/** Called once a bar, in order. */
export type PaceSource = () => Pace

export function makePace(model: SyntheticModel, parameters: SyntheticParameters): PaceSource {
  return model === 'gbm' ? constantPace(parameters) : regimePace(parameters)
}

function constantPace({ annualDrift, annualVolatility }: SyntheticParameters): PaceSource {
  const pace = { drift: annualDrift, volatility: annualVolatility }
  return () => pace
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
