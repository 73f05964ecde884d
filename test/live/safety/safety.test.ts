/** Goal: all of a session's safety together: what happens reaches the gate, the journal and the alerts, and no secret does. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Alert } from '../../../engine/live/alerts/alert.ts'
import { AlertDispatcher } from '../../../engine/live/alerts/dispatcher.ts'
import { answerTo, leaveCommand, realCommandFolder } from '../../../engine/live/commands/real-folder.ts'
import { ExchangeError, type ExchangePort } from '../../../engine/live/exchange.ts'
import { makeRecord, NO_HASH } from '../../../engine/live/journal-record.ts'
import { processRedactor } from '../../../engine/live/keys/redactor.ts'
import { Safety, type SafetyRecord } from '../../../engine/live/safety/safety.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'
import { account, LIMITS, order, outgoing } from './support.ts'

const CANARY = 'canary/secret+0123456789=='
const MINUTE_MS = 60_000

function make() {
  const root = mkdtempSync(join(tmpdir(), 'tandem-safety-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, 's1')
  mkdirSync(folder)
  const environment = new VirtualEnvironment(Date.UTC(2026, 0, 5))
  const state = { offsetMs: 0, freeBytes: 1e9, timeFails: false, switchFails: false }
  const words: number[] = []
  const exchange = {
    abilities: { cancelAllAfter: true },
    serverTimeMs: async () => {
      if (state.timeFails) throw new Error(`no time for ${CANARY}`)
      return environment.nowMs() + state.offsetMs + 1
    },
    cancelAllAfter: async (ms: number) => {
      words.push(ms)
      if (state.switchFails) throw new Error(`refused ${CANARY}`)
    },
    submit: async () => {
      throw new ExchangeError('no', { kind: 'rejected', code: 'X', venueText: `bad signature of ${CANARY}` })
    },
  } as unknown as ExchangePort
  processRedactor.add(CANARY)
  const got: Alert[] = []
  const failures: string[] = []
  const alerts = new AlertDispatcher({
    environment,
    session: 's1',
    channels: [{ name: 'test', send: async (alert) => void got.push(alert) }],
    redactor: processRedactor,
    failed: (_, text) => failures.push(text),
  })
  const records: SafetyRecord[] = []
  const done: string[] = []
  const stalls: number[] = []
  const safety = new Safety({
    environment,
    exchange,
    limits: LIMITS,
    symbols: ['BTC/USD'],
    timeframeMs: MINUTE_MS,
    alerts,
    stopsAttached: false,
    disk: { freeBytes: () => state.freeBytes, keepReserve: () => {}, releaseReserve: () => true },
    commands: realCommandFolder(folder),
    operations: {
      cancelEntries: async () => {
        done.push('cancelled')
        return 'one entry cancelled'
      },
      close: async (symbol) => {
        done.push(`closed ${symbol}`)
        return `${symbol} is flat`
      },
    },
    stalled: ({ ms }) => stalls.push(ms),
    record: (event) => records.push(event),
    silenceMs: 600_000,
  })
  safety.gate.marked(environment.nowMs(), 1000)
  const alive = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      await environment.run(MINUTE_MS)
      safety.confirmed('BTC/USD', environment.nowMs())
    }
  }
  return { folder, environment, state, words, got, failures, records, done, stalls, safety, alive }
}

describe('a session kept safe', () => {
  it('a quiet hour raises nothing', async () => {
    const { safety, got, records, alive, environment } = make()
    await safety.start()
    await safety.listen()
    await alive(61)
    await safety.stop()
    expect([got, records, safety.gate.state, environment.timers]).toEqual([[], [], 'ACTIVE', 0])
  })

  it('tandem halt is in force within a second, journaled, and wakes somebody', async () => {
    const { folder, environment, safety, got, records, done } = make()
    await safety.start()
    await safety.listen()
    const id = leaveCommand(folder, 'halt', null, environment.nowMs())
    await environment.run(1000)
    expect(safety.gate.check(order(), account({ nowMs: environment.nowMs() }))).toMatchObject({ code: 'STATE_HALTED' })
    expect([answerTo(folder, id), done]).toEqual(['halted; one entry cancelled', ['cancelled']])
    expect(got).toMatchObject([{ level: 'alarm', code: 'HALTED', text: 'HALT_COMMAND: tandem halt' }])
    expect(records.map(({ kind }) => kind)).toEqual(['command', 'raised', 'command'])
    const close = leaveCommand(folder, 'close', 'BTC/USD', environment.nowMs())
    await environment.run(1000)
    expect(answerTo(folder, close)).toBe('BTC/USD is flat')
  })

  it('what was commanded while it was down holds before anything is sent', async () => {
    const { folder, environment, safety } = make()
    leaveCommand(folder, 'halt', null, environment.nowMs())
    await safety.start()
    await safety.listen()
    expect(safety.gate.state).toBe('HALTED')
  })

  it('clock, disk, age, silence and stall: each is noticed, told, and over when it is over', async () => {
    const { environment, state, safety, got, stalls, alive } = make()
    state.offsetMs = 1500
    await safety.start()
    await safety.listen()
    expect(safety.gate.state).toBe('HALTED')
    state.offsetMs = 0
    environment.stall(7000)
    await alive(1)
    expect([safety.gate.state, stalls]).toEqual(['ACTIVE', [6000]])
    state.freeBytes = 1e6
    await alive(1)
    expect(safety.gate.state).toBe('REDUCING')
    state.freeBytes = 1e9
    await alive(1)
    expect(safety.gate.state).toBe('ACTIVE')
    await environment.run(1.5 * MINUTE_MS + 2000)
    expect(safety.gate.state).toBe('REDUCING')
    await environment.run(11 * MINUTE_MS)
    await alive(2)
    expect(safety.gate.state).toBe('ACTIVE')
    const codes = [...new Set(got.map(({ code, level }) => `${level} ${code}`))]
    expect(codes).toEqual([
      'alarm HALTED',
      'warn CLOCK_OFFSET',
      'warn STALLED',
      'info CLEARED',
      'warn REDUCING',
      'alarm SILENT',
      'info HEARD',
    ])
  })

  it("the dead man's switch follows what rests", async () => {
    const { safety, words, environment, alive } = make()
    await safety.start()
    await safety.listen()
    safety.resting({ entries: 1, protective: 0 })
    await environment.run(25_000)
    safety.resting({ entries: 0, protective: 1 })
    await alive(1)
    expect(words).toEqual([60_000, 60_000, 0])
  })

  it('no canary in any alert, record or error, whatever fails', async () => {
    const { safety, state, environment, got, records, failures, folder } = make()
    state.timeFails = true
    state.switchFails = true
    await safety.start()
    await safety.listen()
    safety.resting({ entries: 1, protective: 0 })
    safety.trouble('FEED_DOWN', `GET https://venue.test/?key=${encodeURIComponent(CANARY)} failed`)
    safety.trouble('FEED_GAP', `a hole, says ${CANARY}`)
    safety.gate.halt('JOURNAL', `it can't be written: ${CANARY}`)
    leaveCommand(folder, 'close', `${CANARY}`, environment.nowMs())
    await environment.run(60_000)
    safety.gate.check(order(), account())
    const error = await safety.exchange.submit(outgoing()).catch((one: unknown) => one)
    const lines = [...records, { error: String(error) }].map((body) => makeRecord(NO_HASH, 0, 'HALT', body).line)
    const everything = [JSON.stringify(got), ...failures, ...lines].join('\n')
    expect(got.length).toBeGreaterThan(4)
    expect(everything).toContain('[redacted]')
    for (const form of [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64')]) {
      expect(everything).not.toContain(form)
    }
  })
})
