/** RULES F1: nonces only rise, over callers, threads, processes, restarts and a clock that goes back. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { KeyLock } from '../../../engine/live/ccxt/key-lock.ts'
import { NonceSource, type NonceUnit, nonceFile } from '../../../engine/live/ccxt/nonce.ts'
import { turnsOf } from '../../../engine/live/ccxt/turns.ts'
import { repositoryRoot } from '../../support/shared.ts'
import * as bodies from './kraken-bodies.ts'
import { isSigned, KEYS } from './kraken-venue.ts'
import { failure, folder, NOW_MS, standingClock, WALL } from './support.ts'
import { startWire } from './wire.ts'

const HOUR_MS = 3_600_000

describe('a source of nonces', () => {
  it('worked example of F1: after a persisted 1768859934731164719 the next is greater, whatever the clock says', () => {
    const path = nonceFile(folder(), 'kraken', 'key')
    writeFileSync(path, '{"owner":"before","reserved":"1768859934731164719"}\n')
    const source = new NonceSource(path, 'ns', standingClock(1_600_000_000_000))
    expect(source.next()).toBe(1768859934731164720n)
    expect(source.next()).toBe(1768859934731164721n)
  })

  it('follows the clock, and goes on by one where it stands', () => {
    const clock = standingClock(NOW_MS)
    const source = new NonceSource(nonceFile(folder(), 'kraken', 'key'), 'ns', clock)
    expect(source.next()).toBe(BigInt(NOW_MS) * 1_000_000n)
    expect(source.next()).toBe(BigInt(NOW_MS) * 1_000_000n + 1n)
    clock.set(NOW_MS + 5)
    expect(source.next()).toBe(BigInt(NOW_MS + 5) * 1_000_000n)
  })

  it('rises strictly through any mixture of restarts, other processes, steps of the clock and refusals', () => {
    const step = fc.oneof(
      fc.constant('next' as const),
      fc.constant('restart' as const),
      fc.constant('other' as const),
      fc.constant('raise' as const),
      fc.integer({ min: -2 * HOUR_MS, max: HOUR_MS }),
    )
    const property = (unit: NonceUnit, steps: readonly (string | number)[]) => {
      const clock = standingClock(NOW_MS)
      const path = nonceFile(folder(), 'kraken', 'key')
      const open = () => new NonceSource(path, unit, clock)
      let mine = open()
      const other = open()
      let last = 0n
      for (const one of steps) {
        if (typeof one === 'number') clock.set(clock.nowMs() + one)
        else if (one === 'restart') mine = open()
        else if (one === 'raise') mine.raise(1000)
        else {
          const nonce = (one === 'other' ? other : mine).next()
          expect(nonce > last).toBe(true)
          last = nonce
        }
      }
    }
    const units = fc.constantFrom<NonceUnit>('ns', 'ms')
    fc.assert(fc.property(units, fc.array(step, { maxLength: 60 }), property), { numRuns: 60 })
  })

  it('keeps a block before any of it is used, so that a crash right after is survived', () => {
    const path = nonceFile(folder(), 'kraken', 'key')
    const nonce = new NonceSource(path, 'ns', standingClock(NOW_MS)).next()
    const { reserved } = JSON.parse(readFileSync(path, 'utf8')) as { reserved: string }
    expect(BigInt(reserved) >= nonce).toBe(true)
  })

  it('refuses a damaged file rather than to begin again', async () => {
    const path = nonceFile(folder(), 'kraken', 'key')
    writeFileSync(path, '{"owner":"x","reserved":"17688')
    const source = new NonceSource(path, 'ns', standingClock(NOW_MS))
    const error = await failure(Promise.resolve().then(() => source.next()))
    expect([error.kind, error.code]).toEqual(['local', 'NONCE_FILE'])
  })

  it('tells nothing of the key by its name', () => {
    const path = folder()
    new NonceSource(nonceFile(path, 'kraken', KEYS.apiKey), 'ns', WALL).next()
    expect(readdirSync(path).join()).toMatch(/^[0-9a-f]{40}\.nonce$/)
  })
})

describe('turns on a key', () => {
  it('an order overtakes the reads that wait', async () => {
    const turns = turnsOf(folder(), 'kraken', 'key', 'ns', WALL)
    const done: string[] = []
    const job = (name: string) => async () => {
      await new Promise((resolve) => setImmediate(resolve))
      done.push(name)
    }
    const all = [turns.run('read', job('read 1')), turns.run('read', job('read 2')), turns.run('order', job('order'))]
    await Promise.all(all)
    expect(done).toEqual(['read 1', 'order', 'read 2'])
  })

  it('one that fails lets the next in', async () => {
    const turns = turnsOf(folder(), 'kraken', 'key', 'ns', WALL)
    const broken = turns.run('order', () => Promise.reject(new Error('broken')))
    await expect(broken).rejects.toThrow('broken')
    expect(await turns.run('order', async (turn) => turn.nonce() > 0n)).toBe(true)
  })

  it('the lock of a process that died is taken over, that of a living one is not', async () => {
    const path = join(folder(), 'key.lock')
    // A process that has ended, so that its number is nobody's.
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.on('exit', resolve))
    writeFileSync(path, JSON.stringify({ pid: child.pid, host: hostname(), token: 'dead' }))
    const lock = new KeyLock(path, WALL)
    await lock.acquire()
    expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid}`)
    const later = new KeyLock(path, WALL)
    let got = false
    const waiting = later.acquire().then(() => {
      got = true
    })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(got).toBe(false)
    lock.release()
    await waiting
    later.release()
    expect(existsSync(path)).toBe(false)
  })

  it('a lock that nobody lets go of, such as an empty one, ends after a while', async () => {
    const path = join(folder(), 'key.lock')
    writeFileSync(path, '')
    const clock = standingClock(NOW_MS)
    await new KeyLock(path, clock).acquire()
    expect(clock.monotonicMs()).toBeGreaterThan(30_000)
  })
})

describe('100 callers in 8 processes and two threads, on one key', () => {
  /** The child, with ccxt's Kraken alone so that eight of them start at once. */
  async function bundle(): Promise<string> {
    const place = join(repositoryRoot, 'runs', `nonce-test-${process.pid}`)
    mkdirSync(place, { recursive: true })
    onTestFinished(() => rmSync(place, { recursive: true, force: true }))
    const only = join(place, 'ccxt-kraken.mjs')
    const source = join(repositoryRoot, 'node_modules/ccxt/js/src/kraken.js')
    writeFileSync(only, `export { default as kraken } from ${JSON.stringify(pathToFileURL(source).href)}\n`)
    const outfile = join(place, 'child.mjs')
    await build({
      entryPoints: [join(repositoryRoot, 'test/live/ccxt/nonce-child.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      plugins: [
        {
          name: 'one exchange of ccxt',
          setup({ onResolve }) {
            onResolve({ filter: /^ccxt$/ }, () => ({ path: pathToFileURL(only).href, external: true }))
          },
        },
      ],
      outfile,
      logLevel: 'silent',
    })
    return outfile
  }

  it('strictly rising, none equal, none refused; the same after the clock went back an hour', async () => {
    let last = 0n
    const refused: string[] = []
    const wire = await startWire((heard) => {
      const nonce = BigInt(String(heard.fields['nonce']))
      if (!isSigned(heard, KEYS.secret)) refused.push('signature')
      if (nonce <= last) {
        refused.push(`${nonce} after ${last}`)
        return { body: bodies.refusal('EAPI:Invalid nonce') }
      }
      last = nonce
      return { body: bodies.BALANCES }
    })
    const child = await bundle()
    const nonceFolder = folder()
    const run = (threads: number) => {
      const words = [child, wire.url, nonceFolder, KEYS.apiKey, KEYS.secret, '10', String(threads)]
      const started = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
      let text = ''
      started.stderr.on('data', (chunk) => {
        text += chunk
      })
      return new Promise<string>((resolve) =>
        started.on('exit', (code) => resolve(code === 0 ? '' : `${code}: ${text}`)),
      )
    }
    // Two of the eight have a thread: ten times ten callers, twice.
    const eight = [1, 1, 0, 0, 0, 0, 0, 0].map(run)
    expect(await Promise.all(eight)).toEqual(Array(8).fill(''))
    expect([wire.heard.length, refused]).toEqual([200, []])
  })
})
