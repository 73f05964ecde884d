/**
 * Goal: whoever watches a session sees each fill, halt and loss of the venue in one line with its time, and nothing else;
 * never a secret. Method: sessions as `tandem live` runs them, at a simulated exchange on a clock that jumps.
 */

import { describe, expect, it } from 'vitest'
import { leaveCommand } from '../../../engine/live/commands/real-folder.ts'
import { ExchangeError } from '../../../engine/live/exchange.ts'
import { processRedactor } from '../../../engine/live/keys/redactor.ts'
import { supervised } from './supervised.ts'

const FROM_MS = Date.UTC(2026, 2, 1, 10)
const calm = (minutes: number): number[] => Array.from({ length: minutes }, (_, k) => 100 + (k % 3) * 0.1)
const SECRET = 'canary-of-the-lines-8f2a61c07d'

describe('lines of a running session', () => {
  it('its start, one a fill, its end with what it leaves behind; none for candles', async () => {
    await supervised({ closes: calm(8), fromMs: FROM_MS }, ({ lines, trades }) => {
      expect(trades).toBe(1)
      expect(lines).toEqual([
        expect.stringMatching(/^2026-03-01 10:00:\d\dZ .*watched: ACTIVE, 0 rows so far$/),
        expect.stringMatching(
          /^2026-03-01 10:0\d:\d\dZ fill BTC\/USD buy [\d.]+ at 100(\.\d+)?, fee [\d.]+ USD; entry, position now [\d.]+$/,
        ),
        expect.stringMatching(/^2026-03-01 10:09:\d\dZ closing: .*; holds [\d.]+ BTC\/USD$/),
      ])
    })
  })

  it('a halt, and at what it was halted for', async () => {
    const onMinute = (minute: number, { folder }: { folder: string }): void => {
      if (minute === 3) leaveCommand(folder, 'halt', null, FROM_MS)
    }
    await supervised({ closes: calm(6), fromMs: FROM_MS, onMinute }, ({ lines }) => {
      const halts = lines.filter((line) => line.includes('HALT'))
      expect(halts).toEqual([
        expect.stringMatching(/^2026-03-01 10:0\d:\d\dZ alarm HALTED: HALT_COMMAND: tandem halt$/),
      ])
    })
  })

  it('a venue that falls silent and comes back, once each, without what its errors tell', async () => {
    processRedactor.add(SECRET)
    let minute = -1
    const venue = (exchange: { trades(sinceMs: number): Promise<readonly never[]> }) => ({
      trades: async (sinceMs: number) => {
        if (minute < 3 || minute > 6) return await exchange.trades(sinceMs)
        throw new ExchangeError(`no answer to key=${SECRET}`, { kind: 'unknown', code: 'NETWORK' })
      },
    })
    const onMinute = (now: number): void => {
      minute = now
    }
    await supervised({ closes: calm(12), fromMs: FROM_MS, onMinute, venue: venue as never }, ({ lines, alerts }) => {
      const told = lines.filter((line) => line.includes('VENUE_'))
      expect(told).toEqual([
        expect.stringMatching(
          /^2026-03-01 10:0\d:\d\dZ warn VENUE_DOWN: \w+ doesn't answer for the account: no answer/,
        ),
        expect.stringMatching(/^2026-03-01 10:0\d:\d\dZ info VENUE_BACK: \w+ answers again$/),
      ])
      expect(JSON.stringify([lines, alerts])).not.toContain(SECRET)
    })
  })
})
