/** Goal: a halt survives a restart, what cleared doesn't come back, and starts are counted from the journal. */

import { describe, expect, it } from 'vitest'
import { type JournalRecord, makeRecord, NO_HASH, type RecordKind } from '../../../engine/live/journal-record.ts'
import type { SafetyEvent } from '../../../engine/live/safety/conditions.ts'
import { latchedConditions, SAFETY_CODE, startsOf } from '../../../engine/live/safety/recall.ts'
import { makeGate } from './support.ts'

const record = (kind: RecordKind, body: unknown): JournalRecord => makeRecord(NO_HASH, 0, kind, body).record
const journaled = (events: readonly SafetyEvent[]): JournalRecord[] =>
  events.map((event) => record('ASSUMED', { code: SAFETY_CODE, event }))

describe('after a restart', () => {
  it('what was latched holds again, and only that', () => {
    const { gate, conditions, events } = makeGate()
    gate.halt('HALT_COMMAND', 'tandem halt')
    conditions.raise({ key: 'STALE x', level: 'REDUCING', why: 'old', sinceMs: 1, latched: false })
    for (const code of ['A', 'A', 'A']) gate.outcome('BTC/USD', 'rejected', code)
    const snapshot = latchedConditions([record('OPEN', { atMs: 1 }), ...journaled(events)])
    expect(snapshot.conditions.map(({ key }) => key)).toEqual(['HALT_COMMAND'])
    expect(snapshot.symbols.map(({ key, symbol }) => `${key} ${symbol}`)).toEqual(['EQUAL_REJECTS BTC/USD'])
    const next = makeGate()
    next.conditions.restore(snapshot)
    expect(next.gate.state).toBe('HALTED')
    conditions.resume('me')
    expect(latchedConditions(journaled(events))).toEqual({ conditions: [], symbols: [] })
  })

  it('starts without an end are crashes', () => {
    const records = [
      record('OPEN', { atMs: 1 }),
      record('CLOSE', {}),
      record('OPEN', { atMs: 2 }),
      record('OPEN', { atMs: 3 }),
    ]
    expect(startsOf(records)).toEqual([
      { atMs: 1, ended: true },
      { atMs: 2, ended: false },
      { atMs: 3, ended: false },
    ])
  })
})
