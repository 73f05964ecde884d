/** Kraken spot at a wire server: what it answers by method, and the check of signatures and nonces it makes. */

import { createHash, createHmac } from 'node:crypto'
import { openExchange } from '../../../engine/live/ccxt/open.ts'
import type { Environment } from '../../../engine/live/environment.ts'
import type { ExchangePort } from '../../../engine/live/exchange.ts'
import { PAIRS } from './kraken-bodies.ts'
import { folder, NOW_MS, standingClock } from './support.ts'
import { type Answer, type Heard, startWire, type Wire } from './wire.ts'

export const KEYS = {
  apiKey: 'CANARYkeyCANARYkeyCANARYkeyCANARYkeyCANARYkeyCANARY00001',
  secret: Buffer.from('CANARY secret that must never be seen anywhere, 64 bytes of it!!').toString('base64'),
}

/** Kraken's signature of a private call (docs.kraken.com, REST authentication). */
export function krakenSignature(path: string, nonce: string, body: string, secret: string): string {
  const hash = createHash('sha256')
    .update(nonce + body)
    .digest()
  return createHmac('sha512', Buffer.from(secret, 'base64')).update(path).update(hash).digest('base64')
}

/** Whether a private call is signed as it must be. */
export function isSigned(heard: Heard, secret: string): boolean {
  const nonce = String(heard.fields['nonce'])
  return heard.headers['api-sign'] === krakenSignature(heard.path, nonce, heard.body, secret)
}

export interface KrakenAtWire {
  readonly exchange: ExchangePort
  readonly wire: Wire
  /** The fields of the last request but its nonce, after its signature was found to be right. */
  sent(): Record<string, unknown>
}

/** An open Kraken whose pairs are known; `answers` by the last part of the path. */
export async function krakenAt(
  answers: Readonly<Record<string, unknown>>,
  environment: Environment = standingClock(NOW_MS),
): Promise<KrakenAtWire> {
  const wire = await startWire((heard) => {
    const method = heard.path.split('/').at(-1)!
    const given = method === 'AssetPairs' ? (answers[method] ?? PAIRS) : answers[method]
    if (given === undefined) throw new Error(`the test has no answer for ${method}`)
    const one = typeof given === 'function' ? given(heard) : given
    return isAnswer(one) ? one : { body: one }
  })
  const exchange = await openExchange({
    venue: 'kraken',
    keys: KEYS,
    url: wire.url,
    environment,
    nonceFolder: folder(),
    paced: false,
  })
  await exchange.markets([])
  return {
    exchange,
    wire,
    sent() {
      const last = wire.last()
      if (!isSigned(last, KEYS.secret)) throw new Error(`${last.path} is not signed as Kraken wants it`)
      const { nonce, ...fields } = last.fields
      if (!/^\d{19}$/.test(String(nonce))) throw new Error(`a nonce of ${nonce}`)
      return fields
    },
  }
}

/** Marks an answer of the wire, beside plain bodies. */
export function answer(one: Answer): Answer & { readonly wire: true } {
  return { ...one, wire: true }
}

function isAnswer(one: unknown): one is Answer {
  return typeof one === 'object' && one !== null && 'wire' in one
}
