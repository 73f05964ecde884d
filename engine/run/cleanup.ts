/**
 * A cleanup in simulation (RULES D3): the strategy trades up to the bar before the last; at its close the plan is made,
 * and carried out on the last bar, or only told.
 */

import { formatDec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { type CleanupStep, cleanupSteps, cleanupText } from '../rules/cleanup.ts'
import { CleanupPlan, type CleanupResult } from '../rules/cleanup-plan.ts'
import { CLEANUP } from '../rules/presets.ts'
import type { RunTerms } from './terms.ts'

export interface CleanupOptions {
  /** Only this venue; null for all. */
  readonly venue: string | null
  /** Tell the plan and send nothing. */
  readonly dryRun: boolean
}

export interface CleanupReport {
  /** Close of the bar at which the plan was made, ms UTC. */
  readonly atMs: number
  /** The plan by venue, one line a step. */
  readonly plan: readonly { readonly venue: string; readonly lines: readonly string[] }[]
  /** What came of it by venue; null where nothing was sent. */
  readonly results: readonly (CleanupResult & { readonly venue: string })[] | null
}

/** Runs the kernel to the bar before the last and cleans up on the last one. */
export function runCleanup(
  kernel: Kernel,
  instruments: readonly Instrument[],
  grid: Grid,
  terms: RunTerms,
  options: CleanupOptions,
): CleanupReport {
  const last = grid.rows - 1
  kernel.runPlain(last)
  const atMs = grid.time[last - 1]! + grid.timeframeMs
  const all = [...new Set(instruments.map(({ venue }) => venue))]
  const venues = all.filter((venue) => options.venue === null || venue === options.venue)
  const steps = venues.map((venue) => {
    const there = instruments.filter((one) => one.venue === venue)
    return { venue, steps: stepsOf(kernel, there, grid, last - 1, atMs, terms) }
  })
  const plan = steps.map(({ venue, steps: list }) => ({ venue, lines: cleanupText(list) }))
  const plans = steps.map((one) => new CleanupPlan(one.steps, 0))
  kernel.runWithout(last, options.dryRun ? [] : plans)
  if (options.dryRun) return { atMs, plan, results: null }
  return { atMs, plan, results: plans.map((one, i) => ({ venue: venues[i]!, ...resultOf(one) })) }
}

/** The result, also of a plan that the last bar didn't see to its end. */
function resultOf(plan: CleanupPlan): CleanupResult {
  return (
    plan.result ?? {
      cancelled: 0,
      sold: 0,
      purged: [],
      problems: ['the last bar ended before everything was answered'],
    }
  )
}

function stepsOf(
  { portfolio }: Kernel,
  instruments: readonly Instrument[],
  grid: Grid,
  row: number,
  atMs: number,
  terms: RunTerms,
): CleanupStep[] {
  const here = new Set(instruments.map(({ id }) => id))
  const open = portfolio.working.filter(({ order }) => here.has(order.instrument))
  const steps = cleanupSteps(CLEANUP, {
    openOrderIds: open.map(({ order }) => String(order.id)),
    positions: instruments.map((instrument) => {
      const mark = grid.symbols[instrument.id]!.mark[row]!
      return {
        instrument,
        rulebook: terms.rulebook(instrument.id, atMs),
        quantity: portfolio.ledger.quantity[instrument.id]!,
        price: mark > 0 ? priceUnits(instrument, mark) : null,
      }
    }),
    known: instruments.map(({ symbol }) => symbol),
    listed: new Set(instruments.filter(({ id }) => terms.listed(id, atMs)).map(({ symbol }) => symbol)),
  })
  for (const { id, symbol, qtyDec } of instruments) {
    const dust = portfolio.ledger.dust[id]!
    if (dust === 0) continue
    const text = `dust of ${formatDec(dust, qtyDec)} can't be sold: it is less than a lot step`
    steps.push({ kind: 'note', about: symbol, text })
  }
  return steps
}
