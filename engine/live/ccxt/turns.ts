/**
 * Turns on a key: signed requests go out one at a time and in the order of their nonces, orders before reads. All
 * exchanges of a process that use a key share its turns; other processes are kept away by the key's lock.
 */

import type { Environment } from '../environment.ts'
import { KeyLock } from './key-lock.ts'
import { NonceSource, type NonceUnit, nonceFile } from './nonce.ts'

export type { NonceUnit } from './nonce.ts'

/** Orders and cancels overtake everything else. */
export type Lane = 'order' | 'read'

/** A request's turn: its nonce, taken when it is signed. */
export interface Turn {
  nonce(): bigint
  /** See `NonceSource.raise`. */
  raise(byMs: number): void
}

type Job = () => Promise<void>

export class KeyTurns {
  readonly #lock: KeyLock
  readonly #source: NonceSource
  readonly #waiting: Readonly<Record<Lane, Job[]>> = { order: [], read: [] }
  #busy = false

  constructor(path: string, unit: NonceUnit, environment: Environment) {
    this.#lock = new KeyLock(`${path}.lock`, environment)
    this.#source = new NonceSource(path, unit, environment)
  }

  /** Runs `work` alone on the key. */
  run<T>(lane: Lane, work: (turn: Turn) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting[lane].push(async () => {
        try {
          await this.#lock.acquire()
          try {
            resolve(await work({ nonce: () => this.#source.next(), raise: (byMs) => this.#source.raise(byMs) }))
          } finally {
            this.#lock.release()
          }
        } catch (error) {
          reject(error)
        }
      })
      void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let job = this.#take(); job !== undefined; job = this.#take()) await job()
    this.#busy = false
  }

  #take(): Job | undefined {
    return this.#waiting.order.shift() ?? this.#waiting.read.shift()
  }
}

const shared = new WeakMap<Environment, Map<string, KeyTurns>>()

/** The turns of a key, the same for everybody in this process who has the same clock. */
export function turnsOf(
  folder: string,
  venue: string,
  apiKey: string,
  unit: NonceUnit,
  environment: Environment,
): KeyTurns {
  const path = nonceFile(folder, venue, apiKey)
  const here = shared.get(environment) ?? new Map<string, KeyTurns>()
  shared.set(environment, here)
  const turns = here.get(path) ?? new KeyTurns(path, unit, environment)
  here.set(path, turns)
  return turns
}
