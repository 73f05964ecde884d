/**
 * Ids in the exchanges' own forms, from the seed and a counter: the same session gives the same ids again, two sessions
 * with different seeds share none.
 */

import { createHash } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export class Ids {
  private readonly seed: string
  private next = 0

  constructor(seed: string) {
    this.seed = seed
  }

  /** Kraken's form: `O` for orders, `T` for trades, `L` for ledger entries, then 5-5-6 letters and digits. */
  kraken(first: 'O' | 'T' | 'L'): string {
    const text = this.letters(first, 16)
    return `${first}${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10)}`
  }

  /** A UUID of version 4's form. */
  uuid(): string {
    const hex = this.digest('uuid').toString('hex')
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-')
  }

  private letters(label: string, length: number): string {
    const bytes = this.digest(label)
    return Array.from({ length }, (_, i) => LETTERS[bytes[i]! % LETTERS.length]!).join('')
  }

  private digest(label: string): Buffer {
    this.next += 1
    return createHash('sha256').update(`${this.seed}/${label}/${this.next}`).digest()
  }
}
