/**
 * Goal: whoever watches a session sees what its journal says, however it is written and cut, in memory that doesn't grow
 * with it. Method: made-up journals whose writer keeps books of its own; a reader that meets them at every stage.
 */

import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Conditions } from '../../engine/live/safety/conditions.ts'
import { SAFETY_CODE } from '../../engine/live/safety/recall.ts'
import { SessionFold } from '../../engine/server/live/fold.ts'
import { ThinnedSeries } from '../../engine/server/live/series.ts'
import { LiveSessions, type SessionMessage } from '../../engine/server/live/sessions.ts'
import { Tail } from '../../engine/server/live/tail.ts'
import { JournalWriter } from '../support/journal-writer.ts'
import { openBench } from '../support/workbench.ts'

function runsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-live-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function written(rows: number): JournalWriter {
  const writer = new JournalWriter(runsFolder(), 's1')
  writer.open()
  for (let i = 0; i < rows; i++) writer.row()
  writer.flush()
  return writer
}

function readWhole(path: string): SessionFold {
  const fold = new SessionFold()
  const tail = new Tail(path, { line: (text) => fold.line(text), reset: () => undefined })
  while (tail.look());
  return fold
}

describe('a session as its journal tells it', () => {
  it('comes to the writer’s own books, digest and chain', () => {
    const writer = written(500)
    const fold = readWhole(writer.path)
    expect(fold.records).toBe(writer.records)
    expect(fold.rows).toBe(500)
    expect([fold.head, fold.brokenAt]).toEqual([writer.headHash, null])
    expect(fold.decisions).toEqual({ count: 1000, digest: writer.digest })
    expect(fold.fills).toBe(writer.fills)
    expect(fold.cash).toBeCloseTo(writer.cash, 6)
    expect(fold.equityNow).toBeCloseTo(writer.equity, 6)
    expect(fold.openOrders).toBe(0)
    expect(fold.refusals.get('MAX_POSITION')).toBeGreaterThan(5)
    expect(fold.positions.map(({ quantity }) => quantity)).toEqual(writer.held.filter((held) => held !== 0))
    expect(fold.facts).toMatchObject({
      account: 'test_user',
      venue: 'kraken',
      mode: 'paper',
      epoch: 1,
      timeframeMs: 3_600_000,
    })
    expect(fold.state).toBe('active')
  })

  it('follows halt, resume, recovery and close; doubt lasts until it is settled', () => {
    const writer = new JournalWriter(runsFolder(), 's1')
    writer.open()
    writer.record('SEND', { op: 'submit', id: 1, leg: 0, atMs: 1 })
    writer.record('UNKNOWN', { op: 'submit', id: 1, leg: 0, atMs: 2, code: 'TIMEOUT' })
    const at = () => {
      writer.flush()
      const { state, haltReason, unknown, openOrders, facts } = readWhole(writer.path)
      return { state, haltReason, unknown, openOrders, epoch: facts.epoch }
    }
    expect(at()).toEqual({ state: 'active', haltReason: null, unknown: 1, openOrders: 1, epoch: 1 })
    writer.record('ACK', { op: 'submit', id: 1, leg: 0, atMs: 3, venueId: 'v' })
    writer.record('HALT', { code: 'UNEXPLAINED', text: 'books differ', atMs: 4 })
    expect(at()).toEqual({ state: 'halted', haltReason: 'books differ', unknown: 0, openOrders: 1, epoch: 1 })
    writer.open(2)
    writer.record('RESUME', { who: 'someone', atMs: 5 })
    writer.record('ENDED', { op: 'submit', id: 1, leg: 0, atMs: 5, filled: '0' })
    expect(at()).toEqual({ state: 'active', haltReason: null, unknown: 0, openOrders: 0, epoch: 2 })
    writer.record('CLOSE', { reason: 'asked to', atMs: 6 })
    expect(at().state).toBe('closed')
  })

  it('follows what the safety around it says: halted by the operator, over a restart, until somebody resumes', () => {
    const writer = new JournalWriter(runsFolder(), 's1')
    const conditions = new Conditions((event) => writer.record('ASSUMED', { code: SAFETY_CODE, event }))
    const raise = (key: string, level: 'HALTED' | 'REDUCING', latched: boolean) =>
      conditions.raise({ key, level, why: `because of ${key}`, sinceMs: 1, latched })
    const seen: string[] = []
    const look = () => {
      writer.flush()
      const { state, haltReason } = readWhole(writer.path)
      seen.push(haltReason === null ? state : `${state} ${haltReason}`)
    }
    writer.open()
    raise('STALE_FEED', 'REDUCING', false)
    look()
    raise('HALT_COMMAND', 'HALTED', true)
    writer.record('ASSUMED', {
      code: SAFETY_CODE,
      event: { kind: 'command', id: '1-a', what: 'halt', answer: 'halted; 0 entries taken back' },
    })
    look()
    writer.open(2)
    writer.record('RESUME', { who: 'recovery', atMs: 5 })
    look()
    conditions.resume('tandem resume')
    look()
    // What stopped the session itself is lifted by the same word.
    raise('UNEXPLAINED', 'HALTED', true)
    writer.record('HALT', { code: 'UNEXPLAINED', text: 'books differ', atMs: 4 })
    look()
    conditions.resume('tandem resume')
    look()
    expect(seen).toEqual([
      'reducing because of STALE_FEED',
      'halted because of HALT_COMMAND',
      'halted because of HALT_COMMAND',
      'active',
      'halted books differ',
      'active',
    ])
    const candle = (event: unknown) => writer.record('ASSUMED', { code: 'CANDLE', event })
    candle({ kind: 'row', openMs: 1, lateMs: 2, late: [] })
    candle({ kind: 'row', openMs: 1, lateMs: 2, late: ['ETH/USD'] })
    candle({ kind: 'bad', symbol: 'BTC/USD', openMs: 1, why: 'its high is below its low' })
    writer.flush()
    const words = readWhole(writer.path)
      .eventsAfter(-1)
      .map(({ text }) => text)
    expect(words).toContain('halted: because of HALT_COMMAND')
    expect(words).toContain('told to halt: halted; 0 entries taken back')
    // A row that came whole is no event.
    expect(words.slice(-2)).toEqual([
      'decided without the candle of ETH/USD',
      "a candle of BTC/USD can't be right: its high is below its low",
    ])
  })

  it('a record that was changed, dropped or put in shows, and the rest is still told', () => {
    const writer = written(20)
    const lines = readFileSync(writer.path, 'utf8').split('\n')
    const broken = (changed: readonly string[]) => {
      writeFileSync(writer.path, changed.join('\n'))
      return readWhole(writer.path).brokenAt
    }
    expect(broken(lines.filter((_, i) => i !== 7))).toBe(7)
    expect(broken([...lines.slice(0, 9), 'no record', ...lines.slice(9)])).toBe(9)
    expect(broken([...lines.slice(0, 5), lines[4]!, ...lines.slice(5)])).toBe(5)
  })

  it('kinds and bodies that nobody knows do no harm', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ kind: fc.constantFrom('OPEN', 'INPUT', 'FACT', 'INTENT', 'HALT', 'X'), body: fc.jsonValue() }),
        ),
        (all) => {
          const fold = new SessionFold()
          for (const [seq, { kind, body }] of all.entries()) {
            fold.line(JSON.stringify({ seq, kind, body, prev: '', hash: '' }))
          }
          expect(fold.records).toBe(all.length)
          expect(Number.isFinite(fold.cash)).toBe(true)
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })
})

describe('reading while it grows', () => {
  it('whatever is there of a line, each is told once and whole', () => {
    const writer = written(60)
    const bytes = readFileSync(writer.path)
    const path = `${writer.path}.copy`
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 60 }), (steps) => {
        writeFileSync(path, '')
        const lines: string[] = []
        const tail = new Tail(path, { line: (text) => lines.push(text), reset: () => lines.splice(0) })
        let at = 0
        for (const step of [...steps, bytes.length]) {
          appendFileSync(path, bytes.subarray(at, Math.min(bytes.length, at + step)))
          at = Math.min(bytes.length, at + step)
          while (tail.look());
        }
        expect(`${lines.join('\n')}\n`).toBe(bytes.toString('utf8'))
        expect(tail.bytes).toBe(bytes.length)
      }),
      { seed: 6, numRuns: 60 },
    )
  })

  it('a torn end that is cut away and written over, and a file that is replaced', () => {
    const writer = written(30)
    const path = writer.path
    let fold = new SessionFold()
    const tail = new Tail(path, {
      line: (text) => fold.line(text),
      reset: () => {
        fold = new SessionFold()
      },
    })
    const good = statSync(path).size
    appendFileSync(path, '{"body":{"torn":')
    tail.look()
    expect(fold.records).toBe(writer.records)
    truncateSync(path, good)
    writer.record('TORN', { bytes: 16 })
    writer.flush()
    tail.look()
    expect([fold.records, fold.brokenAt, fold.head]).toEqual([writer.records, null, writer.headHash])
    copyFileSync(path, `${path}.other`)
    truncateSync(`${path}.other`, readFileSync(path, 'utf8').split('\n').slice(0, 5).join('\n').length + 1)
    renameSync(`${path}.other`, path)
    tail.look()
    expect([fold.records, fold.brokenAt]).toEqual([5, null])
  })
})

describe('a series that is thinned', () => {
  it('never exceeds its limit, keeps the first point and ends with the newest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 4, max: 50 }), (count, most) => {
        const series = new ThinnedSeries(most)
        for (let i = 0; i < count; i++) series.push(i, i)
        const kept = series.since(0)
        expect(kept.length).toBeLessThanOrEqual(most)
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(most / 2)))
        expect(kept[0]?.timeMs).toBe(count === 0 ? undefined : 0)
        expect(series.last?.timeMs).toBe(count === 0 ? undefined : count - 1)
        const gaps = new Set(kept.slice(1).map(({ timeMs }, i) => timeMs - kept[i]!.timeMs))
        expect(gaps.size).toBeLessThanOrEqual(1)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

/** Bytes that can't be freed, after everything that can has been. */
function retained(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

describe('watching', () => {
  it('a page that is told changes comes to what a new one is told; memory stays flat over 15,000 records', async () => {
    const runs = runsFolder()
    const writer = new JournalWriter(runs, 's1')
    writer.open()
    writer.flush()
    const sessions = new LiveSessions(runs, () => writer.nowMs)
    onTestFinished(() => sessions.close())
    const page = {
      points: [] as number[],
      events: [] as number[],
      messages: 0,
      equity: 0 as number | null,
      digest: '' as string | null,
    }
    const told = new Promise<void>((done) => {
      const take = (message: SessionMessage): void => {
        page.messages++
        if (message.kind === 'trouble') throw new Error(message.data.text)
        const anew = message.kind === 'snapshot' || message.data.pointsAnew
        const points = message.data.points.map(({ timeMs }) => timeMs)
        page.points = anew ? points : [...page.points, ...points]
        page.events = [...page.events, ...message.data.events.map(({ seq }) => seq)].slice(-200)
        page.equity = message.data.equity
        page.digest = message.data.decisions.digest
        if (message.data.state === 'closed') done()
      }
      onTestFinished(sessions.watch('s1', take))
    })
    const write = async (records: number): Promise<void> => {
      while (writer.records < records) {
        for (let i = 0; i < 100; i++) writer.row()
        writer.flush()
        await sessions.snapshot('s1')
      }
    }
    await write(5_000)
    const before = retained()
    const bytes = statSync(writer.path).size
    await write(20_000)
    const grown = retained() - before
    expect(statSync(writer.path).size - bytes).toBeGreaterThan(4_500_000)
    expect(grown).toBeLessThan(1_500_000)
    writer.record('CLOSE', { reason: 'the end', atMs: writer.nowMs })
    writer.flush()
    await told
    const fresh = await sessions.snapshot('s1')
    expect(page.points).toEqual(fresh.points.map(({ timeMs }) => timeMs))
    expect(page.points.length).toBeLessThanOrEqual(1500)
    expect([page.equity, page.digest]).toEqual([fresh.equity, writer.digest])
    expect(page.events).toEqual([...new Set(page.events)].sort((a, b) => a - b))
  })

  it('over HTTP: the list, one session, its stream, the account behind it', async () => {
    const bench = await openBench({ now: () => 1_700_000_000_000 })
    onTestFinished(() => bench.close())
    const writer = new JournalWriter(bench.runs, 's1')
    writer.open()
    for (let i = 0; i < 50; i++) writer.row()
    writer.flush()
    mkdirSync(join(bench.runs, 'live', 'no-session'))
    const { sessions } = await bench.json<{ sessions: { id: string; state: string }[] }>('GET', '/live')
    expect(sessions.map(({ id, state }) => [id, state])).toEqual([['s1', 'active']])
    const { accounts } = await bench.json<{ accounts: Record<string, number>[] }>('GET', '/accounts')
    expect(accounts).toHaveLength(1)
    expect(accounts[0]).toMatchObject({
      account: 'test_user',
      venue: 'kraken',
      session: 's1',
      mode: 'paper',
      connected: true,
    })
    expect(accounts[0]!['available']! + accounts[0]!['locked']!).toBeCloseTo(accounts[0]!['totalEquity']!, 8)
    expect((await bench.ask('GET', '/api/v1/live/absent/events')).status).toBe(404)
    const first = await new Promise<string>((resolve, reject) => {
      const headers = { cookie: bench.cookie, host: `127.0.0.1:${bench.port}` }
      const asked = get(
        { host: '127.0.0.1', port: bench.port, path: '/api/v1/live/s1/events', headers },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part
            const data = /^event: snapshot\ndata: (.*)\n\n/m.exec(text)
            if (data === null) return
            asked.destroy()
            resolve(data[1]!)
          })
        },
      )
      asked.on('error', reject)
    })
    expect(JSON.parse(first)).toMatchObject({
      id: 's1',
      decisions: { digest: writer.digest },
      health: { records: writer.records },
    })
  })
})
