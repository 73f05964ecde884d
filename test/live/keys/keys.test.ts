/** Goal: secrets are kept where only their user reads them, found in a known order, and got out by no way. */

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KeyRights } from '../../../engine/live/exchange.ts'
import { withFileLock } from '../../../engine/live/file-lock.ts'
import { credentialsFrom, type KeySource } from '../../../engine/live/keys/credentials.ts'
import { EncryptedFile } from '../../../engine/live/keys/encrypted-file.ts'
import { EnvironmentKeys, variableOf } from '../../../engine/live/keys/environment-keys.ts'
import { checkRights, findKey } from '../../../engine/live/keys/find.ts'
import { guardOutput } from '../../../engine/live/keys/guard-output.ts'
import { Keychain, type KeychainPackage } from '../../../engine/live/keys/keychain.ts'
import { REDACTED, RedactedStream, Redactor } from '../../../engine/live/keys/redactor.ts'

const SECRET = { apiKey: 'canary-api-key-0123', secret: 'Y2FuYXJ5/c2VjcmV0+PT0=' }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tandem-keys-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function fileWith(path: string, passphrase: string | null = 'a long passphrase') {
  return new EncryptedFile({ path, passphrase: async () => passphrase, cost: 1024 })
}

describe('the encrypted file', () => {
  it('gives back what was put, to who knows the passphrase', async () => {
    const path = join(folder(), 'keys.json')
    await fileWith(path).put('kraken', SECRET)
    await fileWith(path).put('telegram', { token: 'another-canary' })
    expect(await fileWith(path).get('kraken')).toEqual(SECRET)
    expect(await fileWith(path, null).names()).toEqual(['kraken', 'telegram'])
    expect(await fileWith(path).get('coinbase')).toBeNull()
    await expect(fileWith(path, 'another').get('kraken')).rejects.toThrow('this is the wrong passphrase')
    await expect(fileWith(path, 'another').put('x', SECRET)).rejects.toThrow('this is the wrong passphrase')
    await expect(fileWith(path, null).get('kraken')).rejects.toThrow('it needs its passphrase')
    expect([await fileWith(path, null).remove('kraken'), await fileWith(path, null).remove('kraken')]).toEqual([
      true,
      false,
    ])
    expect(await fileWith(path).get('kraken')).toBeNull()
  })

  it('has nothing of the secret in it, and is for this user alone', async () => {
    const path = join(folder(), 'keys.json')
    await fileWith(path).put('kraken', SECRET)
    const text = readFileSync(path, 'utf8')
    for (const secret of Object.values(SECRET)) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12))
    }
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o640)
    await expect(fileWith(path).get('kraken')).rejects.toThrow('others may read this file')
  })

  it('an entry under another name, and any changed byte, is refused', async () => {
    const path = join(folder(), 'keys.json')
    await fileWith(path).put('kraken', SECRET)
    const whole = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...whole, entries: { coinbase: whole.entries.kraken } }))
    await expect(fileWith(path).get('coinbase')).rejects.toThrow("the entry 'coinbase' is damaged")
    const { data } = whole.entries.kraken
    const flipped = (data[0] === 'A' ? 'B' : 'A') + data.slice(1)
    writeFileSync(path, JSON.stringify({ ...whole, entries: { kraken: { ...whole.entries.kraken, data: flipped } } }))
    await expect(fileWith(path).get('kraken')).rejects.toThrow("the entry 'kraken' is damaged")
    writeFileSync(path, JSON.stringify({ ...whole, kdf: { ...whole.kdf, cost: 2 ** 40 } }))
    await expect(fileWith(path).get('kraken')).rejects.toThrow('this is no file of keys')
    writeFileSync(path, '{')
    await expect(fileWith(path).get('kraken')).rejects.toThrow('this is no file of keys')
  })
})

describe('the environment', () => {
  it('gives once, and to no child process', async () => {
    expect(variableOf('kraken-bot', 'walletAddress')).toBe('TANDEM_KRAKEN_BOT_WALLET_ADDRESS')
    const variables: NodeJS.ProcessEnv = {
      TANDEM_KRAKEN_API_KEY: ' a-key ',
      TANDEM_KRAKEN_SECRET: 'a-secret',
      PATH: '/bin',
    }
    const keys = new EnvironmentKeys(variables)
    expect(await keys.get('kraken')).toEqual({ apiKey: 'a-key', secret: 'a-secret' })
    expect(variables).toEqual({ PATH: '/bin' })
    expect(await keys.get('kraken')).toEqual({ apiKey: 'a-key', secret: 'a-secret' })
    expect(await keys.get('coinbase')).toBeNull()
  })
})

describe('the keychain', () => {
  const kept = new Map<string, string>()
  const fake: KeychainPackage = {
    Entry: class {
      private readonly account: string
      constructor(_service: string, account: string) {
        this.account = account
      }
      getPassword = () => kept.get(this.account) ?? null
      setPassword = (text: string) => void kept.set(this.account, text)
      deletePassword = () => kept.delete(this.account)
    },
    findCredentials: () => [...kept.keys()].map((account) => ({ account })),
  }

  it('keeps, lists and removes', async () => {
    const keychain = new Keychain(async () => fake)
    await keychain.put('kraken', SECRET)
    expect([await keychain.get('kraken'), await keychain.names()]).toEqual([SECRET, ['kraken']])
    expect([await keychain.remove('kraken'), await keychain.remove('kraken')]).toEqual([true, false])
    kept.set('bad', '{')
    await expect(keychain.get('bad')).rejects.toThrow('the entry is damaged')
  })

  it('where there is none, nothing is found there, and keeping is refused in one line', async () => {
    const keychain = new Keychain(async () => {
      throw new Error('no such package')
    })
    expect(await keychain.get('kraken')).toBeNull()
    await expect(keychain.put('kraken', SECRET)).rejects.toThrow("this machine's keychain can't be used")
  })
})

describe('finding', () => {
  const source = (kind: KeySource['kind'], found: boolean): KeySource => ({
    kind,
    get: async () => (found ? SECRET : null),
  })

  it('asks in order, tells where from, and hides what it found', async () => {
    const redactor = new Redactor()
    const found = await findKey(
      'kraken',
      [source('keychain', false), source('file', true), source('environment', true)],
      redactor,
    )
    expect(found).toEqual({ credentials: SECRET, from: 'file' })
    expect(redactor.redact(`key ${SECRET.apiKey}!`)).toBe(`key ${REDACTED}!`)
    await expect(findKey('kraken', [], redactor)).rejects.toThrow("there is no key 'kraken'")
    await expect(findKey('Kraken!', [], redactor)).rejects.toThrow("can't name a key")
  })

  it('bad credentials are refused without a word of what was given', () => {
    for (const value of [{}, [], 'canary', { canary: 'x' }, { apiKey: '' }, { apiKey: 5 }]) {
      try {
        credentialsFrom(value, 'here')
        expect.unreachable()
      } catch (error) {
        expect((error as { line: string }).line).toMatch(/^here: /)
        expect((error as { line: string }).line).not.toContain('canary')
      }
    }
  })
})

describe('rights', () => {
  const plain = { trades: true, confirmed: false }
  const rights = (change: Partial<KeyRights> = {}): KeyRights => ({
    query: true,
    trade: true,
    withdraw: false,
    ...change,
  })
  it.each([
    [{}, plain, null],
    [{ withdraw: true }, plain, 'KEY_MAY_WITHDRAW'],
    [{ withdraw: true }, { trades: true, confirmed: true }, 'KEY_MAY_WITHDRAW'],
    [{ withdraw: null }, plain, 'KEY_RIGHTS_UNKNOWN'],
    [{ withdraw: null }, { trades: true, confirmed: true }, null],
    [{ trade: false }, plain, 'KEY_CANNOT_TRADE'],
    [{ trade: false }, { trades: false, confirmed: false }, null],
    [{ query: false }, plain, 'KEY_CANNOT_QUERY'],
  ] as const)('%j %j: %s', (change, options, code) => {
    const check = () => checkRights(rights(change), 'kraken', options)
    if (code === null) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code }))
  })
})

describe('redaction', () => {
  const redactor = new Redactor()
  redactor.add(SECRET.secret)
  redactor.add('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIcanarycanary\n-----END EC PRIVATE KEY-----')

  it.each([
    ['as it is', SECRET.secret],
    ['in a URL', `https://x.test/?s=${encodeURIComponent(SECRET.secret)}`],
    ['in JSON', JSON.stringify({ s: SECRET.secret })],
    ['in base64', Buffer.from(SECRET.secret).toString('base64')],
    ['in hex', Buffer.from(SECRET.secret).toString('hex')],
    ['one line of a key', 'at MHcCAQEEIcanarycanary'],
    [
      'a key in JSON',
      JSON.stringify('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIcanarycanary\n-----END EC PRIVATE KEY-----'),
    ],
  ])('%s', (_, text) => {
    const clean = redactor.redact(text)
    expect(clean).toContain(REDACTED)
    expect(clean).not.toMatch(/Y2FuYXJ5|canarycanary|593246/)
  })

  it('a secret in pieces does not get through, and nothing else is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.constant(SECRET.secret)), { maxLength: 6 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 12 }),
        (parts, cuts) => {
          const whole = parts.join('')
          const stream = new RedactedStream(redactor)
          let [out, at] = ['', 0]
          for (const cut of cuts) {
            out += stream.take(whole.slice(at, at + cut))
            at += cut
          }
          out += stream.take(whole.slice(at)) + stream.rest()
          expect(out).toBe(redactor.redact(whole))
          expect(out).not.toContain(SECRET.secret)
        },
      ),
      { seed: 3, numRuns: 500 },
    )
  })

  it('stands between the process and its streams, and can be taken away', () => {
    const stream = new PassThrough()
    const undo = guardOutput(redactor, [stream as unknown as NodeJS.WriteStream])
    stream.write(`a ${SECRET.secret.slice(0, 5)}`)
    stream.write(`${SECRET.secret.slice(5)} b\n`)
    stream.write(Buffer.from('ä').subarray(0, 1))
    stream.write(Buffer.from('ä').subarray(1))
    undo()
    stream.write(' end')
    expect(String(stream.read())).toBe(`a ${REDACTED} b\nä end`)
  })
})

describe('the lock of a small file', () => {
  it('is taken from the dead, and waited for while alive', () => {
    const path = join(folder(), 'x')
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    expect(withFileLock(path, () => 1)).toBe(1)
    const holder = readFileSyncOf(path)
    writeFileSync(`${path}.lock`, holder.replace(/^\d+/, String(pid)))
    expect(withFileLock(path, () => 2)).toBe(2)
  })
})

/** What the lock says while it is held. */
function readFileSyncOf(path: string): string {
  return withFileLock(path, () => readFileSync(`${path}.lock`, 'utf8'))
}
