/** The kind `run`: a scripted strategy on a scripted market, through the real kernel, rules and simulated venue. */

import { z } from 'zod'
import type { RulebookRecord } from '../../core/dated.ts'
import { RejectCode } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../../core/order.ts'
import type { CleanupReport } from '../cleanup.ts'
import { parseDateMs } from '../config/date.ts'
import { type ResolvedConfig, resolveConfig } from '../config/index.ts'
import { type Executed, execute } from '../execute.ts'
import { type Market, makeInstruments } from '../market.ts'
import { linesText, narrate } from '../narrate/narrate.ts'
import { type Happening, Watcher } from '../narrate/watcher.ts'
import { timeText } from '../narrate/words.ts'
import { plainDecimal } from '../plain-decimal.ts'
import { rulesOf } from '../rules.ts'
import { loadTerms, type Terms } from '../terms.ts'
import { foundIn } from './found.ts'
import { defineKind, type Played } from './kind.ts'
import { marketSchema, scriptedMarket, segmentSchema } from './market.ts'
import { ScriptedStrategy, scriptSchema } from './script.ts'

const demand = z.union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$/)], { error: 'expected a number' })

const day = z
  .string()
  .transform((text, context): number => {
    const ms = parseDateMs(text)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: 'expected a date such as 2019-01-01T00:02' })
    return z.NEVER
  })
  .nullable()
  .default(null)

/** What the venue demands; steps and least amounts, 0 or absent for no demand. */
const rulebookSchema = z.strictObject({
  tick: demand.default(0),
  step: demand.default(0),
  minQty: demand.default(0),
  minCost: demand.default(0),
  minBuyCost: demand.default(0),
  significantDigits: z.int().min(1).max(15).nullable().default(null),
  listed: day,
  delisted: day,
})

/** One of several venues, instead of `venue`: the first is the one whose prices the strategy reads. */
const venueSchema = z.strictObject({
  name: z.string(),
  rulebook: rulebookSchema.optional(),
  rulebooks: z.record(z.string(), rulebookSchema).default({}),
  /** What it lists; default: everything. */
  symbols: z.array(z.string()).optional(),
  /** Prices of its own, by symbol, in the market's form; default: those of the first. */
  prices: z.record(z.string(), z.array(segmentSchema).min(1)).default({}),
})

type CaseVenue = z.output<typeof venueSchema>

const section = z.record(z.string(), z.unknown())

export const runCaseSchema = z.strictObject({
  account: section.default({}),
  sizing: section.optional(),
  costs: section.default({}),
  rules: section.default({}),
  margin: section.default({}),
  execution: section.default({}),
  venue: z
    .strictObject({
      name: z.string().default('simulated'),
      rulebook: rulebookSchema.optional(),
      /** Of single symbols, instead of `rulebook`. */
      rulebooks: z.record(z.string(), rulebookSchema).default({}),
    })
    .prefault({}),
  venues: z.array(venueSchema).min(2).optional(),
  market: marketSchema,
  script: scriptSchema.default([]),
  faults: z
    .array(
      z.strictObject({
        order: z.int().min(1).optional().describe("the order's number"),
        purpose: z
          .enum(['entry', 'exit', 'stop', 'target', 'emergency', 'rebalance', 'reallocation', 'cleanup'])
          .optional(),
        code: z.enum(Object.keys(RejectCode).filter((name) => name !== 'none') as [string, ...string[]]),
      }),
    )
    .default([]),
  /** Clean up on the last bar, or only tell how. */
  cleanup: z
    .strictObject({ venue: z.string().nullable().default(null), dryRun: z.boolean().default(false) })
    .optional(),
  expect: z.record(z.string(), z.unknown()).optional(),
})

export type RunCase = z.output<typeof runCaseSchema>

export const runKind = defineKind<RunCase>({
  schema: runCaseSchema,
  async play(given, where): Promise<Played> {
    const run = await playRun(given, where)
    return {
      lines: [
        ...linesText(narrate(run.happenings, { instruments: run.instruments, quote: run.config.account.quote })),
        ...cleanupLines(run.executed.cleanup),
      ],
      found: foundIn(run),
    }
  },
})

/** A case that has been run. */
export interface CaseRun {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly instruments: readonly Instrument[]
  readonly executed: Executed
  readonly happenings: readonly Happening[]
}

/** Runs a case. Throws `BAD_SCENARIO` or `BAD_CONFIG` at `where`. */
export async function playRun(given: RunCase, where: string): Promise<CaseRun> {
  const market = scriptedMarket(given.market, venuesOf(given), where)
  const symbols = market.columns.grid.symbols.map(({ series }) => series.symbol)
  const config = configOf(given, symbols, where)
  const strategy = new ScriptedStrategy(given.script, symbols, market.grid.rows, where)
  const instruments = makeInstruments(config, market.grid)
  const terms = await termsOf(given, config)
  const watcher = new Watcher({ instruments, rules: rulesOf(config, terms) })
  const { cleanup } = given
  const options = { terms, observer: watcher, inject: faultsOf(given), ...(cleanup === undefined ? {} : { cleanup }) }
  const executed = execute(config, market, instruments, strategy, options)
  return { config, market, instruments, executed, happenings: watcher.happenings }
}

/** The plan of a cleanup and what came of it. */
function cleanupLines(cleanup: CleanupReport | null): string[] {
  if (cleanup === null) return []
  const { atMs, plan, results } = cleanup
  const lines = plan.flatMap(({ venue, lines: steps }) => [
    `${timeText(atMs)}  cleanup at ${venue}`,
    ...steps.map((one) => `    ${one}`),
  ])
  const done = (results ?? []).map((one) => `    ${one.venue}: ${one.cancelled} cancelled, ${one.sold} sold`)
  return [...lines, ...(results === null ? ['    dry run: nothing was sent'] : done)]
}

function configOf(given: RunCase, symbols: readonly string[], where: string): ResolvedConfig {
  const { account, sizing, costs, rules, margin, execution, market } = given
  const venues = venuesOf(given).map(({ name }) => name)
  const data = { venue: venues[0]!, symbols, timeframe: market.timeframe }
  return resolveConfig(
    {
      strategy: { name: 'scripted' },
      data,
      venues,
      account,
      costs: { fees: { maker: 0, taker: 0 }, ...costs },
      rules,
      // Buying power alone, unless the scenario names whose margin rules hold.
      margin: { rules: 'plain', ...margin },
      execution,
      ...(sizing === undefined ? {} : { sizing }),
    },
    where,
  )
}

async function termsOf(given: RunCase, config: ResolvedConfig): Promise<Terms> {
  const terms = await loadTerms({ ...config, rules: { ...config.rules, venueMinimums: false } })
  return { ...terms, rulebooks: rulebooksOf(given, config.data.symbols) }
}

/** The venues of a case, the one whose prices the strategy reads first. */
function venuesOf({ venue, venues }: RunCase): readonly CaseVenue[] {
  return venues ?? [{ ...venue, prices: {} }]
}

/** Rulebooks of all venues; null where the scenario names no demands at all. */
function rulebooksOf(given: RunCase, symbols: readonly string[]): readonly RulebookRecord[] | null {
  const venues = venuesOf(given)
  const demands = venues.some((one) => one.rulebook !== undefined || Object.keys(one.rulebooks).length > 0)
  return demands ? venues.flatMap((venue) => recordsOf(venue, venue.symbols ?? symbols)) : null
}

/** One record a symbol, without an end. */
function recordsOf(venue: CaseVenue, symbols: readonly string[]): readonly RulebookRecord[] {
  const none = rulebookSchema.parse({})
  return symbols.map((symbol) => {
    const { tick, step, minQty, minCost, minBuyCost, significantDigits, listed, delisted } =
      venue.rulebooks[symbol] ?? venue.rulebook ?? none
    return {
      venue: venue.name,
      symbol,
      fromMs: 0,
      toMs: null,
      tick: plainDecimal(tick),
      step: plainDecimal(step),
      minQty: plainDecimal(minQty),
      minCost: plainDecimal(minCost),
      minBuyCost: plainDecimal(minBuyCost),
      significantDigits,
      listedMs: listed,
      delistedMs: delisted,
      approximate: false,
      source: 'the scenario',
    }
  })
}

/** Refuses the orders that the scenario names, by number or by purpose. */
function faultsOf({ faults }: RunCase): (order: ApprovedOrder) => RejectCode {
  return (order) => {
    const fault = faults.find((one) => {
      const byNumber = one.order === undefined || one.order === order.id
      return byNumber && (one.purpose === undefined || Purpose[one.purpose] === order.purpose)
    })
    return fault === undefined ? RejectCode.none : RejectCode[fault.code as keyof typeof RejectCode]
  }
}
