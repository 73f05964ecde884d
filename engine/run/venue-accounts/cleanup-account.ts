/** A cleanup of a live account (RULES D3): the same steps and the same plan as in simulation, each call journaled. */

import { toDec } from '../../core/dec.ts'
import { type Environment, pause } from '../../live/environment.ts'
import { ExchangeError, type VenueOrder } from '../../live/exchange.ts'
import { type CleanupStep, cleanupSteps, cleanupText } from '../../rules/cleanup.ts'
import { CleanupPlan, type CleanupResult } from '../../rules/cleanup-plan.ts'
import type { PlanCommand, PlanFact } from '../../rules/plan.ts'
import { CLEANUP } from '../../rules/presets.ts'
import { forgetting, type RememberedAccount, recall, remember } from './account-state.ts'
import type { VenueAccount } from './accounts-file.ts'
import { type AccountLook, lookAt } from './look.ts'
import type { OpenedAccount } from './open.ts'
import { beginOperation } from './operation-journal.ts'
import { OperationSender } from './sender.ts'

export interface AccountCleanup {
  readonly account: string
  readonly venue: string
  readonly dryRun: boolean
  readonly atMs: number
  /** The plan, one line a step. */
  readonly plan: readonly string[]
  /** Steps to carry out: without them there was nothing to do. */
  readonly steps: number
  /** Of those, how many the venue or the wire didn't let happen. Dust that can't be sold is no failure. */
  readonly failures: number
  /** Null for a dry run. */
  readonly result: CleanupResult | null
  /** Of the operation; null for a dry run and where there was nothing to do. */
  readonly journal: string | null
}

export interface CleanupParts extends Pick<OpenedAccount, 'exchange' | 'environment' | 'timeScale'> {
  readonly account: VenueAccount
  readonly runs: string
  readonly dryRun: boolean
  /** Told the plan before anything is sent. */
  readonly onPlan: (lines: readonly string[]) => void
}

/** Safe to repeat: a second one finds what the first one couldn't do, or nothing. */
export async function cleanUpAccount(parts: CleanupParts): Promise<AccountCleanup> {
  const { account, exchange, environment, runs, dryRun } = parts
  const { symbols, known } = knownSymbols(account, recall(runs, account.id))
  const look = await lookAt({ ...account, symbols }, exchange, environment.nowMs(), known)
  const steps = stepsFor(look, known)
  const plan = cleanupText(steps)
  const notes = steps.filter(({ kind }) => kind === 'note').length
  const todo = steps.length - notes
  const report = { account: account.id, venue: account.venue, dryRun, atMs: look.atMs, plan, steps: todo, failures: 0 }
  parts.onPlan(plan)
  if (dryRun || todo === 0) {
    const problems = new CleanupPlan(steps, 0).result?.problems ?? []
    return { ...report, result: dryRun ? null : { cancelled: 0, sold: 0, purged: [], problems }, journal: null }
  }
  const journal = beginOperation(runs, 'cleanup', account.id, look.atMs)
  journal.commit('INTENT', { op: 'plan', lines: plan })
  try {
    const sender = new OperationSender({ ...parts, journal, account: account.id })
    const cleanup = new CleanupPlan(steps, CLEANUP.betweenCallsMs)
    await drive(cleanup, environment, (command) => carryOut(command, sender, look, runs))
    journal.note('RECONCILE', cleanup.result)
    const failures = cleanup.result!.problems.length - notes
    return { ...report, failures, result: cleanup.result, journal: journal.path }
  } finally {
    journal.close()
  }
}

/** Dust is what lies about; a leveraged position is somebody's intent. */
function stepsFor({ holdings, openOrders }: AccountLook, known: readonly string[]): readonly CleanupStep[] {
  return cleanupSteps(CLEANUP, {
    openOrderIds: openOrders.map(({ venueId }) => venueId),
    positions: holdings.filter(({ position }) => position === null),
    known,
    listed: new Set(holdings.filter(({ isListed }) => isListed).map(({ instrument }) => instrument.symbol)),
  })
}

/** Gives the plan's commands one after the other as they fall due. */
async function drive(
  plan: CleanupPlan,
  environment: Environment,
  answer: (command: PlanCommand) => Promise<PlanFact>,
): Promise<void> {
  while (!plan.done) {
    const waitMs = plan.dueMs - environment.nowMs()
    if (waitMs > 0) await pause(environment, waitMs)
    for (const command of plan.next(environment.nowMs())) plan.onFact(await answer(command))
  }
}

async function carryOut(
  command: PlanCommand,
  sender: OperationSender,
  look: AccountLook,
  runs: string,
): Promise<PlanFact> {
  const { id } = command
  try {
    if (command.kind === 'cancel') {
      const order = look.openOrders.find(({ venueId }) => venueId === command.venueOrderId) as VenueOrder
      const refused = await sender.cancel(order)
      return refused === null ? { kind: 'done', id } : { kind: 'failed', id, reason: refused }
    }
    if (command.kind === 'purge') {
      remember(runs, look.account.id, forgetting(command.symbol))
      return { kind: 'done', id }
    }
    if (command.kind === 'buy') return { kind: 'failed', id, reason: 'a cleanup buys nothing' }
    return await sell(command, sender, look)
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return { kind: 'failed', id, reason: error.message }
  }
}

async function sell(
  { id, instrument: meant, quantity }: Extract<PlanCommand, { kind: 'sell' }>,
  sender: OperationSender,
  { holdings }: AccountLook,
): Promise<PlanFact> {
  const { instrument, price } = holdings.find((one) => one.instrument.id === meant)!
  const result = await sender.market({ instrument, side: -1, quantity, reduceOnly: true, leverage: 1, price })
  if (result.kind === 'filled') {
    return { kind: 'fill', id, quantity: result.quantity, net: toDec(result.value - result.fee), complete: true }
  }
  const reason = result.kind === 'unknown' ? `outcome unknown: ${result.reason}` : result.reason
  return { kind: 'failed', id, reason }
}

/** Symbols that our own state has of the account, configured ones and those it held when it was last looked at. */
function knownSymbols(
  { symbols }: VenueAccount,
  { figures, purged }: RememberedAccount,
): { readonly symbols: string[]; readonly known: string[] } {
  const isKept = (one: string): boolean => !purged.includes(one)
  const held = (figures?.positions ?? []).map(({ symbol }) => symbol)
  return { symbols: symbols.filter(isKept), known: [...new Set([...symbols, ...held])].filter(isKept) }
}
