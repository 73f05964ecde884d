/** A rebalancing described in a file, planned, and carried out against the simulated venue (RULES G). */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { loadMargin } from '../../datasets/dated/dated.ts'
import { type Dec, decFromNumber, decToNumber, formatDec, Rounding, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { FREE_RULEBOOK, type Instrument, notional, quantityFor, type Rulebook } from '../core/instrument.ts'
import { MarginTimeline } from '../market/margins.ts'
import { rateUnits } from '../market/rates.ts'
import { REBALANCE } from '../rules/presets.ts'
import type { RebalanceRequest } from '../rules/rebalance.ts'
import {
  type RebalanceCommand,
  type RebalanceFact,
  RebalancePlan,
  type RebalanceResult,
} from '../rules/rebalance-plan.ts'
import { type RebalanceVerdict, rebalanceVerdict } from '../rules/rebalance-verdict.ts'
import { PerpetualAccount } from '../sim/perpetual-account.ts'
import { explainIssue, foremost, type JsonSchema } from './config/explain.ts'
import { parseYaml } from './config/yaml-source.ts'

const [PX_DEC, QTY_DEC, QUOTE_DEC] = [8, 8, 10]

const positive = z.number().gt(0)
const fraction = z.number().min(0).max(0.5)
const symbol = z.string().regex(/^[A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20}(:[A-Za-z0-9]{1,20})?$/, {
  error: 'expected a symbol such as BTC/USDT:USDT',
})

/** Keys of a rebalancing; the file of `tandem rebalance`, and a scenario's case. */
export const rebalanceKeys = {
  venue: z.string().optional().describe("whose margin tiers bound the leverage; default: none's"),
  accountValue: positive.describe('cash and unrealised profit together, in quote'),
  leverage: z.number().min(1).default(REBALANCE.leverage),
  total: z
    .union([z.enum(['keep', 'max']), positive], { error: 'expected keep, max or an amount in quote' })
    .default('keep')
    .describe("value of all positions: today's, account value × leverage, or an amount"),
  targets: z
    .record(symbol, z.number().min(-1).max(1))
    .describe('weights by symbol, negative for a short; their sum is at most 1, the rest stays cash'),
  positions: z
    .array(z.strictObject({ symbol, value: z.number(), leverage: z.number().min(1) }))
    .default([])
    .describe('signed value in quote'),
  prices: z.record(symbol, positive),
  reserve: fraction.default(REBALANCE.reserve),
  fee: fraction.default(0).describe("taker's rate"),
  slippage: fraction.default(0),
  rulebook: z
    .strictObject({
      step: z.number().min(0).default(0),
      minQty: z.number().min(0).default(0),
      minCost: z.number().min(0).default(0),
    })
    .prefault({}),
  settleMs: z.int().min(0).default(REBALANCE.settleMs),
  insufficient: z
    .enum(['refuse', 'fill'])
    .default('refuse')
    .describe('what the venue does where margin is short: refuse, or fill what fits'),
  procedure: z.enum(['today', 'old']).default('today').describe('old: opens whatever became of the closes, unscaled'),
  faults: z
    .array(
      z.strictObject({
        symbol,
        action: z.enum(['close', 'open']),
        outcome: z.enum(['failed', 'unknown']).default('failed'),
        reason: z.string().min(1),
      }),
    )
    .default([])
    .describe('what goes wrong at the venue'),
}

const fileSchema = z.strictObject(rebalanceKeys)

export type RebalanceSpec = z.output<typeof fileSchema>

export interface RebalancedPosition {
  readonly symbol: string
  readonly value: number
  readonly leverage: number
}

export interface RebalanceReport {
  readonly dryRun: boolean
  readonly status: RebalanceResult['status']
  readonly why: string | null
  readonly total: number
  /** Null where it never came to opening. */
  readonly scale: number | null
  readonly warnings: readonly string[]
  readonly steps: readonly {
    readonly symbol: string
    readonly action: string
    readonly side: 'buy' | 'sell'
    readonly quantity: number
    readonly value: number
    readonly state: string
    readonly reason: string | null
  }[]
  readonly accountValue: { readonly before: number; readonly after: number; readonly afterCloses: number | null }
  readonly fees: number
  readonly positions: readonly RebalancedPosition[]
  readonly freeMargin: number
  readonly verdict: RebalanceVerdict
}

/** A file's rebalancing. Throws `BAD_YAML` or `BAD_REBALANCE` in one line with the place. */
export function parseRebalance(text: string, file: string): RebalanceSpec {
  const source = parseYaml(text, file)
  const result = fileSchema.safeParse(source.value)
  if (result.success) return result.data
  const json = (): JsonSchema => z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const { path, message, hint } = explainIssue(foremost(result.error.issues), source.value, json)
  throw new TandemError(`${path.length === 0 ? '' : `${path.join('.')}: `}${message}`, {
    code: 'BAD_REBALANCE',
    where: `${file}:${source.lineOf(path)}`,
    ...(hint === null ? {} : { hint }),
  })
}

/** The text of a rebalancing. Throws `NO_REBALANCE`. */
export function readRebalance(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const hint = 'give a file with accountValue, targets, prices, positions'
    throw new TandemError('there is no such file', { code: 'NO_REBALANCE', where: file, hint, cause })
  }
}

/** Carries out a rebalancing that was read; errors name `file` and the key. */
export async function rebalanceRead(text: string, file: string, dryRun: boolean): Promise<RebalanceReport> {
  try {
    return await rebalance(parseRebalance(text, file), dryRun)
  } catch (error) {
    if (!(error instanceof TandemError) || error.where === null || error.where.startsWith(file)) throw error
    const key = error.where.replace('account.', '').replace('data.symbols', 'targets')
    const hint = error.hint === null ? {} : { hint: error.hint.replace(/; add a record.*/, '') }
    throw new TandemError(error.message, { code: error.code, where: `${file}: ${key}`, ...hint })
  }
}

/** Plans, and carries the plan out: a dry run on a copy of the account where nothing goes wrong, so that nothing is sent. */
export async function rebalance(spec: RebalanceSpec, dryRun: boolean): Promise<RebalanceReport> {
  const instruments = instrumentsOf(spec)
  await checkLeverage(spec, instruments)
  const request = requestOf(spec, instruments)
  const legacy = spec.procedure === 'old'
  const plan = new RebalancePlan(request, { settleMs: spec.settleMs, reserve: rateUnits(spec.reserve), legacy })
  const account = accountOf(spec, request, instruments)
  const before = account.accountValue
  const exposureBefore = exposureOf(account, instruments)
  const afterCloses = carryOut(plan, account, dryRun ? { ...spec, faults: [] } : spec, instruments)
  const result = plan.result!
  const verdict = rebalanceVerdict({
    positions: instruments.map((one) => ({
      instrument: one,
      value: account.value(one.id),
      leverage: account.leverages[one.id]!,
      weight: spec.targets[one.symbol] ?? 0,
    })),
    leverage: spec.leverage,
    valueBefore: before,
    valueAfter: account.accountValue,
    exposureBefore,
    fees: account.ledger.feesPaid,
    slippage: account.slippage,
    quoteDec: QUOTE_DEC,
  })
  const money = (amount: Dec): number => decToNumber(amount, QUOTE_DEC)
  return {
    dryRun,
    status: result.status,
    why: result.why,
    total: money(plan.wish.total),
    scale: result.scale === null ? null : decToNumber(result.scale, 12),
    warnings: result.warnings,
    steps: result.steps.map((one) => ({
      symbol: one.symbol,
      action: one.action,
      side: one.side > 0 ? 'buy' : 'sell',
      quantity: decToNumber(one.filled > 0 ? one.filled : one.quantity, QTY_DEC),
      value: money(one.value),
      state: one.state,
      reason: one.reason,
    })),
    accountValue: {
      before: money(before),
      after: money(account.accountValue),
      afterCloses: afterCloses === null ? null : money(afterCloses),
    },
    fees: money(account.ledger.feesPaid),
    positions: instruments.map((one) => ({
      symbol: one.symbol,
      value: money(account.value(one.id)),
      leverage: account.leverages[one.id]!,
    })),
    freeMargin: money(account.freeMargin),
    verdict,
  }
}

function instrumentsOf({ targets, positions, prices }: RebalanceSpec): Instrument[] {
  const symbols = [...new Set([...positions.map((one) => one.symbol), ...Object.keys(targets)])]
  return symbols.map((name, id) => {
    if (prices[name] === undefined) {
      throw new TandemError(`${name} has no price`, {
        code: 'BAD_REBALANCE',
        where: 'prices',
        hint: `add ${name}: PRICE`,
      })
    }
    const [base, quote] = name.split('/') as [string, string]
    const units = { pxDec: PX_DEC, qtyDec: QTY_DEC, quoteDec: QUOTE_DEC }
    return { id, account: 'main', venue: 'simulated', symbol: name, base, quote, kind: 'perpetual', ...units }
  })
}

/** Throws `BAD_LEVERAGE` or `NO_MARGIN_TIERS` where a venue is named that doesn't allow it. */
async function checkLeverage(
  { venue, leverage, targets }: RebalanceSpec,
  instruments: readonly Instrument[],
): Promise<void> {
  if (venue === undefined) return
  const records = await loadMargin([venue])
  for (const one of instruments) {
    if ((targets[one.symbol] ?? 0) === 0) continue
    const latest = Math.max(...records.map(({ fromMs }) => fromMs))
    new MarginTimeline(records, venue, one).checkLeverage(leverage, latest, latest + 1)
  }
}

function requestOf(spec: RebalanceSpec, instruments: readonly Instrument[]): RebalanceRequest {
  const { step, minQty, minCost } = spec.rulebook
  const rulebook: Rulebook = {
    ...FREE_RULEBOOK,
    step: Math.max(1, decFromNumber(step, QTY_DEC)) as Dec,
    minQty: decFromNumber(minQty, QTY_DEC),
    minCost: decFromNumber(minCost, QUOTE_DEC),
  }
  const targets = instruments.map((instrument) => {
    const position = spec.positions.find((one) => one.symbol === instrument.symbol)
    const price = decFromNumber(spec.prices[instrument.symbol]!, PX_DEC)
    const size = quantityFor(
      instrument,
      decFromNumber(Math.abs(position?.value ?? 0), QUOTE_DEC),
      price,
      Rounding.halfEven,
    )
    return {
      instrument,
      rulebook,
      weight: spec.targets[instrument.symbol] ?? 0,
      price,
      held: ((position?.value ?? 0) < 0 ? -size : size) as Dec,
      heldLeverage: position?.leverage ?? spec.leverage,
    }
  })
  return {
    accountValue: decFromNumber(spec.accountValue, QUOTE_DEC),
    leverage: spec.leverage,
    total: spec.total,
    targets,
  }
}

function accountOf(
  spec: RebalanceSpec,
  request: RebalanceRequest,
  instruments: readonly Instrument[],
): PerpetualAccount {
  const step = request.targets[0]?.rulebook.step ?? (1 as Dec)
  return new PerpetualAccount({
    instruments,
    accountValue: request.accountValue,
    held: request.targets.map(({ held }) => held),
    prices: request.targets.map(({ price }) => price),
    leverages: request.targets.map(({ heldLeverage }) => heldLeverage),
    feeRate: rateUnits(spec.fee),
    slippageRate: rateUnits(spec.slippage),
    step: () => step,
    fits: spec.insufficient === 'fill',
  })
}

function exposureOf(account: PerpetualAccount, instruments: readonly Instrument[]): Dec {
  let exposure = 0
  for (const one of instruments) {
    exposure += Math.abs(notional(one, account.price(one.id), account.held(one.id), Rounding.halfEven))
  }
  return toDec(exposure)
}

/** Gives the plan's commands to the account as they fall due; returns the account's value after the closes. */
function carryOut(
  plan: RebalancePlan,
  account: PerpetualAccount,
  spec: RebalanceSpec,
  instruments: readonly Instrument[],
): Dec | null {
  let atMs = 0
  let afterCloses: Dec | null = null
  while (!plan.done) {
    atMs = Math.max(atMs, plan.dueMs)
    for (const command of plan.next(atMs)) {
      if (command.kind === 'account') afterCloses = account.accountValue
      plan.onFact(answer(command, account, spec, instruments))
    }
  }
  return afterCloses
}

function answer(
  command: RebalanceCommand,
  account: PerpetualAccount,
  { faults }: RebalanceSpec,
  instruments: readonly Instrument[],
): RebalanceFact {
  const { id } = command
  if (command.kind === 'account') {
    const held = instruments.map((one) => account.held(one.id))
    return {
      kind: 'account',
      id,
      accountValue: account.accountValue,
      held,
      prices: instruments.map((one) => account.price(one.id)),
    }
  }
  if (command.kind === 'leverage') {
    const refused = account.setLeverage(command.instrument, command.leverage)
    return refused === null ? { kind: 'done', id } : { kind: 'failed', id, reason: refused }
  }
  const action = command.kind === 'reduce' ? 'close' : 'open'
  const fault = faults.find((one) => one.symbol === instruments[command.instrument]!.symbol && one.action === action)
  if (fault !== undefined) return { kind: fault.outcome, id, reason: fault.reason }
  const done = account.order(command.instrument, command.side, command.quantity, command.kind === 'reduce')
  if (done.kind === 'rejected') return { kind: 'failed', id, reason: done.reason }
  return { kind: 'filled', id, quantity: done.quantity, value: done.value }
}

/** The plan and what became of it, a line each. */
export function rebalanceText(report: RebalanceReport): string[] {
  const amount = (value: number): string => formatDec(decFromNumber(value, 4), 4)
  const { accountValue, verdict } = report
  const lines = [`total ${amount(report.total)}, account value ${amount(accountValue.before)}`]
  for (const one of report.steps) {
    const words = one.action === 'open' ? (one.side === 'buy' ? 'buy' : 'sell') : one.action
    const what = `${words} ${one.quantity} ${one.symbol}${one.value === 0 ? '' : ` for ${amount(one.value)}`}`
    lines.push(
      `${report.dryRun && one.state === 'done' ? 'would' : one.state}: ${what}${one.reason === null ? '' : ` (${one.reason})`}`,
    )
  }
  if (report.scale !== null) lines.push(`scale ${report.scale}`)
  lines.push(...report.warnings.map((warning) => `note: ${warning}`))
  for (const one of report.positions) lines.push(`${one.symbol}: ${amount(one.value)} at ${one.leverage}x`)
  const change = `exposure ${verdict.exposureChange < 0 ? 'falls' : 'rises'} by ${amount(Math.abs(verdict.exposureChange))}`
  lines.push(
    `account value ${amount(accountValue.after)}: fees and slippage cost ${amount(verdict.cost)}; ${change}, which is no ${verdict.exposureChange < 0 ? 'loss' : 'gain'}`,
  )
  lines.push(
    `${report.dryRun ? 'dry run, nothing was sent' : report.status}${report.why === null ? '' : `: ${report.why}`}`,
  )
  return lines
}
