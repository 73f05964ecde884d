/**
 * Goal: backtest, paper on replayed candles, and live over HTTP decide alike, each in a process of its own; and what
 * isn't a promoted bundle is refused before anything is sent.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtMain, describeBuilt, type Folder, newFolder } from '../cli/built.ts'
import { expectOk, finished, liveWords, openPractice, type PracticeExchange, prepare, start } from './rehearsal.ts'

describeBuilt('the same days in four processes', () => {
  let folder: Folder
  let practice: PracticeExchange | undefined
  let decisions: string
  let trust: string
  beforeAll(async () => {
    folder = newFolder()
    ;({ decisions, trust } = await prepare(folder, 3))
    practice = await openPractice(folder)
  })
  afterAll(async () => {
    await practice?.stop()
    folder.remove()
  })

  it('on paper, on the candles of the store', () => {
    const words = ['--mode', 'paper', '--replay', '--trust', trust, '--session', 'paper', '--json']
    const { stdout } = expectOk(folder.tandem('live', 'live.yaml', ...words))
    const summary = JSON.parse(stdout)
    expect(summary.trades).toBeGreaterThan(4)
    expect(summary.digest).toBe(decisions)
    const verified = JSON.parse(expectOk(folder.tandem('verify', 'paper', '--json')).stdout)
    expect(verified).toMatchObject({ identical: true, digest: decisions, head: summary.head, closed: true })
    expect(verified.same).toBe(verified.decisions)
  })

  it('live over HTTP, and the exchange has seen the same trades', async () => {
    const child = start(folder, builtMain, liveWords(practice!.url, trust, 'http'), practice!.env)
    const { code, stdout, stderr } = await finished(child)
    expect(code, stderr).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary.digest).toBe(decisions)
    const { trades } = await practice!.export()
    expect(trades).toHaveLength(summary.trades)
    const verified = JSON.parse(expectOk(folder.tandem('verify', 'http', '--json')).stdout)
    expect(verified).toMatchObject({ identical: true, digest: decisions })
    // No secret of the key's in anything that was written.
    const secret = practice!.env['TANDEM_KRAKEN_SECRET']!
    const written = readFileSync(join(folder.path, 'runs/live/http/journal.jsonl'), 'utf8') + stdout + stderr
    expect(written).not.toContain(secret)
    expect(written).not.toContain(practice!.env['TANDEM_KRAKEN_API_KEY']!)
  })

  it('a changed fact shows in the proof', () => {
    const path = join(folder.path, 'runs/live/paper/journal.jsonl')
    const text = readFileSync(path, 'utf8')
    const at = text.indexOf('"quantity":"', text.indexOf('"kind":"FACT"')) + 12
    folder.write('runs/live/paper/journal.jsonl', `${text.slice(0, at)}9${text.slice(at + 1)}`)
    expect(folder.tandem('verify', 'paper')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/journal is damaged/),
    })
  })

  it('ends where it may not begin: the exchange’s clock is another, exit 2, and nothing is sent', async () => {
    const before = (await practice!.export()).orders.length
    const words = liveWords(practice!.url, trust, 'clock').filter((word) => word !== '--virtual')
    const { code, stdout, stderr } = await finished(start(folder, builtMain, words, practice!.env))
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^tandem: this clock is \d+ ms ahead of kraken's/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect((await practice!.export()).orders).toHaveLength(before)
  })

  it('refuses what was not promoted, tampered with, or not trusted: exit 2, and nothing is sent', () => {
    const before = readFileSync(join(folder.path, 'live.yaml'), 'utf8')
    folder.write('changed.yaml', before.replace('equity: 600', 'equity: 900'))
    const words = ['--mode', 'live', '--url', practice!.url, '--settings', 'settings.yaml']
    const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['changed.yaml', ['--trust', trust], /config\.account\.equity: changed/],
      ['live.yaml', [], /isn't trusted here \(.*--trust/],
      ['run.yaml', ['--trust', trust], /content: missing|added/],
      ['nothing.yaml', ['--trust', trust], /can't be read/],
    ]
    for (const [file, more, says] of refusals) {
      const { code, stderr, stdout } = folder.tandem('live', file, ...words, ...more)
      expect(stderr).toMatch(says)
      expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 })
    }
  })
})
