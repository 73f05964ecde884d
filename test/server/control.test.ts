/** Goal: the halt button reaches a session by its own mechanism, and keys go in and never come out. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { CommandInbox } from '../../engine/live/commands/inbox.ts'
import { realCommandFolder } from '../../engine/live/commands/real-folder.ts'
import type { Environment } from '../../engine/live/environment.ts'
import { JournalWriter } from '../support/journal-writer.ts'
import { openBench } from '../support/workbench.ts'

const environment = {
  nowMs: () => Date.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms)
    return { cancel: () => clearTimeout(timer) }
  },
} as unknown as Environment

it('halt: the session takes the command and the page tells its answer', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const writer = new JournalWriter(bench.runs, 's1')
  writer.open()
  writer.flush()
  const handled: string[] = []
  const inbox = new CommandInbox({
    environment,
    folder: realCommandFolder(join(bench.runs, 'live', 's1')),
    handle: async ({ kind }) => {
      handled.push(kind)
      writer.record('HALT', { code: 'OPERATOR', text: 'by the page', atMs: writer.nowMs })
      writer.flush()
      return 'halted'
    },
    stop: () => undefined,
    failed: (text) => expect.fail(text),
    // The page waits for an answer a second and a half, however busy the machine is.
    pollMs: 5,
  })
  await inbox.start()
  onTestFinished(() => inbox.stop())
  const answered = await bench.json<{ answers: unknown[] }>('POST', '/live/s1/halt', {})
  expect(answered.answers).toEqual([{ session: 's1', taken: true, answer: 'halted', afterMs: expect.any(Number) }])
  expect(handled).toEqual(['halt'])
  expect(await bench.json('GET', '/live/s1')).toMatchObject({ state: 'halted', haltReason: 'by the page' })
})

it('halt: nobody there, a session that isn’t, and read-only', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  const writer = new JournalWriter(bench.runs, 's1')
  writer.flush()
  const answered = await bench.json<{ answers: unknown[] }>('POST', '/live/s1/halt', {})
  expect(answered.answers).toMatchObject([{ taken: false, answer: null }])
  // It waits there for a session that comes back.
  expect(readdirSync(join(bench.runs, 'live', 's1', 'commands'))).toHaveLength(1)
  expect((await bench.ask('POST', '/api/v1/live/absent/halt', { body: '{}' })).status).toBe(404)
  const own = await openBench({ readOnly: true })
  onTestFinished(() => own.close())
  expect((await own.ask('POST', '/api/v1/live/s1/halt', { body: '{}' })).status).toBe(403)
})

it('keys: written to the encrypted file, listed by name, told to nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'keys'), { mode: 0o700 })
  const path = join(folder, 'keys', 'keys.json')
  const bench = await openBench({
    variables: { TANDEM_KEYS: path, TANDEM_KEYS_PASSPHRASE: 'a passphrase for the test' },
  })
  onTestFinished(() => bench.close())
  const canary = 'canary-7f3a9c'
  const put = (name: string, body: unknown) => bench.ask('PUT', `/api/v1/keys/${name}`, { body: JSON.stringify(body) })
  const fields = { apiKey: `${canary}-key`, secret: `${canary}-secret` }
  const answers = [
    await put('kraken', { fields, to: 'file' }),
    await put('kraken', { fields: { ...fields, other: canary }, to: 'file' }),
    await put('KRAKEN/../x', { fields, to: 'file' }),
    await put('kraken', { fields: { apiKey: 7, secret: canary }, to: 'file' }),
    await put('kraken', { fields, to: canary }),
    await bench.ask('GET', '/api/v1/keys'),
    await bench.ask('GET', '/api/v1/keys/kraken'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400, 200, 404])
  expect(JSON.parse(answers[5]!.text).keys).toContainEqual({ name: 'kraken', place: 'file' })
  const everything = [...answers.map(({ text }) => text), ...bench.logged, readFileSync(path, 'utf8')].join('\n')
  expect(everything).not.toContain(canary)
})
