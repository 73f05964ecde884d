/** The credentials of this user: where they lie, and `tandem keys`. */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import {
  type Credentials,
  checkName,
  credentialsFrom,
  type KeyPlace,
  type KeySource,
} from '../live/keys/credentials.ts'
import { EncryptedFile } from '../live/keys/encrypted-file.ts'
import { EnvironmentKeys } from '../live/keys/environment-keys.ts'
import { type FoundKey, findKey } from '../live/keys/find.ts'
import { guardOutput } from '../live/keys/guard-output.ts'
import { Keychain } from '../live/keys/keychain.ts'
import { processRedactor, type Redactor } from '../live/keys/redactor.ts'

export { usualFields } from '../live/keys/credentials.ts'

/** Asks the user for the file's passphrase; null where there is nobody to ask. */
export type AskPassphrase = () => Promise<string | null>

export interface KeyStore {
  readonly keychain: KeyPlace
  readonly file: KeyPlace
  /** In the order in which they are asked: keychain, file, environment. */
  readonly sources: readonly KeySource[]
  /** Throws `NO_KEY`. What it finds can't be written to this process's output any more. */
  find(name: string): Promise<FoundKey>
}

/** Where the encrypted file lies: `TANDEM_KEYS`, or `keys.json` in the user's configuration folder. */
export function keysPath(variables: NodeJS.ProcessEnv = process.env): string {
  const own = variables['TANDEM_KEYS']
  if (own !== undefined && own !== '') return own
  const base = variables['XDG_CONFIG_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.config'), 'tandem', 'keys.json')
}

/** This user's keys. From the first one found, standard output and error are redacted. */
export function openKeys(ask: AskPassphrase, variables: NodeJS.ProcessEnv = process.env): KeyStore {
  const redactor = processRedactor
  const keychain = new Keychain()
  const file = new EncryptedFile({ path: keysPath(variables), passphrase: () => passphrase(variables, ask, redactor) })
  const sources = [keychain, file, new EnvironmentKeys(variables)]
  return { keychain, file, sources, find: (name) => findKey(name, sources, guarded()) }
}

let isGuarded = false

function guarded(): Redactor {
  if (!isGuarded) guardOutput(processRedactor, [process.stdout, process.stderr])
  isGuarded = true
  return processRedactor
}

/** From the environment, from a file that it names (systemd's credentials), or asked for. */
async function passphrase(
  variables: NodeJS.ProcessEnv,
  ask: AskPassphrase,
  redactor: Redactor,
): Promise<string | null> {
  const direct = variables['TANDEM_KEYS_PASSPHRASE']
  const file = variables['TANDEM_KEYS_PASSPHRASE_FILE']
  delete variables['TANDEM_KEYS_PASSPHRASE']
  const said = direct ?? (file === undefined ? await ask() : readPassphrase(file))
  if (said !== null) redactor.add(said)
  return said
}

function readPassphrase(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    const hint = 'TANDEM_KEYS_PASSPHRASE_FILE names a file with one line'
    throw new TandemError("the passphrase can't be read", { code: 'BAD_PASSPHRASE_FILE', where: file, hint, cause })
  }
}

/** Keeps credentials that were typed or piped in. `value` is parsed JSON. */
export async function addKey(
  store: KeyStore,
  place: 'keychain' | 'file',
  name: string,
  value: unknown,
): Promise<Credentials> {
  checkName(name)
  const credentials = credentialsFrom(value, `key '${name}'`)
  for (const secret of Object.values(credentials)) guarded().add(secret)
  await store[place].put(name, credentials)
  return credentials
}

export interface ListedKey {
  readonly name: string
  readonly place: 'keychain' | 'file'
}

/** Names only. A keychain that can't be used is passed over. */
export async function listKeys(store: KeyStore): Promise<readonly ListedKey[]> {
  const chain = await store.keychain.names().catch(() => [])
  const file = await store.file.names()
  return [
    ...chain.map((name) => ({ name, place: 'keychain' as const })),
    ...file.map((name) => ({ name, place: 'file' as const })),
  ]
}

/** Removes a name wherever it is kept. Returns the places it was in. */
export async function removeKey(store: KeyStore, name: string): Promise<readonly string[]> {
  checkName(name)
  const places: string[] = []
  if (await store.keychain.remove(name).catch(() => false)) places.push('keychain')
  if (await store.file.remove(name)) places.push('file')
  return places
}
