/** What a run file's `execution:` and `costs:` come to at the simulated venue: delays, faults, bar-to-bar costs. */

import type { Dec } from '../core/dec.ts'
import { toDec } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { firstRowClosingAt, type Grid, scatter } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { deviationColumn, halfSpreadColumn, volumeColumn } from '../market/cost-estimates.ts'
import { VenueOrders } from '../market/order-support.ts'
import type { SpreadModel } from '../sim/costs.ts'
import { type FaultPlan, Faults, type Span } from '../sim/faults.ts'
import { constantLatency, type LatencyModel, recordedLatency, sampledLatency } from '../sim/latency.ts'
import { ColumnCosts, type MarketCosts } from '../sim/market-costs.ts'
import { parseDateMs } from './config/date.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Market } from './market.ts'
import type { Terms } from './terms.ts'

type Inject = (order: ApprovedOrder, atMs: number) => RejectCode

export interface ExecutionModels {
  readonly latency: LatencyModel
  readonly participation: number
  readonly market: MarketCosts | null
  readonly support: VenueOrders | null
  readonly fine: Grid | null
  readonly isOut: ((atMs: number) => boolean) | null
  readonly inject?: Inject
}

/** The models of one run. `inject` are a scenario's refusals, which come before those of the run file. */
export function executionModels(
  config: ResolvedConfig,
  market: Market,
  instruments: readonly Instrument[],
  terms: Terms,
  inject: Inject | undefined,
): ExecutionModels {
  const { execution, seed } = config
  const plan = faultPlan(config)
  const faults = plan === null ? null : new Faults(plan, seed)
  const latency = latencyOf(config, terms)
  const profiles = execution.orderTypes === 'venue' ? (terms.orders ?? []) : []
  const refuses = faults === null ? inject : bothOf(faults, inject)
  return {
    latency: faults === null ? latency : faults.delaying(latency),
    participation: execution.participation,
    market: marketCosts(config, market, instruments, terms.marketFactor ?? 1),
    support: profiles.length === 0 ? null : new VenueOrders(profiles),
    fine: market.fine,
    isOut: faults === null ? null : (atMs) => faults.outageEnd(atMs) !== null,
    ...(refuses === undefined ? {} : { inject: refuses }),
  }
}

function bothOf(faults: Faults, inject: Inject | undefined): Inject {
  return (order, atMs) => {
    const scripted = inject?.(order, atMs) ?? RejectCode.none
    return scripted === RejectCode.none ? faults.refusal(order, atMs) : scripted
  }
}

function latencyOf({ execution: { latencyMs }, seed }: ResolvedConfig, terms: Terms): LatencyModel {
  if (typeof latencyMs === 'number') return constantLatency(latencyMs)
  if ('sample' in latencyMs) return sampledLatency(latencyMs.sample, seed)
  return recordedLatency(terms.latency!.delays)
}

/** The run file's faults; null where there are none. */
function faultPlan({ execution: { faults } }: ResolvedConfig): FaultPlan | null {
  const { rejects, outages } = faults
  const spans = (list: readonly { readonly from: string; readonly to: string }[]): Span[] =>
    list.map(({ from, to }) => ({ fromMs: parseDateMs(from)!, toMs: parseDateMs(to)! }))
  const quiet = (rejects === 0 || (Array.isArray(rejects) && rejects.length === 0)) && Array.isArray(outages)
  if (quiet && (outages as readonly unknown[]).length === 0) return null
  return {
    rejects: typeof rejects === 'number' ? rejects : spans(rejects),
    outages: Array.isArray(outages) ? spans(outages) : outages,
  }
}

/** Columns of spread and impact; null where the fixed costs are all there is. */
function marketCosts(
  { costs }: ResolvedConfig,
  { grid }: Market,
  instruments: readonly Instrument[],
  factor: number,
): MarketCosts | null {
  const estimated = costs.spreadBps === 'abdi-ranaldo'
  if (!estimated && costs.impact === 0) return null
  const columns = instruments.map(({ id }) => {
    const { series, rowOfBar } = grid.symbols[id]!
    const laid = (column: Float64Array): Float64Array => scatter(column, rowOfBar, grid.rows)
    const impact = costs.impact > 0
    return {
      halfSpread: estimated ? laid(times(halfSpreadColumn(series.candles, costs.window), factor)) : null,
      deviation: impact ? laid(deviationColumn(series.candles, costs.window)) : null,
      volume: impact ? laid(volumeColumn(series.candles, costs.window)) : null,
    }
  })
  return new ColumnCosts(columns, costs.impact * factor)
}

function times(column: Float64Array, factor: number): Float64Array {
  return factor === 1 ? column : column.map((value) => value * factor)
}

/** What an entry decided at a close reserves: the taker fee, and the half-spread as the bars until then tell it. */
export function reserveRate(
  takerRate: (instrument: number, atMs: number) => Dec,
  market: MarketCosts | null,
  spread: SpreadModel,
  grid: Grid,
): (instrument: number, atMs: number) => Dec {
  if (market === null) return takerRate
  return (instrument, atMs) => {
    // The next row's estimate is the one that is known at this close.
    const row = Math.min(grid.rows - 1, firstRowClosingAt(grid, atMs + 1, 0))
    return toDec(takerRate(instrument, atMs) + market.halfSpread(spread, instrument, row) - spread.halfSpread)
  }
}
