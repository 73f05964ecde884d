/** Goal: an operator's word reaches a session within a second, once, in any state, and over a crash. */

import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { commandHandler, stopFileHandler } from '../../../engine/live/commands/apply.ts'
import { COMMAND_KINDS, type Command, commandFileName, commandFrom } from '../../../engine/live/commands/command.ts'
import { CommandInbox } from '../../../engine/live/commands/inbox.ts'
import { answerTo, leaveCommand, realCommandFolder } from '../../../engine/live/commands/real-folder.ts'
import { makeGate } from '../safety/support.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'

function makeSession() {
  const root = mkdtempSync(join(tmpdir(), 'tandem-commands-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const path = join(root, 'live', 's1')
  mkdirSync(path, { recursive: true })
  const environment = new VirtualEnvironment()
  const { conditions, breakers, gate } = makeGate()
  const done: string[] = []
  const journal: string[] = []
  const failures: string[] = []
  const state = { journalFails: false }
  let inbox: CommandInbox | null = null
  const operations = {
    cancelEntries: async (why: string) => {
      done.push(`cancel for ${why}`)
      return 'no entry rests'
    },
    close: async (symbol: string) => {
      done.push(`close ${symbol}`)
      return `${symbol} is flat`
    },
  }
  const targets = {
    conditions,
    breakers,
    operations,
    nowMs: () => environment.nowMs(),
    isStopped: () => inbox!.isStopped,
    record: ({ kind }: Command, answer: string | null) => {
      if (state.journalFails) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      journal.push(`${kind}: ${answer ?? '…'}`)
    },
  }
  inbox = new CommandInbox({
    environment,
    folder: realCommandFolder(path),
    handle: commandHandler(targets),
    stop: stopFileHandler(targets),
    failed: (text) => failures.push(text),
  })
  return { root, path, environment, conditions, gate, done, journal, failures, state, inbox, operations }
}

describe('commands', () => {
  it('names and commands are the same thing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_KINDS), fc.string({ minLength: 1 }), fc.nat(), (kind, text, n) => {
        const command = { kind, symbol: kind === 'close' ? text : null, id: `${n}-ab` }
        const name = commandFileName(command)
        expect(name).not.toMatch(/[/\\:]/)
        expect(commandFrom(name)).toEqual(command)
      }),
      { seed: 1 },
    )
    for (const name of ['x', '1-ab.explode', '1-ab.close', '1-ab.halt.BTC', '.partial', '1-ab.close.%E0']) {
      expect(commandFrom(name)).toBeNull()
    }
  })

  it('halt, close and resume: within a second, answered, journaled, idempotent', async () => {
    const { path, environment, gate, done, journal, inbox } = makeSession()
    await inbox.start()
    const say = async (kind: Command['kind'], symbol: string | null = null) => {
      const id = leaveCommand(path, kind, symbol, environment.nowMs())
      expect(answerTo(path, id)).toBeNull()
      await environment.run(1000)
      return answerTo(path, id)
    }
    expect(await say('halt')).toBe('halted; no entry rests')
    expect(gate.state).toBe('HALTED')
    expect(await say('halt')).toBe('halted already; no entry rests')
    expect(await say('close', 'BTC/USD')).toBe('BTC/USD is flat')
    expect(await say('resume')).toBe('resumed (HALT_COMMAND); ACTIVE')
    expect(await say('resume')).toBe('nothing to resume; ACTIVE')
    expect(done).toEqual(['cancel for tandem halt', 'cancel for tandem halt', 'close BTC/USD'])
    expect(journal.slice(0, 2)).toEqual(['halt: …', 'halt: halted; no entry rests'])
    expect(readdirSync(join(path, 'commands'))).toEqual([])
    inbox.stop()
    expect(environment.timers).toBe(0)
  })

  it('an answer that comes while it is looked for is not taken for lost', () => {
    const { path, environment } = makeSession()
    const id = leaveCommand(path, 'halt', null, environment.nowMs())
    const session = realCommandFolder(path)
    const real = fs.readFileSync
    const replace = (read: typeof real) => {
      fs.readFileSync = read
      syncBuiltinESMExports()
    }
    onTestFinished(() => replace(real))
    // Right after the first look, which finds none, the session answers and takes the command away.
    replace(((...words: Parameters<typeof real>) => {
      try {
        return real(...words)
      } finally {
        replace(real)
        session.answer(id, 'halted')
        for (const name of session.list()) session.remove(name)
      }
    }) as typeof real)
    expect(answerTo(path, id)).toBe('halted')
  })

  it('what was said while the session was down is done before it trades', async () => {
    const { path, environment, gate, inbox } = makeSession()
    leaveCommand(path, 'halt', null, environment.nowMs())
    await inbox.start()
    expect(gate.state).toBe('HALTED')
  })

  it('works where the journal and the answer cannot be written', async () => {
    const { path, environment, gate, failures, state, inbox, done } = makeSession()
    state.journalFails = true
    writeFileSync(join(path, 'answers'), 'a file where the folder should be')
    await inbox.start()
    const id = leaveCommand(path, 'halt', null, environment.nowMs())
    await environment.run(5000)
    expect([gate.state, done.length, failures.length]).toEqual(['HALTED', 1, 1])
    expect(answerTo(path, id)).toBe('taken')
  })

  it.each(['own', 'all'])('a stop file halts (%s), and must go before anything is resumed', async (whose) => {
    const { root, path, environment, gate, done, inbox } = makeSession()
    const file = join(whose === 'own' ? path : join(root, 'live'), 'STOP')
    await inbox.start()
    writeFileSync(file, '')
    await environment.run(1000)
    expect([gate.state, done]).toEqual(['HALTED', ['cancel for a stop file']])
    const first = leaveCommand(path, 'resume', null, environment.nowMs())
    await environment.run(1000)
    expect([answerTo(path, first), gate.state]).toEqual(['not resumed: remove the stop file first', 'HALTED'])
    rmSync(file)
    const second = leaveCommand(path, 'resume', null, environment.nowMs())
    await environment.run(1000)
    expect([answerTo(path, second), gate.state]).toEqual(['resumed (HALT_COMMAND); ACTIVE', 'ACTIVE'])
  })

  it('a close that hangs holds up neither a stop file nor a halt', async () => {
    const { path, environment, gate, inbox, conditions, operations } = makeSession()
    operations.close = () => new Promise(() => {})
    await inbox.start()
    leaveCommand(path, 'close', 'BTC/USD', environment.nowMs())
    await environment.run(1000)
    leaveCommand(path, 'halt', null, environment.nowMs())
    await environment.run(1000)
    expect(gate.state).toBe('HALTED')
    conditions.resume('a test')
    writeFileSync(join(path, 'STOP'), '')
    await environment.run(1000)
    expect(gate.state).toBe('HALTED')
  })

  it('foreign files are left alone', async () => {
    const { path, environment, inbox } = makeSession()
    mkdirSync(join(path, 'commands'))
    writeFileSync(join(path, 'commands', 'notes.txt'), '')
    await inbox.start()
    await environment.run(1000)
    expect(existsSync(join(path, 'commands', 'notes.txt'))).toBe(true)
  })
})
