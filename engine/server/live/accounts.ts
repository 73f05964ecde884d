/**
 * Accounts as the journals of their sessions tell them (RULES A2): the latest session of each account and venue. What a
 * journal doesn't tell is null, never 0; an account whose journal has stopped growing is shown with its age.
 */

import type { ShownPosition } from './books.ts'
import type { Snapshot } from './view.ts'

export interface AccountState {
  readonly account: string
  readonly venue: string
  readonly session: string
  readonly mode: string | null
  readonly connected: boolean
  /** Cash and positions at the last close. */
  readonly totalEquity: number | null
  readonly available: number | null
  readonly locked: number | null
  readonly positions: readonly ShownPosition[]
  readonly updatedMs: number | null
  readonly ageMs: number | null
}

/** A session that closed a row later than this many timeframes ago isn't connected. */
const ROWS_LATE = 2.5

/** The latest session first; earlier ones of the same account are left out. */
export function accountStates(sessions: readonly Snapshot[]): AccountState[] {
  const found = new Map<string, AccountState>()
  for (const session of sessions) {
    const { account, venue } = session.facts
    if (account === null || venue === null) continue
    const key = JSON.stringify([account, venue])
    if (!found.has(key)) found.set(key, stateOf(session, account, venue))
  }
  return [...found.values()]
}

function stateOf(session: Snapshot, account: string, venue: string): AccountState {
  const { health, equity, positions, cash, facts } = session
  const isSpot = positions.every(({ symbol, quantity }) => !symbol.includes(':') && quantity > 0)
  const late = health.lastRowMs === null ? null : health.nowMs - health.lastRowMs
  const isLate = late === null || facts.timeframeMs === null || late > ROWS_LATE * facts.timeframeMs
  return {
    account,
    venue,
    session: session.id,
    mode: facts.mode,
    connected: session.state !== 'closed' && !isLate,
    totalEquity: equity,
    // With leverage what is free is the venue's word, which a journal doesn't have.
    available: isSpot && equity !== null ? cash : null,
    locked: isSpot && equity !== null ? equity - cash : null,
    positions,
    updatedMs: health.changedMs,
    ageMs: health.changedMs === null ? null : health.nowMs - health.changedMs,
  }
}
