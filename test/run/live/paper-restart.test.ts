/**
 * Goal: a session on paper goes on after it was stopped or killed, as if it hadn't been: the same decisions and fills as
 * in one go. Method: one market, sessions of one and of several processes, on a clock that jumps.
 */

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PublicExchange, VenueCandle } from '../../../engine/live/exchange.ts'
import { JumpingClock } from '../../../engine/run/live/clocks.ts'
import type { FromBundle } from '../../../engine/run/live/from-bundle.ts'
import { onPaper } from '../../../engine/run/live/paper-live.ts'
import { sessionPaths } from '../../../engine/run/live/session-folder.ts'
import { verifySession } from '../../../engine/run/live/verify-session.ts'
import { bundleOf, MINUTE_MS, rowsOf } from './supervised.ts'

const FROM_MS = Date.UTC(2026, 2, 1, 9)
const MINUTES = 45
/** Waves: what buys at once is sold by the emergency rule, and buys again. */
const closes = Array.from({ length: MINUTES }, (_, k) => 100 - 0.5 * (k % 6))
const rows = rowsOf({ closes, fromMs: FROM_MS })

let folder: string
let bundle: FromBundle
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-paper-'))
  bundle = await bundleOf({ fromMs: FROM_MS }, folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One process, from a minute to another. */
async function process(session: string, fromMinute: number, toMinute: number) {
  let begun: () => void = () => {}
  let beginning: Promise<void> | null = new Promise((resolve) => {
    begun = () => {
      beginning = null
      resolve()
    }
  })
  const clock = new JumpingClock(FROM_MS + fromMinute * MINUTE_MS, () => beginning)
  const market: PublicExchange = {
    venue: 'kraken',
    markets: async () => [],
    serverTimeMs: async () => clock.nowMs(),
    status: async () => 'online',
    close: async () => {},
    candles: async (_, __, sinceMs) =>
      rows
        .filter(({ openMs }) => openMs >= sinceMs && openMs <= clock.nowMs())
        .map((row) => row.candles[0] as VenueCandle),
  }
  const end = new AbortController()
  clock.after((toMinute - fromMinute) * MINUTE_MS, () => end.abort())
  const paths = sessionPaths(join(folder, session))
  const done = onPaper(bundle, {
    ...{ store: join(folder, 'store'), runs: folder, session, market, environment: clock, paths, signal: end.signal },
    // Nobody says anything here.
    commandsMs: 60_000,
    log: (line) => {
      if (line.includes('rows so far')) begun()
    },
  }).finally(begun)
  return { summary: await clock.until(done), paths }
}

describe('a session on paper', () => {
  it('in several processes is what it is in one', async () => {
    const whole = await process('whole', 0, MINUTES - 5)
    expect(whole.summary.trades).toBeGreaterThan(8)
    await process('parts', 0, 10)
    const second = await process('parts', 10.5, 21)
    expect(second.summary.replayed).toMatchObject({ identical: second.summary.replayed!.decisions })
    // While nobody was there the market went on: those rows follow when it is started again.
    const last = await process('parts', 29, MINUTES - 5)
    expect(last.summary).toMatchObject({ rows: whole.summary.rows, digest: whole.summary.digest })
    expect(last.summary).toMatchObject({ trades: whole.summary.trades, equity: whole.summary.equity })
    const verified = await verifySession(last.paths)
    expect(verified).toMatchObject({ identical: true, writers: 3, digest: whole.summary.digest })
  })

  it('goes on behind a torn last line of its exchange, and refuses one that was changed', async () => {
    const { paths, summary } = await process('torn', 0, 12)
    appendFileSync(paths.exchange, '{"do":"look","at')
    const again = await process('torn', 12, 18)
    expect(again.summary.rows).toBeGreaterThan(summary.rows)
    const text = readFileSync(paths.exchange, 'utf8')
    expect(text).not.toContain('"at{')
    writeFileSync(paths.exchange, text.replace('"do"', '"d'))
    await expect(process('torn', 18, 20)).rejects.toThrow(/simulated exchange of this session is damaged/)
  })

  it('is refused with another bundle', async () => {
    const { paths } = await process('other', 0, 8)
    const journal = readFileSync(paths.journal)
    bundle = { ...bundle, hash: 'another' }
    await expect(process('other', 9, 12)).rejects.toThrow(/another bundle/)
    expect(readFileSync(paths.journal).equals(journal)).toBe(true)
  })
})
