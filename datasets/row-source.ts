/** A series in order, whole or piece by piece, so that one of any length can be written with little memory. */

import { createHash } from 'node:crypto'
import type { Candles } from '../engine/core/candles.ts'
import { COLUMNS, littleEndianBytes } from './columns.ts'
import type { Gaps } from './grid.ts'

export interface RowSource {
  readonly rows: number
  /** The rows in order, each time from the beginning. Nobody writes to a piece afterwards. */
  pieces(): Iterable<Candles>
}

/** Candles in memory as a source of one piece. */
export function inOnePiece(candles: Candles): RowSource {
  return { rows: candles.time.length, pieces: () => [candles] }
}

/** SHA-256 (hex) of the content, as `hashCandles` has it. */
export function hashSource(source: RowSource): string {
  const hash = createHash('sha256')
  for (const name of COLUMNS) for (const piece of source.pieces()) hash.update(littleEndianBytes(piece[name]))
  return hash.digest('hex')
}

/** What a manifest says about the rows as a whole. */
export interface RowFacts {
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: Gaps
  readonly zeroVolumeRows: number
}

/** Gathers the facts of an ascending series as its pieces pass. */
export class FactsOfRows {
  readonly #timeframeMs: number
  #firstMs = Number.NaN
  #lastMs = Number.NaN
  #runs = 0
  #bars = 0
  #zeroVolumeRows = 0

  constructor(timeframeMs: number) {
    this.#timeframeMs = timeframeMs
  }

  add({ time, volume }: Candles): void {
    for (let row = 0; row < time.length; row++) {
      const missing = (time[row]! - this.#lastMs) / this.#timeframeMs - 1
      if (missing > 0) {
        this.#runs += 1
        this.#bars += missing
      }
      this.#lastMs = time[row]!
      if (volume[row] === 0) this.#zeroVolumeRows += 1
    }
    if (Number.isNaN(this.#firstMs) && time.length > 0) this.#firstMs = time[0]!
  }

  facts(): RowFacts {
    const gaps = { runs: this.#runs, bars: this.#bars }
    return { firstMs: this.#firstMs, lastMs: this.#lastMs, gaps, zeroVolumeRows: this.#zeroVolumeRows }
  }
}

/** The facts of a whole source. */
export function factsOf(source: RowSource, timeframeMs: number): RowFacts {
  const facts = new FactsOfRows(timeframeMs)
  for (const piece of source.pieces()) facts.add(piece)
  return facts.facts()
}
