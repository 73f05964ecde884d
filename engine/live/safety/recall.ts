/** What held when a session ended, from its journal: a halt outlives the process that was told of it. */

import type { JournalRecord } from '../journal-record.ts'
import type { Condition, ConditionsSnapshot, SafetyEvent, SymbolCondition } from './conditions.ts'
import type { Start } from './starts.ts'

/** Under this code a session's journal keeps safety events (kind ASSUMED). */
export const SAFETY_CODE = 'SAFETY'

/** Latched conditions that nobody has lifted; those with a cause of their own come back by themselves. */
export function latchedConditions(records: readonly JournalRecord[]): ConditionsSnapshot {
  const held = new Map<string, Condition>()
  const symbols = new Map<string, SymbolCondition>()
  for (const event of safetyEvents(records)) {
    if (event.kind === 'raised') held.set(event.condition.key, event.condition)
    else if (event.kind === 'cleared') held.delete(event.condition.key)
    else if (event.kind === 'symbol-raised') symbols.set(idOf(event.condition), event.condition)
    else if (event.kind === 'symbol-cleared') symbols.delete(idOf(event.condition))
  }
  const latched = <T extends { readonly latched: boolean }>(all: Iterable<T>): T[] =>
    [...all].filter((one) => one.latched)
  return { conditions: latched(held.values()), symbols: latched(symbols.values()) }
}

/** Starts of the session so far, and whether each came to its end in good order. */
export function startsOf(records: readonly JournalRecord[]): Start[] {
  const starts: { atMs: number; ended: boolean }[] = []
  for (const { kind, body } of records) {
    if (kind === 'OPEN') starts.push({ atMs: (body as { atMs: number }).atMs, ended: false })
    else if (kind === 'CLOSE' && starts.length > 0) starts.at(-1)!.ended = true
  }
  return starts
}

function* safetyEvents(records: readonly JournalRecord[]): Generator<SafetyEvent> {
  for (const { kind, body } of records) {
    const { code, event } = body as { code?: string; event?: SafetyEvent }
    if (kind === 'ASSUMED' && code === SAFETY_CODE && event !== undefined) yield event
  }
}

function idOf({ key, symbol }: SymbolCondition): string {
  return `${key} ${symbol}`
}
