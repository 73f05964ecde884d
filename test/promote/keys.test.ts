/** Goal: one key, made once, that only its user can read. */

import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ownPublicKey, publicKeyFrom, signingKey } from '../../engine/promote/keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-key-'))
const path = join(folder, 'deep', 'signing-key.pem')
afterEach(() => rmSync(join(folder, 'deep'), { recursive: true, force: true }))

describe('the signing key', () => {
  it('is made on first use into a file of the user alone, and found again', () => {
    expect(ownPublicKey(path)).toBeNull()
    const first = signingKey(path)
    expect(first.made).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'deep'))).toEqual(['signing-key.pem'])
    const again = signingKey(path)
    expect(again.made).toBe(false)
    expect(again.publicKey).toBe(first.publicKey)
    expect(ownPublicKey(path)).toBe(first.publicKey)
    expect(publicKeyFrom(first.publicKey)?.asymmetricKeyType).toBe('ed25519')
  })

  it('is refused where others may read it, or where it is none', () => {
    signingKey(path)
    chmodSync(path, 0o644)
    expect(() => signingKey(path)).toThrow(/others may read this key \(mode 644\)/)
    writeFileSync(path, 'no key')
    chmodSync(path, 0o600)
    expect(() => signingKey(path)).toThrow(/no private key/)
    expect(publicKeyFrom('c2hvcnQ=')).toBeNull()
    expect(existsSync(path)).toBe(true)
  })
})
