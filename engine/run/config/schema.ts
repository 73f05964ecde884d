/**
 * The run file as a zod schema: strict, with every default here and in sections.ts, and nowhere else. Defaults that
 * follow from other keys (name, quote currency, venues) are filled in by `complete`.
 */

import { z } from 'zod'
import { parseTimeframe } from '../../core/timeframe.ts'
import { currencyOf } from './currency.ts'
import { parseDateMs, parseEndMs } from './date.ts'
import {
  accountSection,
  accountsSection,
  costsSection,
  dataSection,
  executionSection,
  marginSection,
  originSection,
  rulesSection,
  sizingSection,
  strategySection,
  venueName,
} from './sections.ts'
import { sweepSection } from './sweep-section.ts'
import { validateSection } from './validate-section.ts'

const sections = z.strictObject({
  name: z.string().min(1).max(120).optional().describe("the run's name; default: the strategy's"),
  strategy: strategySection,
  data: dataSection,
  account: accountSection.prefault({}),
  margin: marginSection.prefault({}),
  accounts: accountsSection.optional(),
  venues: z.array(venueName).min(1).optional().describe('where entries may be routed; default: data.venue'),
  sizing: sizingSection.default({ mode: 'profile' }),
  costs: costsSection.prefault({}),
  rules: rulesSection.prefault({}),
  execution: executionSection.prefault({}),
  seed: z.int().min(0).default(7),
  origin: originSection.optional(),
  sweep: sweepSection.optional().describe('many runs instead of one: see tandem sweep'),
  validate: validateSection.optional().describe('how the result is put to the test: see tandem validate'),
})

type Sections = z.output<typeof sections>

/** The run file's schema. Its input is what a user writes, its output has every default but the derived ones. */
export const runSchema = sections.superRefine((run, context) => {
  for (const { path, message } of contradictions(run)) context.addIssue({ code: 'custom', path: [...path], message })
})

/** A strategy by name or by file, never both. */
export type StrategyReference = ({ readonly name: string } | { readonly file: string }) & {
  readonly params: Readonly<Record<string, unknown>>
}

/** A run file with every default written out. Plain data: it survives JSON, and its canonical JSON is hashed. */
export interface ResolvedConfig extends Readonly<Omit<Sections, 'name' | 'strategy' | 'account' | 'venues' | 'sweep'>> {
  readonly name: string
  readonly strategy: StrategyReference
  readonly account: Readonly<Omit<Sections['account'], 'quote'>> & { readonly quote: string }
  readonly venues: readonly string[]
}

interface Contradiction {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What no single key's schema can see: keys that exclude or contradict each other. */
function* contradictions(run: Sections): Generator<Contradiction> {
  const { strategy, data, account, sizing, execution } = run
  if (strategy.name === undefined && strategy.file === undefined) {
    yield { path: ['strategy'], message: 'expected name: or file:' }
  }
  if (strategy.name !== undefined && strategy.file !== undefined) {
    yield { path: ['strategy', 'file'], message: 'expected either name: or file:, not both' }
  }
  yield* notFinite(strategy.params, ['strategy', 'params'])
  yield* repeated(data.symbols, ['data', 'symbols'])
  yield* repeated(
    data.also.map(({ as }) => as),
    ['data', 'also'],
  )
  for (const [i, { series, timeframe }] of data.also.entries()) {
    if (series !== 'funding' && timeframe === undefined) {
      yield { path: ['data', 'also', i, 'timeframe'], message: 'expected a timeframe such as 1h' }
    }
    if (series === 'funding' && timeframe !== undefined) {
      yield { path: ['data', 'also', i, 'timeframe'], message: 'expected none: funding has its own times' }
    }
  }
  if (run.venues !== undefined) yield* repeated(run.venues, ['venues'])
  yield* venueKeys(run)
  if (run.accounts !== undefined) {
    yield* repeated(
      run.accounts.map(({ name }) => name.toLowerCase()),
      ['accounts'],
    )
    for (const [i, { shares }] of run.accounts.entries()) yield* shareKeys(run, shares, ['accounts', i, 'shares'])
  }
  if (run.rules.reallocation === 'on') yield* reallocationKeys(run)
  if (data.from !== undefined && data.to !== undefined && parseDateMs(data.from)! >= parseEndMs(data.to)!) {
    yield { path: ['data', 'to'], message: `expected a date after data.from (${data.from})` }
  }
  if (sizing.mode === 'percent' && sizing.fraction > account.leverage) {
    yield { path: ['sizing', 'fraction'], message: `expected at most account.leverage (${account.leverage})` }
  }
  if (execution.limitFill === 'volume' && execution.participation === 0) {
    yield { path: ['execution', 'limitFill'], message: 'expected execution.participation with it, such as 0.1' }
  }
  yield* negativeFees(run.costs.fees)
  if (execution.detail !== 'none') {
    const ratio = parseTimeframe(data.timeframe) / parseTimeframe(execution.detail)
    if (ratio <= 1 || !Number.isInteger(ratio)) {
      yield { path: ['execution', 'detail'], message: `expected a finer timeframe that divides ${data.timeframe}` }
    }
  }
}

/** Keys by venue name the run's venues; several are for spot. */
function* venueKeys(run: Sections): Generator<Contradiction> {
  const { account, execution, data, venues = [data.venue] } = run
  yield* knownVenues(run, execution.venueLatencyMs, ['execution', 'venueLatencyMs'])
  yield* shareKeys(run, account.shares, ['account', 'shares'])
  yield* flowKeys(run, venues)
  if (venues.length > 1 && (account.leverage > 1 || account.shorting)) {
    yield { path: ['venues'], message: 'expected one venue: several are simulated on spot only' }
  }
}

/** Deposits and withdrawals go to a venue of the run; what a leveraged account could spare isn't worked out. */
function* flowKeys({ account, data }: Sections, venues: readonly string[]): Generator<Contradiction> {
  const isLeveraged = account.leverage > 1 || account.shorting || data.symbols.some((one) => one.includes(':'))
  for (const [i, { amount, venue = venues[0]! }] of (account.flows ?? []).entries()) {
    const path = ['account', 'flows', i]
    if (!venues.includes(venue)) {
      yield { path: [...path, 'venue'], message: `expected a venue of the run (${venues.join(', ')})` }
    }
    if (amount < 0 && isLeveraged) {
      yield { path: [...path, 'amount'], message: 'expected a deposit: withdrawals are simulated on spot only' }
    }
  }
}

function* knownVenues(
  { data, venues = [data.venue] }: Sections,
  byVenue: Readonly<Record<string, number>> | undefined,
  path: readonly (string | number)[],
): Generator<Contradiction> {
  for (const name of Object.keys(byVenue ?? {})) {
    if (venues.includes(name)) continue
    yield { path: [...path, name], message: `expected a venue of the run (${venues.join(', ')})` }
  }
}

/** Shares of equity add up to the whole. */
function* shareKeys(
  run: Sections,
  shares: Readonly<Record<string, number>> | undefined,
  path: readonly (string | number)[],
): Generator<Contradiction> {
  if (shares === undefined) return
  yield* knownVenues(run, shares, path)
  const sum = (run.venues ?? [run.data.venue]).reduce((all, name) => all + (shares[name] ?? 0), 0)
  if (Math.abs(sum - 1) > 1e-9) {
    yield { path, message: `expected shares that add up to 1, they come to ${sum}` }
  }
}

/** Reallocation sells spot longs to fund a share of the portfolio. */
function* reallocationKeys({ sizing, account }: Sections): Generator<Contradiction> {
  const path = ['rules', 'reallocation']
  if (sizing.mode !== 'portfolio') yield { path, message: 'expected off, or sizing.mode: portfolio' }
  if (account.leverage > 1 || account.shorting) yield { path, message: 'expected off: it is for spot accounts' }
}

/** A percentage that lost its way is seldom negative on purpose. */
function* negativeFees(fees: Sections['costs']['fees']): Generator<Contradiction> {
  if (typeof fees !== 'object' || fees.rebate === true) return
  for (const side of ['maker', 'taker'] as const) {
    if (fees[side] < 0)
      yield { path: ['costs', 'fees', side], message: 'expected 0 or more, or rebate: true beside it' }
  }
}

function* repeated(names: readonly string[], path: readonly string[]): Generator<Contradiction> {
  const index = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (index !== -1) yield { path: [...path, index], message: 'expected each only once' }
}

/** Parameters have the strategy's own types; only what JSON can't hold is refused here. */
function* notFinite(value: unknown, path: readonly (string | number)[]): Generator<Contradiction> {
  if (typeof value === 'number' && !Number.isFinite(value)) yield { path, message: 'expected a finite number' }
  if (typeof value !== 'object' || value === null) return
  const isList = Array.isArray(value)
  for (const [key, member] of Object.entries(value)) yield* notFinite(member, [...path, isList ? Number(key) : key])
}

/** Fills in the defaults that follow from other keys. */
export function complete(run: Sections): ResolvedConfig {
  // A sweep's section says nothing about a single run, and isn't part of its hash.
  const { sweep: _, name, strategy, data, account, venues, ...others } = run
  const reference: StrategyReference =
    strategy.name === undefined
      ? { file: strategy.file!, params: strategy.params }
      : { name: strategy.name, params: strategy.params }
  const { quote = currencyOf(data.symbols[0]!), ...money } = account
  // Always in one order, so that a resolved configuration that is read again is written the same.
  return {
    name: name ?? strategy.name ?? baseName(strategy.file!),
    strategy: reference,
    data,
    account: { quote, ...money },
    venues: venues ?? [data.venue],
    ...others,
  }
}

/** `./lib/my-strategy.ts` → `my-strategy`. */
function baseName(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '')
}

/** JSON Schema (draft 2020-12) of the run file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'tandem run file', ...z.toJSONSchema(runSchema, { io: 'input' }) }
}
