/** Instruments and dated records for the tests of this room. */

import type { FeeRecord, RulebookRecord } from '../../engine/core/dated.ts'
import { type Dec, parseDec } from '../../engine/core/dec.ts'
import type { Instrument } from '../../engine/core/instrument.ts'

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
/** 00:00 UTC of a date. */
export const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)

export function instrument(symbol = 'BTC/USD', venue = 'kraken', id = 0, more: Partial<Instrument> = {}): Instrument {
  const [base = '', quote = ''] = symbol.replace(/:.*/, '').split('/')
  const units = { pxDec: 8, qtyDec: 8, quoteDec: 10 }
  return { id, account: 'main', venue, symbol, base, quote, kind: 'spot', ...units, ...more }
}

export function feeRecord(more: Partial<FeeRecord> = {}): FeeRecord {
  return {
    venue: 'kraken',
    product: 'spot',
    pairs: null,
    fromMs: day('2020-01-01'),
    toMs: null,
    windowDays: 30,
    volumeTiming: 'fill',
    volumeWeight: 1,
    tiers: [{ minVolume: 0, maker: 0.001, taker: 0.002 }],
    feeAsset: 'quote',
    approximate: false,
    rebate: false,
    source: 'test',
    ...more,
  }
}

export function rulebookRecord(more: Partial<RulebookRecord> = {}): RulebookRecord {
  return {
    venue: 'kraken',
    symbol: 'BTC/USD',
    fromMs: day('2020-01-01'),
    toMs: null,
    tick: '0.1',
    step: '0.00000001',
    minQty: '0.0001',
    minCost: '0.5',
    minBuyCost: '0',
    significantDigits: null,
    listedMs: null,
    delistedMs: null,
    approximate: false,
    source: 'test',
    ...more,
  }
}

/** A text at scale 10, the money of `instrument`. */
export const usd = (text: string): Dec => parseDec(text, 10)
/** A text such as 0.0026 as a rate in units of 1e-12. */
export const rate = (text: string): Dec => parseDec(text, 12)
