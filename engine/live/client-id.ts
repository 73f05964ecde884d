/**
 * Client order ids: the same for ever for the same intent, another one for every other. What a venue holds of ours is
 * known by its prefix; what doesn't carry it isn't ours and is never touched.
 */

import { createHash } from 'node:crypto'
import type { ExchangeAbilities } from './exchange.ts'

const PREFIX = 'td'
/** Crockford's alphabet: digits and capitals that can't be mistaken for one another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export interface IdSource {
  readonly account: string
  readonly strategy: string
  /** Hash of the session's first record: another session has other ids. */
  readonly genesis: string
}

/** Characters after the prefix that tell sessions of one account apart. */
const SESSION_CHARS = 4

/** The prefix that every text id of a session begins with. */
export function sessionPrefix({ account, strategy, genesis }: IdSource): string {
  return PREFIX + base32(sha256(`session|${account}|${strategy}|${genesis}`)).slice(0, SESSION_CHARS)
}

/**
 * The id of leg `leg` of an order: 18 characters where the venue takes free text (Kraken's limit), else the first 128
 * bits of the same hash, as hex or in the form of a UUID.
 */
export function clientIdOf(
  source: IdSource,
  orderId: number,
  leg: number,
  abilities: Pick<ExchangeAbilities, 'clientIdForm' | 'clientIdLength'>,
): string {
  const { account, strategy, genesis } = source
  const hash = sha256(`${account}|${strategy}|${genesis}|${orderId}|${leg}`)
  if (abilities.clientIdForm === 'text') {
    const length = Math.min(18, abilities.clientIdLength)
    return (sessionPrefix(source) + base32(hash)).slice(0, length)
  }
  const hex = hash.toString('hex').slice(0, 32)
  if (abilities.clientIdForm === 'hex128') return `0x${hex}`
  // Version 8: a UUID whose bits are the application's own (RFC 9562).
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)]
  return `${parts.join('-')}-${hex.slice(20, 32)}`
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(held >> bits) & 31]
    }
  }
  return text
}
