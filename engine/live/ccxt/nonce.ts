/**
 * Nonces that only ever rise (RULES F1): max(last + 1, now), also over restarts, several processes and a clock that was
 * set back. A block is reserved in a file, synced, before any of it is used; after a crash, or when another process
 * has been at it, the unused rest is skipped. Called only by the holder of the key's lock.
 */

import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../environment.ts'
import { ExchangeError } from '../exchange.ts'
import { nodeFiles } from '../node-files.ts'
import type { Files } from '../ports.ts'
import { isFull } from './key-lock.ts'

/** What a venue counts its nonces in. */
export type NonceUnit = 'ns' | 'ms'

/** One second of nonces, or a tenth where the venue allows them to be but a day ahead of the clock. */
const BLOCK: Readonly<Record<NonceUnit, bigint>> = { ns: 1_000_000_000n, ms: 100n }
const LARGEST = 2n ** 64n - 1n

/** Where the nonces of a key are kept: a name that tells nothing of the key. Makes the folder. */
export function nonceFile(folder: string, venue: string, apiKey: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${createHash('sha256').update(`${venue}\n${apiKey}`).digest('hex').slice(0, 40)}.nonce`)
}

interface State {
  readonly owner: string
  readonly reserved: bigint
}

export class NonceSource {
  readonly #path: string
  readonly #unit: NonceUnit
  readonly #environment: Environment
  readonly #files: Pick<Files, 'read' | 'replace'>
  readonly #me = randomUUID()
  #last: bigint | null = null
  #unsaved: bigint | null = null

  constructor(
    path: string,
    unit: NonceUnit,
    environment: Environment,
    files: Pick<Files, 'read' | 'replace'> = nodeFiles,
  ) {
    this.#path = path
    this.#unit = unit
    this.#environment = environment
    this.#files = files
  }

  /** The next nonce, above all that any process has used of this file. */
  next(): bigint {
    return this.#above(0n)
  }

  /** After the venue found a nonce too low: the next ones start `byMs` further on. */
  raise(byMs: number): void {
    const step = BigInt(byMs) * (this.#unit === 'ns' ? 1_000_000n : 1n)
    this.#above((this.#last ?? this.#now()) + step)
  }

  #above(least: bigint): bigint {
    const state = this.#read()
    const mine = state?.owner === this.#me && this.#last !== null
    const used = max(mine ? this.#last! : (state?.reserved ?? 0n), this.#unsaved ?? 0n)
    const nonce = max(used + 1n, this.#now(), least)
    if (nonce > LARGEST) throw damaged(this.#path, 'holds a number beyond 64 bits')
    if (!mine || nonce > state.reserved) this.#reserve(nonce)
    this.#last = nonce
    return nonce
  }

  #now(): bigint {
    const ms = BigInt(Math.floor(this.#environment.nowMs()))
    return this.#unit === 'ns' ? ms * 1_000_000n : ms
  }

  #read(): State | null {
    let text: string
    try {
      text = Buffer.from(this.#files.read(this.#path)).toString('utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw damaged(this.#path, "can't be read")
    }
    const match = /^\{"owner":"([\w-]+)","reserved":"(\d{1,20})"\}\n$/.exec(text)
    if (match === null) throw damaged(this.#path, 'is damaged')
    return { owner: match[1]!, reserved: BigInt(match[2]!) }
  }

  /** Keeps that everything up to a block after `nonce` may be used: written aside, synced, renamed. */
  #reserve(nonce: bigint): void {
    const reserved = nonce + BLOCK[this.#unit] - 1n
    try {
      this.#files.replace(this.#path, Buffer.from(`{"owner":"${this.#me}","reserved":"${reserved}"}\n`, 'utf8'))
      this.#unsaved = null
    } catch (error) {
      if (!isFull(error)) throw damaged(this.#path, "can't be written")
      // A nonce that isn't kept is at worst refused one day; a cancel that can't be sent costs money now.
      this.#unsaved = nonce
    }
  }
}

function max(first: bigint, ...others: readonly bigint[]): bigint {
  let most = first
  for (const one of others) if (one > most) most = one
  return most
}

function damaged(path: string, what: string): ExchangeError {
  const line = `the file of the key's nonces ${what} (${path}): make a new key at the venue, or remove the file if the clock was never set back`
  return new ExchangeError(line, { kind: 'local', code: 'NONCE_FILE' })
}
