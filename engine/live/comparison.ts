/** Compares the venue's books with ours, again and again, until what differs is certain or under way. */

import type { SessionContext } from './context.ts'
import { type Baseline, type Difference, differences } from './reconcile.ts'

/** Readings in a row that must find the same difference before it is believed, and the most; RULES F2 spaces them. */
const READINGS = 4
const MOST_READINGS = 12
/** What is under way is looked at again after this. */
export const UNDER_WAY_MS = 60_000

/**
 * Where they differ; null where the venue doesn't answer. Only what stays the same for longer than the venue's answers
 * may lag is believed: a difference that changes is something under way.
 */
export async function compareBooks(
  context: SessionContext,
  baseline: Baseline,
): Promise<readonly Difference[] | 'under way' | null> {
  const { decider, account, instruments, markets, patience } = context
  let before = ''
  let alike = 0
  let isLooked = true
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const venue = await account.read(patience.callMs).catch(() => null)
    if (venue === null) return null
    const books = { instruments, markets, held: (id: number) => decider.owned(id), cash: decider.cash, baseline }
    const found = differences(books, venue)
    if (found.length === 0) return found
    const now = JSON.stringify(found)
    alike = now === before && isLooked ? alike + 1 : 1
    before = now
    if (alike >= READINGS && !awaitsFees(context)) return found
    // Balances may lag behind trades, and trades may have come meanwhile.
    account.invalidate()
    const { looks } = context
    await context.settle()
    // Where trades aren't told at the moment, one of them may be the difference.
    isLooked = context.looks > looks
  }
  return 'under way'
}

/** Whether a fee is only estimated that the venue may still name: money can't be compared to the unit. */
function awaitsFees({ environment, table }: SessionContext): boolean {
  const sinceMs = environment.nowMs() - UNDER_WAY_MS
  return [...table.feeless.values()].some((atMs) => atMs > sinceMs)
}
