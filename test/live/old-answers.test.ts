/**
 * Goal: "no such order" says how things were when it was asked for, however late it is read: an order that arrived while the
 * answer lay unread isn't given up. Method: the watcher on a clock of the test's, with an order whose sending had no answer.
 */

import { describe, expect, it } from 'vitest'
import { OrderType } from '../../engine/core/order.ts'
import type { SessionContext } from '../../engine/live/context.ts'
import type { JournalRecord, RecordKind } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import type { Sender } from '../../engine/live/sender.ts'
import { Watcher } from '../../engine/live/watcher.ts'

const SENT_MS = 1_000_000
const DEADLINE_MS = SENT_MS + 5_000
const KEY = { clientId: 'td1', venueId: null, symbol: 'BTC/USD' }

const THERE = { venueId: 'V1', clientId: KEY.clientId, status: 'open', filled: '0', placedMs: DEADLINE_MS }

/** Looks every two seconds; the answer to lookup number `stalled` is read `stallMs` after it was asked for. */
async function looked({ stalled, stallMs, looks }: { stalled: number; stallMs: number; looks: number }) {
  let now = SENT_MS
  let lookups = 0
  let isThere = false
  const notes: RecordKind[] = []
  const table = new OrderTable()
  const note = (kind: RecordKind, body: unknown): void => {
    notes.push(kind)
    table.apply({ kind, body } as JournalRecord)
  }
  const order = { id: 1, instrument: 0, side: 1, type: OrderType.limit, quantity: 5, limitPrice: 100, stopPrice: 0 }
  const rest = { quoteAmount: 0, purpose: 1, ocoGroup: 0, reduceOnly: false, decidedMs: 0, expiresMs: null, tag: null }
  note('INTENT', {
    op: 'submit',
    ...{ id: 1, leg: 0, clientId: KEY.clientId, order: { ...order, ...rest, answersIntrabar: false, terms: null } },
  })
  note('SEND', { op: 'submit', id: 1, leg: 0, atMs: SENT_MS, deadlineMs: DEADLINE_MS, quantity: '5' })
  note('UNKNOWN', { op: 'submit', id: 1, leg: 0, atMs: SENT_MS })
  const context = {
    environment: { nowMs: () => now, monotonicMs: () => now, after: () => ({ cancel() {} }) },
    patience: { callMs: 1e9, lagMs: 10_000, watchMs: 86_400_000 },
    instruments: [{ id: 0, symbol: 'BTC/USD', kind: 'spot' }],
    exchange: {
      lookup: async () => {
        lookups += 1
        const found = isThere ? [THERE] : []
        if (lookups === stalled) {
          now += stallMs
          isThere = true
        }
        return found
      },
      trades: async () => [],
      openOrders: async () => (isThere ? [THERE] : []),
    },
    gate: { outcome: () => {} },
    table,
    note,
    hear: () => notes.push('FACT'),
  }
  const sender = { keyOf: () => KEY, accepted: () => {} }
  const watcher = new Watcher(context as unknown as SessionContext, sender as unknown as Sender, SENT_MS)
  for (let look = 0; look < looks; look++) {
    now += 2_000
    await watcher.look()
  }
  return { notes: notes.slice(3), lookups }
}

describe('an order whose sending had no answer', () => {
  it('is kept where it arrived while "no such order" lay unread, and found at the next look', async () => {
    const { notes } = await looked({ stalled: 3, stallMs: 60_000, looks: 8 })
    expect(notes).not.toContain('REJECT')
    expect(notes).toContain('ACK')
  })

  it('is given up where it isn’t there long after it could have come', async () => {
    const { notes } = await looked({ stalled: -1, stallMs: 0, looks: 30 })
    expect(notes).toEqual(['REJECT', 'FACT'])
  })
})
