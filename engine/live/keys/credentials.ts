/** Credentials by name, and the places where they may lie. Secrets can be written and used, never shown. */

import { TandemError } from '../../core/errors.ts'

/** Fields that a set of credentials may have; a venue needs some of them. */
export const FIELDS = ['apiKey', 'secret', 'password', 'walletAddress', 'privateKey', 'token', 'url'] as const
export type CredentialField = (typeof FIELDS)[number]
export type Credentials = Readonly<Partial<Record<CredentialField, string>>>

export type SourceKind = 'keychain' | 'file' | 'environment'

export interface KeySource {
  readonly kind: SourceKind
  /** Null where it has none of that name, or where there is no such place on this machine. */
  get(name: string): Promise<Credentials | null>
}

/** A place that keeps credentials. Throws a TandemError where it can't. */
export interface KeyPlace extends KeySource {
  put(name: string, credentials: Credentials): Promise<void>
  /** Whether there was one. */
  remove(name: string): Promise<boolean>
  /** Names, without their secrets. */
  names(): Promise<readonly string[]>
}

const NAME = /^[a-z0-9][a-z0-9-]{0,40}$/

/** Throws `BAD_KEY_NAME`. */
export function checkName(name: string): void {
  if (NAME.test(name)) return
  throw new TandemError(`'${name.slice(0, 50)}' can't name a key`, {
    code: 'BAD_KEY_NAME',
    hint: 'use small letters, digits and hyphens: kraken, kraken-bot-2, telegram',
  })
}

/** Credentials from parsed JSON. Throws `BAD_CREDENTIALS`, which says what is wrong and nothing of what was given. */
export function credentialsFrom(value: unknown, where: string): Credentials {
  const bad = (message: string): never => {
    throw new TandemError(message, { code: 'BAD_CREDENTIALS', where, hint: `give some of ${FIELDS.join(', ')}` })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('these are no credentials')
  const entries = Object.entries(value)
  if (entries.length === 0) return bad('there is nothing in it')
  for (const [field, text] of entries) {
    if (!(FIELDS as readonly string[]).includes(field)) return bad('it has a field that no venue knows')
    if (typeof text !== 'string' || text.trim() === '') return bad(`${field} is empty`)
  }
  return Object.fromEntries(entries.map(([field, text]) => [field, (text as string).trim()]))
}

/** What is asked for when a key of this name is added. */
export function usualFields(name: string): readonly CredentialField[] {
  if (name.startsWith('telegram')) return ['token']
  if (name.startsWith('webhook') || name.startsWith('heartbeat')) return ['url']
  if (name.startsWith('mail')) return ['password']
  if (name.startsWith('hyperliquid')) return ['walletAddress', 'privateKey']
  return ['apiKey', 'secret']
}
