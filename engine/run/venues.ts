/** The simulated venues of a run, one or several, each with its cash, terms and latency. */

import { type Dec, decFromNumber } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { FactQueue } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import type { BarVenue } from '../core/venue.ts'
import { Routes } from '../kernel/routes.ts'
import { splitCash, VenueBooks } from '../kernel/venue-books.ts'
import type { RulesConfig } from '../rules/config.ts'
import type { RateInBase } from '../rules/entry-request.ts'
import { rateOf } from '../rules/rate.ts'
import { AmbiguityCount } from '../sim/ambiguity.ts'
import { CashFlows, type PlannedFlow } from '../sim/cash-flows.ts'
import { RATE_DECIMALS, rateInBaseOf, spreadModel } from '../sim/costs.ts'
import { constantLatency } from '../sim/latency.ts'
import type { MarginTerms } from '../sim/margin-terms.ts'
import type { AmbiguityModel } from '../sim/matching.ts'
import { SimVenue } from '../sim/venue.ts'
import { VenueSet } from '../sim/venues.ts'
import { parseDateMs } from './config/date.ts'
import type { ResolvedConfig } from './config/index.ts'
import { type ExecutionModels, reserveRate } from './execution-models.ts'
import { type RunTerms, spreadAt, type Terms, takerRateOf } from './terms.ts'

export interface VenuesInput {
  readonly config: ResolvedConfig
  /** Columns by instrument. */
  readonly grid: Grid
  readonly instruments: readonly Instrument[]
  readonly terms: Terms
  readonly made: RunTerms
  readonly rules: RulesConfig
  readonly initialCash: Dec
  readonly model: AmbiguityModel
  readonly models: ExecutionModels
  /** A venue's margin rules; null without leverage, or for buying power alone. */
  readonly margin: MarginTerms | null
}

/** What the kernel is given of them. */
export interface Venues {
  readonly venue: BarVenue
  /** Each by itself, in the order of the run file. */
  readonly all: readonly SimVenue[]
  readonly takerRate: (instrument: number, atMs: number) => Dec
  /** Where a venue may take its fee in base. */
  readonly rateInBase?: RateInBase
  readonly routes?: Routes
  readonly books?: VenueBooks
}

/** Throws `FLOW_OUTSIDE` for a deposit or withdrawal at a time that the run's market doesn't have. */
export function refuseFlowsOutside({ account }: ResolvedConfig, grid: Grid): void {
  const fromMs = grid.time[0]!
  const toMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  for (const [i, { at }] of (account.flows ?? []).entries()) {
    const atMs = parseDateMs(at)!
    if (atMs >= fromMs && atMs < toMs) continue
    throw new TandemError(`nothing is traded at ${at}`, {
      code: 'FLOW_OUTSIDE',
      where: `account.flows[${i}].at`,
      hint: `name a time from ${utcTime(fromMs)} to before ${utcTime(toMs)}`,
    })
  }
}

/** A venue with the account's deposits and withdrawals of the rows that are run; null where the account has none. */
export function flowsAround(
  { config, grid, instruments }: VenuesInput,
  { venue, all }: Pick<Venues, 'venue' | 'all'>,
  facts: FactQueue,
  rows: { readonly fromRow: number; readonly toRow: number },
): CashFlows | null {
  const { flows = [] } = config.account
  if (flows.length === 0) return null
  const fromMs = grid.time[rows.fromRow]!
  const toMs = grid.time[rows.toRow - 1]! + grid.timeframeMs
  const planned = flows
    .map(({ at, amount, venue: name = config.venues[0]! }): PlannedFlow => {
      const { id, quoteDec } = instruments.find((one) => one.venue === name)!
      const { account } = all[config.venues.indexOf(name)]!
      return { atMs: parseDateMs(at)!, amount: decFromNumber(amount, quoteDec), account, instrument: id }
    })
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .sort((a, b) => a.atMs - b.atMs)
  return new CashFlows(venue, facts, grid, planned)
}

const utcTime = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

/** Throws `VENUES_SPOT_ONLY` for several venues where an instrument isn't spot: money owed has one place only. */
export function makeVenues(input: VenuesInput, facts: FactQueue): Venues {
  const { config, instruments, initialCash, made, rules } = input
  const { venues: names } = config
  const other = instruments.find(({ kind }) => kind !== 'spot')
  if (names.length > 1 && other !== undefined) {
    throw new TandemError(`several venues are simulated on spot only, and ${other.venue} ${other.symbol} isn't`, {
      code: 'VENUES_SPOT_ONLY',
      where: 'venues',
      hint: 'name one venue',
    })
  }
  const cash = venueCash(config, initialCash)
  // One count for all, so that a bar counts once; a single venue has its own.
  const ambiguity = names.length === 1 ? null : new AmbiguityCount()
  const all = names.map((name, i) => simVenue(input, name, cash[i]!, ambiguity, facts))
  const fees = takerRateOf(made.fees)
  const market = marketRates(input)
  const fixed = market === null ? fees : (id: number, atMs: number): Dec => (fees(id, atMs) + market[id]!) as Dec
  const spread = spreadModel(input.terms.spread * 1e4, input.terms.slippage * 1e4)
  const takerRate = reserveRate(fixed, input.models.market, spread, input.grid)
  const inBase = rateInBaseOf(made.fees)
  const isFixed = takerRate === fees && made.fees.fixed !== undefined
  const rates = {
    takerRate,
    ...(isFixed ? { fixedTaker: made.fees.fixed.taker } : {}),
    ...(inBase === null ? {} : { rateInBase: inBase }),
  }
  if (names.length === 1 && names[0] !== rules.smallBalance?.venue) return { venue: all[0]!, all, ...rates }
  const routes = new Routes({
    symbols: config.data.symbols,
    instruments,
    grid: input.grid,
    rulebook: made.rulebook,
    takerRate,
    spreadRate: rateOf(2 * rules.halfSpreadRate + 2 * rules.slippageRate),
    listed: made.listed,
  })
  if (names.length === 1) return { venue: all[0]!, all, ...rates, routes }
  const books = new VenueBooks(instruments, names, cash)
  return { venue: new VenueSet(all, books.venueOf), all, ...rates, routes, books }
}

/** Cash of each venue at the start: by `account.shares`, else all alike. */
export function venueCash({ venues, account }: ResolvedConfig, cash: Dec): Dec[] {
  const { shares } = account
  return splitCash(
    cash,
    venues.map((name) => (shares === undefined ? 1 / venues.length : (shares[name] ?? 0))),
  )
}

function simVenue(
  { config, grid, instruments, terms, made, model, models, margin }: VenuesInput,
  name: string,
  initialCash: Dec,
  ambiguity: AmbiguityCount | null,
  facts: FactQueue,
): SimVenue {
  const { account, execution } = config
  const own = execution.venueLatencyMs?.[name]
  return new SimVenue(
    {
      grid,
      instruments,
      initialCash,
      leverage: decFromNumber(account.leverage, RATE_DECIMALS),
      rulebook: made.rulebook,
      fees: made.fees,
      spread: spreadModel(spreadAt(terms, name) * 1e4, terms.slippage * 1e4),
      ...models,
      ...(own === undefined ? {} : { latency: constantLatency(own) }),
      model,
      limitFill: execution.limitFill,
      ...(ambiguity === null ? {} : { ambiguity }),
      ...(margin === null ? {} : { margin }),
    },
    facts,
  )
}

/** Half-spread and slippage by instrument, where venues differ in them; null where the rules know them. */
function marketRates({ instruments, terms }: VenuesInput): readonly Dec[] | null {
  if (terms.venueSpreads === undefined) return null
  return instruments.map(({ venue }) => rateOf(spreadAt(terms, venue) / 2 + terms.slippage))
}
