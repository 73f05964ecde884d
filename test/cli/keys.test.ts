/** Goal: keys can be kept, listed and removed from the command line, and nothing prints a secret, whatever goes wrong. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { builtMain, describeBuilt } from './built.ts'

const CANARY = 'canary0123456789abcdef'
const PASSPHRASE = 'a passphrase of canaries'

function makeFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tandem-cli-keys-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const keys = join(path, 'conf', 'keys.json')
  const tandem = (words: string[], input = '', variables: NodeJS.ProcessEnv = {}) => {
    const env = { ...process.env, TANDEM_KEYS: keys, TANDEM_KEYS_PASSPHRASE: PASSPHRASE, ...variables }
    const { status, stdout, stderr } = spawnSync(process.execPath, [builtMain, ...words], {
      cwd: path,
      input,
      env,
      encoding: 'utf8',
    })
    expect(stdout + stderr).not.toContain(CANARY)
    expect(stdout + stderr).not.toContain(PASSPHRASE)
    return { status, stdout, stderr }
  }
  return { path, keys, tandem }
}

describeBuilt('tandem keys', () => {
  it('adds from a pipe, lists names, removes; one secret file for this user alone', () => {
    const { keys, tandem } = makeFolder()
    expect(tandem(['keys', 'add', 'kraken', '--to', 'file'], `apiKey=${CANARY}\nsecret=${CANARY}==\n`).status).toBe(0)
    expect(statSync(keys).mode & 0o777).toBe(0o600)
    expect(readFileSync(keys, 'utf8')).not.toContain(CANARY)
    expect(JSON.parse(tandem(['keys', 'list', '--json']).stdout)).toEqual({ keys: [{ name: 'kraken', place: 'file' }] })
    expect([tandem(['keys', 'remove', 'kraken']).status, tandem(['keys', 'remove', 'kraken']).status]).toEqual([0, 1])
  })

  it('refuses bad input in one line', () => {
    const { path, keys, tandem } = makeFolder()
    const add = ['keys', 'add', 'kraken', '--to', 'file']
    const cases: [string[], string, NodeJS.ProcessEnv, RegExp][] = [
      [add, `{"apiKey": "${CANARY}`, {}, /this is no JSON/],
      [add, `${CANARY}`, {}, /a field that no venue knows/],
      [add, `apiKey=${CANARY}`, { TANDEM_KEYS_PASSPHRASE: '' }, /it needs its passphrase/],
      [add, `apiKey=${CANARY}`, { TANDEM_KEYS: join(path, 'file', 'keys.json') }, /file/],
    ]
    writeFileSync(join(path, 'file'), '')
    for (const [words, input, variables, message] of cases) {
      const { status, stderr } = tandem(words, input, variables)
      expect([status, stderr.trim().split('\n').length]).toEqual([2, 1])
      expect(stderr).toMatch(message)
    }
    expect(existsSync(keys)).toBe(false)
  })

  it('halt and close say which sessions there are, and whether one took it', () => {
    const { path, tandem } = makeFolder()
    expect(tandem(['halt']).stderr).toContain('there is no live session')
    for (const name of ['a', 'b']) {
      mkdirSync(join(path, 'runs', 'live', name), { recursive: true })
      writeFileSync(join(path, 'runs', 'live', name, 'journal.jsonl'), '')
    }
    expect(tandem(['close', 'BTC/USD'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('name one of a, b'),
    })
    expect(tandem(['resume', 'c'])).toMatchObject({ status: 2, stderr: expect.stringContaining("no session 'c'") })
  })
})
