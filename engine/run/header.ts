/**
 * What a run is made of, as one header: it names everything that the three digests depend on, and its hash names the
 * run. The decisions digest itself covers decisions alone, so that equal decisions under two headers are seen as equal.
 */

import { createHash } from 'node:crypto'
import type { Instrument } from '../core/instrument.ts'
import type { Hasher } from '../core/record.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'

/** Raised when records or semantics change so that old digests can't be reproduced. */
export const SCHEMA = 1

export interface RunHeader {
  readonly schema: number
  readonly config: string
  readonly strategy: string
  readonly rulebook: string
  readonly fees: string
  readonly data: string
  /** Open time of the first row the strategy saw, ms UTC. */
  readonly originMs: number
  /** Scales of price, quantity and money of each symbol. */
  readonly units: Readonly<Record<string, readonly [number, number, number]>>
}

export function headerHash(header: RunHeader): string {
  return sha256Hex(canonicalJson(header))
}

export function unitsOf(instruments: readonly Instrument[]): RunHeader['units'] {
  return Object.fromEntries(
    instruments.map((one) => [`${one.venue}:${one.symbol}`, [one.pxDec, one.qtyDec, one.quoteDec] as const]),
  )
}

/** SHA-256 by node:crypto, behind the pure rooms' Hasher port. */
export function sha256Hasher(): Hasher {
  const hash = createHash('sha256')
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => hash.digest('hex'),
  }
}
