/** The kind `run`: a scripted strategy on a scripted market, through the real kernel, rules and simulated venue. */

import { z } from 'zod'
import { loadCostPreset, loadFees } from '../../../datasets/dated/dated.ts'
import type { RulebookRecord } from '../../core/dated.ts'
import { RejectCode } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../../core/order.ts'
import { presetCosts } from '../../market/round-trip.ts'
import { type ResolvedConfig, resolveConfig } from '../config/index.ts'
import { type Executed, execute } from '../execute.ts'
import { loadMarginSource, type MarginSource } from '../margin.ts'
import { type Market, makeInstruments } from '../market.ts'
import { linesText, narrate } from '../narrate/narrate.ts'
import { type Happening, Watcher } from '../narrate/watcher.ts'
import { rulesOf } from '../rules.ts'
import type { Terms } from '../terms.ts'
import { foundIn } from './found.ts'
import { defineKind, type Played } from './kind.ts'
import { marketSchema, scriptedMarket } from './market.ts'
import { ScriptedStrategy, scriptSchema } from './script.ts'

const demand = z.union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$/)], { error: 'expected a number' })

/** What the venue demands; steps and least amounts, 0 or absent for no demand. */
const rulebookSchema = z.strictObject({
  tick: demand.default(0),
  step: demand.default(0),
  minQty: demand.default(0),
  minCost: demand.default(0),
})

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
  const terms = { ...(await termsOf(given, config)), margin: await marginSourceOf(given, config) }
  const watcher = new Watcher({ instruments, rules: rulesOf(config, terms) })
  const executed = execute(config, market, instruments, strategy, { terms, observer: watcher, inject: faultsOf(given) })
  return { config, market, instruments, executed, happenings: watcher.happenings }
}

function configOf(given: RunCase, symbols: readonly string[], where: string): ResolvedConfig {
  const { account, sizing, costs, rules, margin, execution, venue, market } = given
  const data = { venue: venue.name, symbols, timeframe: market.timeframe }
  return resolveConfig(
    {
      strategy: { name: 'scripted' },
      data,
      account,
      costs: { fees: { maker: 0, taker: 0 }, ...costs },
      rules,
      margin,
      execution,
      ...(sizing === undefined ? {} : { sizing }),
    },
    where,
  )
}

/** A scenario of leverage names whose rules hold, in `margin.rules`; without that it is buying power alone. */
async function marginSourceOf({ margin }: RunCase, config: ResolvedConfig): Promise<MarginSource | null> {
  return 'rules' in margin ? await loadMarginSource(config) : null
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
    const { tick, step, minQty, minCost } = venue.rulebooks[symbol] ?? venue.rulebook ?? none
    return {
      venue: venue.name,
      symbol,
      fromMs: 0,
      toMs: null,
      tick: decimalText(tick),
      step: decimalText(step),
      minQty: decimalText(minQty),
      minCost: decimalText(minCost),
      minBuyCost: '0',
      significantDigits: null,
      listedMs: null,
      delistedMs: null,
      approximate: false,
      source: 'the scenario',
    }
  })
}

/** As dated records have it: without an exponent. */
function decimalText(value: number | string): string {
  const text = String(value)
  return text.includes('e') ? Number(value).toFixed(18).replace(/0+$/, '') : text
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
