/** One session over HTTP that is killed at a boundary again and again, and what the exchange says of it in the end. */

import { join } from 'node:path'
import { expect } from 'vitest'
import type { Folder } from '../cli/built.ts'
import { repositoryRoot } from '../support/shared.ts'
import { type ExchangeExport, expectOk, finished, openPractice, start } from './rehearsal.ts'

/** Boundaries of the journal and of sending, and at which of their passes a process dies, one process after the other. */
export const BOUNDARIES: Readonly<Record<string, readonly number[]>> = {
  'before-write': [2, 20, 45],
  'after-write': [2, 20, 45],
  'before-sync': [2, 15, 30],
  'after-sync': [2, 15, 30],
  'before-send': [1, 2, 2],
  'after-send': [1, 2, 2],
  'after-ack': [1, 2, 2],
  'before-fact': [1, 2, 3],
  'after-fact': [1, 2, 3],
  'before-decision': [5, 20, 20],
}

const SCRIPT = join(repositoryRoot, 'test/live/kill-child.mjs')

export interface Killed {
  readonly kills: number
  readonly seen: ExchangeExport
  readonly summary: { readonly state: string; readonly trades: number; readonly openOrders: number }
}

/** Throws where anything is doubled, lost or orphaned by the exchange's own account. */
export async function killAt(folder: Folder, trust: string, point: string, passes: readonly number[]): Promise<Killed> {
  const practice = await openPractice(folder)
  const session = `kill-${point}`
  let kills = 0
  try {
    for (const count of [...passes, 0]) {
      const words = [join(repositoryRoot, 'dist'), 'live.yaml', trust, practice.url, session, point, String(count)]
      const { code, signal, stderr, stdout } = await finished(start(folder, SCRIPT, words, practice.env))
      if (signal === 'SIGKILL') {
        kills += 1
        continue
      }
      expect(code, `${point} ${count}: ${stderr}`).toBe(0)
      // It got to the end before it could die: there is nothing left to kill.
      const summary = JSON.parse(stdout)
      const seen = await practice.export()
      judge(folder, session, seen, summary)
      return { kills, seen, summary }
    }
    throw new Error(`${point}: it never came to its end`)
  } finally {
    await practice.stop()
  }
}

function judge(folder: Folder, session: string, seen: ExchangeExport, summary: Killed['summary']): void {
  expect(summary).toMatchObject({ state: 'CLOSED', openOrders: 0 })
  // Every trade of the exchange is in the books, and no other.
  expect(summary.trades).toBe(seen.trades.length)
  // No order twice: each of ours once by its name.
  const names = seen.orders.map((order) => order['clientId'] ?? order['clOrdId'])
  expect(new Set(names).size).toBe(names.length)
  const verified = JSON.parse(expectOk(folder.tandem('verify', session, '--json')).stdout)
  expect(verified).toMatchObject({ identical: true, closed: true })
}
