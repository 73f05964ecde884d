/**
 * Goal: `tandem halt` reaches a session in a process of its own, at an exchange: nothing that enlarges a position leaves
 * afterwards, though the strategy wants it; and while it runs, nothing else may act on its account. Method: a rehearsal
 * over HTTP whose journal and venue are asked; times are the venue's.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtMain, describeBuilt, type Folder, newFolder } from '../cli/built.ts'
import { halted, journalOf, until } from '../support/halted.ts'
import { expectOk, finished, liveWords, openPractice, type PracticeExchange, prepare, start } from './rehearsal.ts'

describeBuilt('a session that is halted from outside', () => {
  let folder: Folder
  let practice: PracticeExchange
  let session: ChildProcess
  let ended: ReturnType<typeof finished>

  beforeAll(async () => {
    folder = newFolder()
    const { trust } = await prepare(folder, 30)
    practice = await openPractice(folder)
    session = start(folder, builtMain, liveWords(practice.url, trust, 'halted'), practice.env)
    ended = finished(session)
    await until(() => journalOf(folder, 'halted').some(({ kind }) => kind === 'FACT'))
  }, 60_000)
  afterAll(async () => {
    session?.kill('SIGKILL')
    await practice?.stop()
    folder?.remove()
  })

  const tandem = (...words: string[]) => finished(start(folder, builtMain, words, practice.env))

  it('nothing else acts on its account meanwhile, in whatever folder: one line says who has it', async () => {
    folder.write('accounts.yaml', `accounts: [{ user: me, venue: kraken, symbols: [BTC/USD], url: '${practice.url}' }]\n`)
    folder.write('weights.yaml', 'targets: { BTC/USD: 0.5 }\nleverage: 1\ntotal: max\n')
    const before = (await practice.export()).orders.length
    const refused = await Promise.all([
      tandem('cleanup', '--runs', 'elsewhere'),
      tandem('rebalance', 'weights.yaml', '--account', 'me'),
    ])
    for (const { code, stdout, stderr } of refused) {
      expect([code, stdout, stderr.trim().split('\n')]).toEqual([
        2,
        '',
        ['tandem: me@kraken: another tandem process trades this account of kraken (a live session or another operation: end it first (Ctrl-C), or wait for it)'],
      ])
    }
    expect(before).toBeGreaterThan(0)
    // A plan sends nothing, and may be looked at.
    const { code, stderr } = await tandem('cleanup', '--dry-run')
    expect(code, stderr).toBe(0)
  }, 60_000)

  it('sends nothing that enlarges a position from then on, and ends in order', async () => {
    const told = expectOk(await tandem('halt', 'halted', '--json'))
    const [answer] = JSON.parse(told.stdout)
    expect(answer).toMatchObject({ session: 'halted', taken: true, answer: expect.stringMatching(/^halted; \d+ entries/) })
    console.log(`tandem halt was answered after ${answer.afterMs} ms`)
    await until(() => halted(folder, 'halted').heldBack > 1)
    const seen = halted(folder, 'halted')
    expect(seen.entriesBefore).toBeGreaterThan(0)
    expect(seen.entriesAfter).toEqual([])
    const { orders } = await practice.export()
    expect(orders.length).toBeGreaterThan(0)
    expect(orders.filter(({ side, placedMs }) => side === 'buy' && (placedMs as number) > seen.sinceMs)).toEqual([])
    session.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).state).toBe('CLOSED')
    const verified = JSON.parse(expectOk(await tandem('verify', 'halted', '--json')).stdout)
    expect(verified).toMatchObject({ identical: true, closed: true })
  }, 60_000)
})
