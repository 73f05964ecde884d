/** `tandem init key`: made once, for its user alone, and never shown. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runTandem } from './run-tandem.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-'))
  path = join(folder, 'deep', 'key.pem')
  vi.stubEnv('TANDEM_KEY', path)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

it('makes a key for its user alone, and keeps the one that is there', async () => {
  const first = await runTandem(['init', 'key', '--json'])
  expect(first.code).toBe(0)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const { made, publicKey } = JSON.parse(first.stdout)
  expect([made, Buffer.from(publicKey, 'base64').length]).toEqual([true, 32])
  const second = JSON.parse((await runTandem(['init', 'key', '--json'])).stdout)
  expect(second).toEqual({ path, made: false, publicKey })
})

it('shows no part of the private half', async () => {
  const { stdout, stderr } = await runTandem(['init', 'key'])
  const body = readFileSync(path, 'utf8').split('\n')[1]!
  expect(stdout + stderr).toContain('keep it to yourself')
  expect(stdout + stderr).not.toContain(body.slice(0, 12))
  expect(stdout + stderr).not.toContain('PRIVATE')
})
