/** The kind `run`: a scripted strategy on a scripted market, through the real kernel, rules and simulated venue. */

import { z } from 'zod'
import { loadCostPreset, loadFees } from '../../../datasets/dated/dated.ts'
import type { RulebookRecord } from '../../core/dated.ts'
import { RejectCode } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../../core/order.ts'
import { presetCosts } from '../../market/round-trip.ts'
import { parseDateMs } from '../config/date.ts'
import { type ResolvedConfig, resolveConfig } from '../config/index.ts'
import { type Executed, execute } from '../execute.ts'
import { type Market, makeInstruments } from '../market.ts'
import { linesText, narrate } from '../narrate/narrate.ts'
import { type Happening, Watcher } from '../narrate/watcher.ts'
import { plainDecimal } from '../plain-decimal.ts'
import { rulesOf } from '../rules.ts'
import type { Terms } from '../terms.ts'
import { foundIn } from './found.ts'
import { defineKind, type Played } from './kind.ts'
import { marketSchema, scriptedMarket } from './market.ts'
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

const section = z.record(z.string(), z.unknown())

export const runCaseSchema = z.strictObject({
  account: section.default({}),
  sizing: section.optional(),
  costs: section.default({}),
  rules: section.default({}),
  execution: section.default({}),
  venue: z
    .strictObject({
      name: z.string().default('simulated'),
      rulebook: rulebookSchema.optional(),
      /** Of single symbols, instead of `rulebook`. */
      rulebooks: z.record(z.string(), rulebookSchema).default({}),
    })
    .prefault({}),
  market: marketSchema,
  script: scriptSchema.default([]),
  faults: z
    .array(
      z.strictObject({
        order: z.int().min(1).optional().describe("the order's number"),
        purpose: z.enum(['entry', 'exit', 'stop', 'target', 'emergency', 'rebalance', 'reallocation']).optional(),
        code: z.enum(Object.keys(RejectCode).filter((name) => name !== 'none') as [string, ...string[]]),
      }),
    )
    .default([]),
  expect: z.record(z.string(), z.unknown()).optional(),
})

export type RunCase = z.output<typeof runCaseSchema>

export const runKind = defineKind<RunCase>({
  schema: runCaseSchema,
  async play(given, where): Promise<Played> {
    const run = await playRun(given, where)
    return {
      lines: linesText(narrate(run.happenings, { instruments: run.instruments, quote: run.config.account.quote })),
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
  const market = scriptedMarket(given.market, given.venue.name, where)
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = configOf(given, symbols, where)
  const strategy = new ScriptedStrategy(given.script, symbols, market.grid.rows, where)
  const instruments = makeInstruments(config, market.grid)
  const terms = await termsOf(given, config)
  const watcher = new Watcher({ instruments, rules: rulesOf(config, terms) })
  const executed = execute(config, market, instruments, strategy, { terms, observer: watcher, inject: faultsOf(given) })
  return { config, market, instruments, executed, happenings: watcher.happenings }
}

function configOf(given: RunCase, symbols: readonly string[], where: string): ResolvedConfig {
  const { account, sizing, costs, rules, execution, venue, market } = given
  const data = { venue: venue.name, symbols, timeframe: market.timeframe }
  return resolveConfig(
    {
      strategy: { name: 'scripted' },
      data,
      account,
      costs: { fees: { maker: 0, taker: 0 }, ...costs },
      rules,
      execution,
      ...(sizing === undefined ? {} : { sizing }),
    },
    where,
  )
}

async function termsOf(given: RunCase, { costs, data }: ResolvedConfig): Promise<Terms> {
  const rulebooks = rulebooksOf(given, data.symbols)
  const slippage = costs.slippageBps / 1e4
  const spread = costs.spreadBps / 1e4
  if (typeof costs.fees === 'object') return { fees: { kind: 'flat', ...costs.fees }, rulebooks, spread, slippage }
  if (costs.fees === 'schedule') {
    return { fees: { kind: 'schedule', records: await loadFees([data.venue]) }, rulebooks, spread, slippage }
  }
  const preset = await loadCostPreset(costs.fees)
  return { fees: { kind: 'preset', preset }, rulebooks, spread: presetCosts(preset, data.venue).spread, slippage }
}

/** One record a symbol, without an end; null where the scenario names no demands at all. */
function rulebooksOf({ venue }: RunCase, symbols: readonly string[]): readonly RulebookRecord[] | null {
  if (venue.rulebook === undefined && Object.keys(venue.rulebooks).length === 0) return null
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
