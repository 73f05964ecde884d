/**
 * Several accounts in one run: the same market and the same strategy for each, with its own money, profile and venues.
 * They don't meet in the market, so each is exactly the run that it would be alone, to the digest; the run's own figures
 * are their sums.
 */

import type { AccountResult, Ambiguity, Assumption, RunResult, SkipCount, Trade, VenueResult } from '../core/result.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { configHash, type ResolvedConfig } from './config/index.ts'
import type { RunHeader } from './header.ts'
import { runIdOf } from './result.ts'

/** One of the run's accounts with the run file that it alone would have. */
export interface AccountRun {
  readonly name: string
  readonly config: ResolvedConfig
}

/** The accounts of a run file; null where it has but one, without a name. */
export function accountsOf(config: ResolvedConfig): readonly AccountRun[] | null {
  if (config.accounts === undefined) return null
  const { accounts, ...alone } = config
  return accounts.map(({ name, equity, profile, shares }) => {
    const { account } = alone
    const own = { equity: equity ?? account.equity, profile: profile ?? account.profile }
    const at = shares === undefined ? {} : { shares }
    return { name, config: { ...alone, account: { ...account, ...own, ...at } } }
  })
}

export interface AccountOutcome {
  readonly name: string
  readonly result: RunResult
  readonly header: RunHeader
}

/** The whole run: sums, and curves row by row. All have the same rows. */
export function combineAccounts(config: ResolvedConfig, outcomes: readonly AccountOutcome[]): RunResult {
  const results = outcomes.map(({ result }) => result)
  const first = results[0]!
  const sum = (pick: (one: RunResult) => number): number => results.reduce((all, one) => all + pick(one), 0)
  const equity = first.equity.map((_, row) => sum((one) => one.equity[row]!))
  const exposed = first.exposure.map((_, row) => sum((one) => one.exposure[row]! * one.equity[row]!))
  const header = { ...outcomes[0]!.header, config: configHash(config) }
  return {
    ...first,
    runId: runIdOf(config.name, header),
    config,
    initialEquity: sum((one) => one.initialEquity),
    finalEquity: sum((one) => one.finalEquity),
    digest: {
      inputs: first.digest.inputs,
      decisions: digestOf(outcomes, 'decisions'),
      outcomes: digestOf(outcomes, 'outcomes'),
    },
    configHash: header.config,
    equity,
    exposure: exposed.map((value, row) => (equity[row]! > 0 ? value / equity[row]! : 0)),
    trades: tradesOf(outcomes),
    fees: sum((one) => one.fees),
    funding: sum((one) => one.funding),
    liquidations: sum((one) => one.liquidations),
    fills: sum((one) => one.fills),
    turnover: sum((one) => one.turnover),
    exits: countsOf(results.map(({ exits }) => exits)),
    skips: skipsOf(results),
    venues: venuesOf(results),
    accounts: outcomes.map(accountResult),
    reallocations: reallocationsOf(results),
    dust: results.flatMap(({ dust }) => dust),
    profiles: outcomes.flatMap(({ name, result }) => result.profiles.map((one) => ({ ...one, account: name }))),
    profileResults: outcomes.flatMap(({ name, result }) =>
      result.profileResults.map((one) => ({ ...one, account: name })),
    ),
    ambiguity: ambiguityOf(results),
    assumptions: assumptionsOf(results),
    cashFlows: results.flatMap(({ cashFlows }) => cashFlows).sort((a, b) => a.timeMs - b.timeMs),
  }
}

function digestOf(outcomes: readonly AccountOutcome[], which: 'decisions' | 'outcomes'): string {
  return sha256Hex(canonicalJson(outcomes.map(({ name, result }) => [name, result.digest[which]])))
}

function accountResult({ name, result }: AccountOutcome): AccountResult {
  const { runId, digest, initialEquity, finalEquity, trades, fees, exits, skips } = result
  return {
    account: name,
    runId,
    digest,
    initialEquity,
    finalEquity,
    trades: trades.filter(({ exitRow }) => exitRow !== null).length,
    fees,
    exits,
    skips: countsOf(skips.map(({ code, count }) => ({ [code]: count }))),
  }
}

/** Closed trades in the order of their exits, then the open ones; of equals the first account's first. */
function tradesOf(outcomes: readonly AccountOutcome[]): Trade[] {
  const all = outcomes.flatMap(({ name, result }) => result.trades.map((one) => ({ ...one, account: name })))
  const exit = ({ exitTimeMs }: Trade): number => exitTimeMs ?? Number.POSITIVE_INFINITY
  return all.sort((a, b) => (exit(a) === exit(b) ? 0 : exit(a) - exit(b)))
}

function countsOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of all) for (const [name, count] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count
  return sums
}

/** Items of all runs by a key, each with its equals: the first's place decides the order. */
function grouped<T>(all: readonly (readonly T[])[], key: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const one of all.flat()) {
    const group = groups.get(key(one))
    if (group === undefined) groups.set(key(one), [one])
    else group.push(one)
  }
  return [...groups.values()]
}

function skipsOf(results: readonly RunResult[]): SkipCount[] {
  const groups = grouped(
    results.map(({ skips }) => skips),
    ({ code, symbol, venue }) => `${code}/${symbol}/${venue ?? ''}`,
  )
  return groups.map((group) => ({
    ...group[0]!,
    count: group.reduce((sum, { count }) => sum + count, 0),
    firstTimeMs: Math.min(...group.map(({ firstTimeMs }) => firstTimeMs)),
    lastTimeMs: Math.max(...group.map(({ lastTimeMs }) => lastTimeMs)),
  }))
}

function venuesOf(results: readonly RunResult[]): VenueResult[] {
  const groups = grouped(
    results.map(({ venues }) => venues),
    ({ venue }) => venue,
  )
  return groups.map((group) => {
    const sum = (pick: (one: VenueResult) => number): number => group.reduce((all, one) => all + pick(one), 0)
    return {
      venue: group[0]!.venue,
      initialEquity: sum((one) => one.initialEquity),
      cash: sum((one) => one.cash),
      finalEquity: sum((one) => one.finalEquity),
      fees: sum((one) => one.fees),
      fills: sum((one) => one.fills),
      trades: sum((one) => one.trades),
      openPositions: sum((one) => one.openPositions),
      routed: group.every(({ routed }) => routed === null) ? null : sum((one) => one.routed ?? 0),
    }
  })
}

function reallocationsOf(results: readonly RunResult[]): RunResult['reallocations'] {
  const all = results.flatMap(({ reallocations }) => (reallocations === null ? [] : [reallocations]))
  if (all.length === 0) return null
  return all.reduce((sum, one) => ({
    planned: sum.planned + one.planned,
    bought: sum.bought + one.bought,
    cancelled: sum.cancelled + one.cancelled,
    sells: sum.sells + one.sells,
    received: sum.received + one.received,
  }))
}

/** Bars are counted by account. One that met no ambiguous bar comes out the same under every model. */
function ambiguityOf(results: readonly RunResult[]): Ambiguity {
  const models = new Set(results.flatMap(({ ambiguity }) => Object.keys(ambiguity.finalEquity)))
  const under = (model: string): number =>
    results.reduce((sum, { ambiguity, finalEquity }) => sum + (ambiguity.finalEquity[model] ?? finalEquity), 0)
  return {
    model: results[0]!.ambiguity.model,
    bars: results.reduce((sum, { ambiguity }) => sum + ambiguity.bars, 0),
    fills: results.reduce((sum, { ambiguity }) => sum + ambiguity.fills, 0),
    finalEquity: Object.fromEntries([...models].map((model) => [model, under(model)])),
    range: {
      low: results.reduce((sum, { ambiguity }) => sum + ambiguity.range.low, 0),
      high: results.reduce((sum, { ambiguity }) => sum + ambiguity.range.high, 0),
    },
    trades: results.reduce((sum, { ambiguity }) => sum + ambiguity.trades, 0),
    pnl: results.reduce((sum, { ambiguity }) => sum + ambiguity.pnl, 0),
    profitShare: profitShareOf(results),
    detail: detailOf(results),
  }
}

/** Share of all profits and losses that hangs on ambiguous bars; null where there are none. */
function profitShareOf(results: readonly RunResult[]): number | null {
  const sizes = results.map(({ trades }) => trades.reduce((sum, { pnl }) => sum + Math.abs(pnl), 0))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const hanging = results.reduce((sum, { ambiguity }, i) => sum + (ambiguity.profitShare ?? 0) * sizes[i]!, 0)
  return all === 0 ? null : hanging / all
}

function detailOf(results: readonly RunResult[]): Ambiguity['detail'] {
  const all = results.flatMap(({ ambiguity }) => (ambiguity.detail === null ? [] : [ambiguity.detail]))
  if (all.length === 0) return null
  return all.reduce((sum, one) => ({
    timeframe: sum.timeframe,
    bars: sum.bars + one.bars,
    missing: sum.missing + one.missing,
    differing: sum.differing + one.differing,
  }))
}

function assumptionsOf(results: readonly RunResult[]): Assumption[] {
  const groups = grouped(
    results.map(({ assumptions }) => assumptions),
    ({ code, text }) => `${code}/${text}`,
  )
  return groups.map((group) => ({ ...group[0]!, count: group.reduce((sum, { count }) => sum + count, 0) }))
}
