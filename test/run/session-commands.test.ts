/** `tandem halt`, `close` and `resume` find the sessions that are there, whatever lies beside them. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sendCommand } from '../../engine/run/session-commands.ts'

let runs = ''
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'tandem-commands-'))
})
afterEach(() => rmSync(runs, { recursive: true, force: true }))

function session(name: string): string {
  const folder = join(runs, 'live', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'journal.jsonl'), '')
  return folder
}

const close = { session: null, kind: 'close', symbol: 'BTC/USD', waitMs: 0 } as const

it('a session beside a stop file: that is when it is needed most', async () => {
  const folder = session('btc')
  writeFileSync(join(runs, 'live', 'STOP'), '')
  mkdirSync(join(runs, 'live', 'empty'))
  expect(await sendCommand({ ...close, runs })).toMatchObject([{ session: 'btc', taken: false, answer: null }])
  expect(readdirSync(join(folder, 'commands'))).toHaveLength(1)
})

it('none, and several of which one must be named', async () => {
  await expect(sendCommand({ ...close, runs })).rejects.toThrow('there is no live session')
  session('btc')
  session('eth')
  await expect(sendCommand({ ...close, runs })).rejects.toMatchObject({ hint: 'name one of btc, eth' })
  expect(await sendCommand({ ...close, runs, kind: 'halt', symbol: null })).toHaveLength(2)
})
