/** The simulated venue of a paper session: as a backtest makes it, on a grid that grows. */

import { decFromNumber } from '../../core/dec.ts'
import type { FactQueue } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { GrowingGrid } from '../../kernel/growing-grid.ts'
import type { SimVenue } from '../../sim/venue.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { executionModels } from '../execution-models.ts'
import type { Market } from '../market.ts'
import { rulesOf } from '../rules.ts'
import { makeTerms, type Terms } from '../terms.ts'
import { makeVenues } from '../venues.ts'

export interface PaperInput {
  readonly config: ResolvedConfig
  readonly terms: Terms
  readonly instruments: readonly Instrument[]
  readonly initialEquity: number
}

/** The run's venue. Delays of messages are the wire's own: on paper there are none. */
export function simVenueOf(input: PaperInput, grid: GrowingGrid, facts: FactQueue): SimVenue {
  const { terms, instruments, initialEquity } = input
  const { execution } = input.config
  const config: ResolvedConfig = { ...input.config, execution: { ...execution, latencyMs: 0 } }
  const made = makeTerms(terms, instruments)
  const rules = rulesOf(config, terms)
  const market = { grid, fine: null } as unknown as Market
  const models = executionModels(config, market, instruments, terms, undefined)
  const initialCash = decFromNumber(initialEquity, instruments[0]!.quoteDec)
  const model = execution.ambiguous
  const common = { config, grid, instruments, terms, made, rules, initialCash, model, models, margin: null }
  return makeVenues(common, facts).all[0]!
}
