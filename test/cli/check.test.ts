/** Goal: `check` and `init strategy` end with the right code and print a table or one document. Method: real files. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'
import { runTandem } from './run-tandem.ts'

const before = process.cwd()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-cli-check-'))
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

it('init strategy writes two files once; check passes the strategy', async () => {
  const written = await runTandem(['init', 'strategy', 'my-dip', '--json'])
  expect(written.code).toBe(0)
  expect(JSON.parse(written.stdout)).toEqual({ name: 'my-dip', files: ['my-dip.ts', 'my-dip.test.ts'] })
  expect(readdirSync('.').sort()).toEqual(['my-dip.test.ts', 'my-dip.ts'])
  const again = await runTandem(['init', 'strategy', 'my-dip'])
  expect(again).toMatchObject({ code: 2, stdout: '' })
  expect(again.stderr).toBe('tandem: my-dip.ts: this file exists already (choose another name)\n')

  const checked = await runTandem(['check', 'my-dip.ts'])
  expect(checked.code).toBe(0)
  const lines = checked.stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^my-dip on a made-up market .*: 4000 bars, \d+ fills, \d+ ns a bar$/)
  const names = lines.slice(2).map((line) => line.split(/\s+/).slice(0, 2).join(' '))
  expect(names).toEqual(['types skipped', 'runs passed', 'determinism passed', 'paths passed', 'look-ahead passed'])
  const document = JSON.parse((await runTandem(['check', 'my-dip.ts', '--json'])).stdout)
  expect(document).toMatchObject({ strategy: 'my-dip', passed: true, file: 'my-dip.ts' })
})

it('check answers no with exit code 1 and a document all the same', async () => {
  const carry = join(repositoryRoot, 'strategies', 'funding-carry.ts')
  const ran = await runTandem(['check', carry, '--json'])
  expect(ran.code).toBe(1)
  const { passed, checks } = JSON.parse(ran.stdout)
  expect(passed).toBe(false)
  expect(checks.map(({ status }: { status: string }) => status)).toContain('failed')
})

it('a file that is absent is one line and exit code 2', async () => {
  const ran = await runTandem(['check', 'absent.ts'])
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toMatch(/there is no such strategy file/)
})
