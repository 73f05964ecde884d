/**
 * What others did in the account, and what of it an operator has settled: books that differ, trades and orders of strangers
 * are a cause to halt only where somebody else had a hand in it since.
 */

import type { Witness } from '../world/surroundings.ts'

/** What others did shows within this, however far the venue's lists are behind. */
const FRESH_MS = 60_000
/** A session waits as long for the trade that opened what was closed by force, before it takes it for somebody else's. */
const WAITS_MS = 60_000

/** Halts that say that the account isn't what it should be. */
const UNEXPLAINED = ['UNEXPLAINED', 'FOREIGN_TRADE', 'FOREIGN_ORDER']

export interface StrangersParts {
  readonly nowMs: () => number
  /** When others had a hand in the account, in order; null where what they did may show at any later time. */
  readonly deeds: () => readonly number[] | null
  readonly trades: () => Witness['trades']
  /** Whether an order of this id was sent from here. */
  readonly isOurs: (clientId: string) => boolean
}

export class StrangersWatch {
  private readonly parts: StrangersParts
  /** Hands of others that are accounted for; -1 where that isn't certain. */
  private settled = 0

  constructor(parts: StrangersParts) {
    this.parts = parts
  }

  /** Nobody but the session has ever touched the account, for certain. */
  get none(): boolean {
    return this.parts.deeds()?.length === 0
  }

  /** What is wrong with a halt; null where nothing is. */
  halted(code: string, text: string): string | null {
    const hands = this.hands()
    if (!UNEXPLAINED.includes(code) || hands === null || hands.length !== this.settled) return null
    return `it halts, and nothing is wrong: ${code}: ${text}`
  }

  /** An operator has settled what differed: from then on only something new is a cause to halt. */
  resumed(): void {
    const hands = this.hands() ?? []
    // What happened a moment ago isn't in what was settled.
    const isFresh = Math.max(0, ...hands) > this.parts.nowMs() - FRESH_MS
    this.settled = isFresh ? -1 : hands.length
  }

  /** When what others did could show at the earliest. */
  private hands(): readonly number[] | null {
    const deeds = this.parts.deeds()
    return deeds === null ? null : [...deeds, ...this.disputed()]
  }

  /** Closes by force of what others may have opened: in a symbol that they have traded. */
  private disputed(): number[] {
    const theirs = new Set<string>()
    const found: number[] = []
    for (const { clientId, symbol, liquidation, atMs } of this.parts.trades()) {
      if (symbol === undefined || atMs === undefined) continue
      if (liquidation !== true && (clientId === null || !this.parts.isOurs(clientId))) theirs.add(symbol)
      else if (liquidation === true && theirs.has(symbol)) found.push(atMs + WAITS_MS)
    }
    return found
  }
}
