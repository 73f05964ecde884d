/** `tandem exchange` as its user starts it: a process of its own, its keys, its end; and what it refuses. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { dispatch } from '../../engine/cli/dispatch.ts'
import { services } from '../../engine/cli/services.ts'
import { krakenClient } from '../loopback/support.ts'
import { builtMain, describeBuilt, newFolder, testFolder } from './built.ts'

const WORDS = ['exchange', '--synthetic', '7', '--bars', '60', '--port', '0', '--no-minimums']
const VIRTUAL = ['--speed', 'virtual', '--state', 'state.json']

describeBuilt('tandem exchange', () => {
  const folder = newFolder()
  let child: ChildProcess | null = null
  afterEach(() => {
    child?.kill('SIGKILL')
    child = null
  })
  afterAll(() => folder.remove())

  /** Starts it, and gives what it says once it is there. */
  async function start(...more: string[]) {
    const started = spawn(process.execPath, [builtMain, ...WORDS, '--json', ...more], { cwd: folder.path })
    child = started
    let out = ''
    let err = ''
    started.stderr.on('data', (data) => {
      err += data
    })
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (data) => {
        out += data
        if (out.endsWith('}\n')) resolve()
      })
      started.once('exit', (code) => reject(new Error(`it ended with ${code}: ${err}`)))
    })
    const document = JSON.parse(out) as { url: string; keysFile: string; startMs: number }
    const end = async (): Promise<{ code: number | null; err: string }> => {
      const ended = new Promise<number | null>((resolve) => started.once('close', resolve))
      started.kill('SIGTERM')
      return { code: await ended, err }
    }
    return { ...document, end }
  }

  it('trades with the keys that it wrote for its owner alone, exports, ends with 0, and goes on', async () => {
    const { url, keysFile, startMs, end } = await start(...VIRTUAL, '--export', 'out.json')
    const path = join(folder.path, keysFile)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { keys } = JSON.parse(readFileSync(path, 'utf8'))
    const exchange = { url, key: keys[0] } as Parameters<typeof krakenClient>[0]
    const client = krakenClient(exchange)
    const { id } = await client.createOrder('BTC/USD', 'market', 'buy', 0.01)
    await expect(krakenClient(exchange, keys[1]).createOrder('BTC/USD', 'market', 'buy', 0.01)).rejects.toThrow(
      /Permission/,
    )
    const answer = await fetch(`${url}/tandem/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"bars": 3}',
    })
    expect(((await answer.json()) as { nowMs: number }).nowMs).toBe(startMs + 3 * 3_600_000)
    const { code, err } = await end()
    expect(code).toBe(0)
    expect(err).not.toContain(keys[0].secret)
    const { orders, trades } = JSON.parse(readFileSync(join(folder.path, 'out.json'), 'utf8'))
    expect(orders).toMatchObject([{ id, status: 'filled', filled: '0.01' }])
    expect(trades).toHaveLength(1)
    expect(readFileSync(join(folder.path, 'out.json'), 'utf8')).not.toContain(keys[0].secret)
    const again = await start(...VIRTUAL)
    const restored = krakenClient({ ...exchange, url: again.url })
    expect(await restored.fetchOrder(id!)).toMatchObject({ status: 'closed', filled: 0.01 })
    expect(await restored.fetchTime()).toBe(startMs + 3 * 3_600_000)
    expect(readFileSync(join(folder.path, 'state.json'), 'utf8')).not.toContain(keys[0].secret)
  })

  it('at the time of day, too, goes on with what was saved', async () => {
    const now = ['--start', 'now', '--timeframe', '1h', '--state', 'now.json']
    const first = await start(...now)
    const { keys } = JSON.parse(readFileSync(join(folder.path, first.keysFile), 'utf8'))
    const exchange = { url: first.url, key: keys[0] } as Parameters<typeof krakenClient>[0]
    const { id } = await krakenClient(exchange).createOrder('BTC/USD', 'limit', 'buy', 0.01, 1)
    await first.end()
    const again = await start(...now)
    expect(again.startMs).toBe(first.startMs)
    const restored = krakenClient({ ...exchange, url: again.url })
    expect(await restored.fetchOrder(id!)).toMatchObject({ status: 'open', filled: 0 })
  })

  it('goes on by itself to the end of its candles', async () => {
    const { url } = await start('--speed', 'max')
    const status = async () => ((await (await fetch(`${url}/tandem/status`)).json()) as { ended: boolean }).ended
    await expect.poll(status).toBe(true)
  })
})

describe('tandem exchange refuses', () => {
  /** In this process: none of these gets as far as a port. */
  async function refused(words: readonly string[]): Promise<{ code: number; err: string }> {
    const folder = testFolder()
    const broken = { keys: [{ name: 'a', account: 'main', key: 'k', secret: 'not base64 at all!', rights: [] }] }
    folder.write('broken.json', JSON.stringify(broken))
    const at = (word: string): string => (word.endsWith('.json') ? join(folder.path, word) : word)
    const keys = words.includes('--keys') ? [] : ['--keys', join(folder.path, 'keys.json')]
    let err = ''
    const code = await dispatch([...WORDS, ...keys, ...words.map(at)], {
      stdout: { write: () => true },
      stderr: { write: (text) => (err += text) },
      services,
    })
    return { code, err }
  }

  it.each([
    [['--balance', 'ten'], /--balance: 'ten' is no balance/],
    [['--speed', 'fast'], /--speed: 'fast' is no speed/],
    [['--fees', '5'], /--fees: '5' are no fees/],
    [['--start', '1999-01-01'], /--start: .* outside the candles/],
    [['--faults', 'earthquake'], /there is no fault 'earthquake'/],
    [['--keys', 'broken.json'], /broken.json: keys.0.secret is not as it should be/],
    [['--accounts', 'nothing.json'], /nothing.json: /],
    [['--symbol', 'BTC/USD', 'BTC/EUR'], /paid in USD and EUR/],
    [['--csv', 'nothing.json', '--symbol', 'A/USD', 'B/USD'], /--csv: a file has the candles of one symbol/],
  ])('%j: one line, exit 2', async (words, line) => {
    const { code, err } = await refused(words)
    expect(err).toMatch(line)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err).not.toContain('not base64')
    expect(code).toBe(2)
  })
})
