/**
 * Contract steps of Kraken Futures' linear perpetuals (instruments list of 2025: tickSize, contractValueTradePrecision);
 * for others by the size of their price.
 */

import type { RulebookRecord } from '../../core/dated.ts'

const KNOWN: Readonly<Record<string, readonly [tick: string, step: string]>> = {
  BTC: ['1', '0.0001'],
  ETH: ['0.1', '0.001'],
  SOL: ['0.01', '0.01'],
}

export function futuresRecord(symbol: string, price: number): RulebookRecord {
  const base = symbol.slice(0, symbol.indexOf('/'))
  const [tick, step] = KNOWN[base] ?? byPrice(price)
  return {
    venue: 'krakenfutures',
    symbol,
    fromMs: 0,
    toMs: null,
    tick,
    step,
    minQty: step,
    minCost: '0',
    minBuyCost: '0',
    significantDigits: null,
    listedMs: null,
    delistedMs: null,
    approximate: true,
    source: 'instruments list of 2025',
  }
}

function byPrice(price: number): readonly [string, string] {
  if (price >= 1000) return ['0.1', '0.001']
  if (price >= 1) return ['0.001', '0.1']
  return ['0.00001', '1']
}
