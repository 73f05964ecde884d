/** The Ed25519 key with which this user signs bundles: one file that only the user can read. */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { TandemError } from '../core/errors.ts'

export interface SigningKey {
  readonly privateKey: KeyObject
  /** Raw public key, base64. */
  readonly publicKey: string
  /** Whether the file was made now. */
  readonly made: boolean
}

/** Where the key lies: `TANDEM_KEY`, or `signing-key.pem` in the user's configuration folder. */
export function keyPath(): string {
  const own = process.env['TANDEM_KEY']
  if (own !== undefined && own !== '') return own
  const base = process.env['XDG_CONFIG_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.config'), 'tandem', 'signing-key.pem')
}

/** The key in `path`, made on first use. Throws `BAD_KEY` where others may read it or it is none. */
export function signingKey(path: string): SigningKey {
  const made = !existsSync(path) && makeKey(path)
  checkMode(path)
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw badKey(path, 'this is no private key', 'name another file, or remove it and a new key is made', cause)
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw badKey(path, 'this is no Ed25519 key', 'name another file')
  return { privateKey, publicKey: publicKeyOf(privateKey), made }
}

/** The public half of the key in `path`, or null where there is none. */
export function ownPublicKey(path: string): string | null {
  return existsSync(path) ? signingKey(path).publicKey : null
}

const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

function publicKeyOf(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return der.subarray(SPKI_HEADER.length).toString('base64')
}

/** A public key from its raw base64 form; null where it is none. */
export function publicKeyFrom(text: string): KeyObject | null {
  const raw = Buffer.from(text, 'base64')
  if (raw.length !== 32 || raw.toString('base64') !== text) return null
  return createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' })
}

/** Makes the file whole or not at all: written under another name, and linked only if no one else was faster. */
function makeKey(path: string): boolean {
  const { privateKey } = generateKeyPairSync('ed25519')
  const partial = `${path}.${process.pid}.part`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(partial, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
    chmodSync(partial, 0o600)
    linkSync(partial, path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path)) return false
    throw badKey(
      path,
      `the key can't be written: ${(cause as Error).message}`,
      'set TANDEM_KEY to a file of yours',
      cause,
    )
  } finally {
    rmSync(partial, { force: true })
  }
}

function checkMode(path: string): void {
  if (process.platform === 'win32') return
  const { mode } = statSync(path)
  if ((mode & 0o077) === 0) return
  throw badKey(path, `others may read this key (mode ${(mode & 0o777).toString(8)})`, `chmod 600 ${path}`)
}

function badKey(where: string, message: string, hint: string, cause?: unknown): TandemError {
  return new TandemError(message, { code: 'BAD_KEY', where, hint, ...(cause === undefined ? {} : { cause }) })
}
