/**
 * Goal: a process that is killed while it takes a lock holds nobody up. Method: real ones, killed before each of the
 * calls to the file system that taking it makes, and after it.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KeyLock } from '../../engine/live/ccxt/key-lock.ts'
import { createExclusively } from '../../engine/live/exclusive-file.ts'
import { withFileLock } from '../../engine/live/file-lock.ts'
import { repositoryRoot } from '../support/shared.ts'
import { standingClock } from './ccxt/support.ts'

const place = mkdtempSync(join(tmpdir(), 'tandem-lock-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Takes both kinds of lock, and is killed at the given call, before it is made or after. */
const CHILD = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { KeyLock } from ${JSON.stringify(join(repositoryRoot, 'engine/live/ccxt/key-lock.ts'))}
import { withFileLock } from ${JSON.stringify(join(repositoryRoot, 'engine/live/file-lock.ts'))}
const [kind, path, at, when] = process.argv.slice(2)
let calls = 0
for (const name of ['openSync', 'writeSync', 'writeFileSync', 'linkSync', 'closeSync', 'unlinkSync', 'rmSync']) {
  const real = fs[name]
  fs[name] = (...words) => {
    calls += 1
    if (calls === Number(at) && when === 'before') process.kill(process.pid, 'SIGKILL')
    const result = real(...words)
    if (calls === Number(at)) process.kill(process.pid, 'SIGKILL')
    return result
  }
}
syncBuiltinESMExports()
if (kind === 'key') await new KeyLock(path, { monotonicMs: () => performance.now() }).acquire()
else withFileLock(path, () => process.kill(process.pid, 'SIGKILL'))
console.log('held')
`

const child = join(place, 'child.mjs')
beforeAll(async () => {
  const stdin = { contents: CHILD, resolveDir: repositoryRoot }
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: child, logLevel: 'silent' })
})

/** True where it was killed, false where it came to its end before that. */
async function killed(kind: string, path: string, at: number, when: string): Promise<boolean> {
  const one = spawn(process.execPath, [child, kind, path, String(at), when], { stdio: 'ignore' })
  return await new Promise((resolve) => one.on('exit', (_, signal) => resolve(signal === 'SIGKILL')))
}

const POINTS = [1, 2, 3, 4].flatMap((at) => ['before', 'after'].map((when) => [at, when] as const))

it('the lock of a key, whenever its holder is killed, is had at once', async () => {
  const all = await Promise.all(
    POINTS.map(async ([at, when]) => {
      const path = join(place, `${at}-${when}.lock`)
      if (!(await killed('key', path, at, when))) return 'alive'
      const clock = standingClock(0)
      const lock = new KeyLock(path, clock)
      await lock.acquire()
      const waitedMs = clock.monotonicMs()
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
      lock.release()
      return waitedMs < 100 ? 'killed' : `${at} ${when}: waited ${waitedMs} ms`
    }),
  )
  expect([...new Set(all)].sort()).toEqual(['alive', 'killed'])
})

it('the lock of a small file, too', async () => {
  const all = await Promise.all(
    POINTS.map(async ([at, when]) => {
      const path = join(place, `${at}-${when}.json`)
      expect(await killed('file', path, at, when)).toBe(true)
      return withFileLock(path, () => 'had')
    }),
  )
  expect(new Set(all)).toEqual(new Set(['had']))
})

it('only one of several makes the file, and none leaves anything beside it', () => {
  const folder = mkdtempSync(join(place, 'made-'))
  const path = join(folder, 'one')
  expect(createExclusively(path, 'first')).toBe(true)
  expect(createExclusively(path, 'second')).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('first')
  writeFileSync(join(folder, 'two'), '')
  expect(createExclusively(join(folder, 'two'), 'text')).toBe(false)
  expect(readdirSync(folder).sort()).toEqual(['one', 'two'])
})
