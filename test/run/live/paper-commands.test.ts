/**
 * Goal: a session on paper hears what an operator says, as one at an exchange does: halt, resume, close and stop files, over
 * restarts too. Method: sessions on a clock that jumps, commands left in their folder as `tandem halt` leaves them.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandKind } from '../../../engine/live/commands/command.ts'
import { answerTo, leaveCommand } from '../../../engine/live/commands/real-folder.ts'
import type { PublicExchange, VenueCandle } from '../../../engine/live/exchange.ts'
import { readJournal } from '../../../engine/live/journal-record.ts'
import { nodeFiles } from '../../../engine/live/node-files.ts'
import { JumpingClock } from '../../../engine/run/live/clocks.ts'
import type { FromBundle } from '../../../engine/run/live/from-bundle.ts'
import { onPaper } from '../../../engine/run/live/paper-live.ts'
import { type SessionPaths, sessionPaths } from '../../../engine/run/live/session-folder.ts'
import { verifySession } from '../../../engine/run/live/verify-session.ts'
import { bundleOf, MINUTE_MS, rowsOf } from './supervised.ts'

const FROM_MS = Date.UTC(2026, 2, 1, 9)
const MINUTES = 30
/** Waves: what buys at once is sold by the emergency rule, and buys again. */
const closes = Array.from({ length: MINUTES + 3 }, (_, k) => 100 - 0.5 * (k % 6))
const rows = rowsOf({ closes, fromMs: FROM_MS })

let folder: string
let bundle: FromBundle
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-paper-'))
  bundle = await bundleOf({ fromMs: FROM_MS }, folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Act = (paths: SessionPaths, nowMs: number) => void

/** One process of a session, from a minute to another; what is done at which minute. */
async function process(session: string, [from, to]: readonly [number, number], acts: Readonly<Record<number, Act>>) {
  let begun: () => void = () => {}
  let beginning: Promise<void> | null = new Promise((resolve) => {
    begun = () => {
      beginning = null
      resolve()
    }
  })
  const clock = new JumpingClock(FROM_MS + from * MINUTE_MS, () => beginning)
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
  clock.after((to - from) * MINUTE_MS, () => end.abort())
  // Next to each session of its own, so that a stop file of all sessions is the test's alone.
  const paths = sessionPaths(join(folder, session, 'own'))
  const said: string[] = []
  for (const [minute, act] of Object.entries(acts)) {
    clock.after((Number(minute) - from) * MINUTE_MS, () => act(paths, clock.nowMs()))
  }
  const done = onPaper(bundle, {
    ...{ store: join(folder, 'store'), runs: folder, session, market, environment: clock, paths, signal: end.signal },
    commandsMs: 5_000,
    log: (line) => {
      said.push(line)
      if (line.includes('rows so far')) begun()
    },
  }).finally(begun)
  return { summary: await clock.until(done), paths, said }
}

/** Leaves a command, and keeps its id for `answerTo`. */
function command(kind: CommandKind, symbol: string | null = null) {
  const left = { id: '' }
  const act: Act = ({ folder: session }, nowMs) => {
    left.id = leaveCommand(session, kind, symbol, nowMs)
  }
  return { left, act }
}

/** When each entry was filled, in minutes. */
function entries({ journal }: SessionPaths): number[] {
  const { records } = readJournal(nodeFiles.read(journal), journal)
  const fills = records.flatMap(({ kind, body }) => {
    const { trade } = body as { trade?: { side: number; atMs: number } }
    return kind === 'FACT' && trade !== undefined && trade.side > 0 ? [trade.atMs] : []
  })
  return fills.map((atMs) => (atMs - FROM_MS) / MINUTE_MS)
}

describe('a session on paper', () => {
  it('halts on command, says so, enters nothing, and goes on when it may', async () => {
    const [halt, resume] = [command('halt'), command('resume')]
    const { paths, said } = await process('halted', [0, MINUTES], { 8: halt.act, 20: resume.act })
    expect(answerTo(paths.folder, halt.left.id)).toMatch(/^halted; \d entries taken back$/)
    expect(answerTo(paths.folder, resume.left.id)).toBe('resumed (HALT_COMMAND); ACTIVE')
    const at = entries(paths)
    expect(at.filter((minute) => minute < 8).length).toBeGreaterThan(0)
    expect(at.filter((minute) => minute > 8 && minute < 20)).toEqual([])
    expect(at.filter((minute) => minute >= 20).length).toBeGreaterThan(0)
    expect(said.some((line) => line.endsWith('Z alarm HALTED: HALT_COMMAND: tandem halt'))).toBe(true)
    expect(await verifySession(paths)).toMatchObject({ identical: true })
  })

  it('is halted still after a restart, and hears what was said while it was down', async () => {
    const halt = command('halt')
    const { paths } = await process('over', [0, 10], { 8: halt.act })
    await process('over', [10.5, 18], {})
    expect(entries(paths).filter((minute) => minute > 8)).toEqual([])
    const id = leaveCommand(paths.folder, 'resume', null, FROM_MS + 18 * MINUTE_MS)
    await process('over', [18.5, MINUTES], {})
    expect(answerTo(paths.folder, id)).toBe('resumed (HALT_COMMAND); ACTIVE')
    expect(entries(paths).filter((minute) => minute >= 18).length).toBeGreaterThan(0)
  })

  it('closes a position, also when halted', async () => {
    const [halt, close] = [command('halt'), command('close', 'BTC/USD')]
    const held = await process('held', [0, 3], {})
    expect(Object.keys(held.summary.positions)).toEqual(['BTC/USD'])
    const { paths, summary } = await process('close', [0, 6], { 2.5: halt.act, 2.6: close.act })
    expect(answerTo(paths.folder, close.left.id)).toBe('closing at market')
    expect(summary.positions).toEqual({})
    const other = command('close', 'ETH/USD')
    await process('close', [6.5, 8], { 7: other.act })
    expect(answerTo(paths.folder, other.left.id)).toBe("ETH/USD isn't traded here")
  })

  it('halts by a stop file, its own or that of all sessions, and not before it is gone is it resumed', async () => {
    const resume = command('resume')
    const { paths, said } = await process('stopped', [0, 16], {
      8: ({ folder: session }) => writeFileSync(join(session, '..', 'STOP'), ''),
      12: resume.act,
    })
    expect(said.find((line) => line.includes('Z alarm HALTED: HALT_COMMAND: the stop file'))).toBeDefined()
    expect(answerTo(paths.folder, resume.left.id)).toBe('not resumed: remove the stop file first')
    expect(entries(paths).filter((minute) => minute > 8)).toEqual([])
  })
})
