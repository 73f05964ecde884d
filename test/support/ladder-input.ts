/** Made-up ladders, as their page reads them. */

import type { LadderInput, LadderRung } from '../../reports/ladder-input.ts'

function rung(equity: number, changes: Partial<LadderRung> = {}): LadderRung {
  return {
    equity,
    finalEquity: equity * 1.2,
    returnAfterCosts: 0.2,
    trades: 10,
    entrySignals: 12,
    entries: 10,
    refusals: { LOW_QUALITY: 2 },
    sizeRefusals: 0,
    tradeableShare: 1,
    rounding: 0.02,
    dust: 0.01,
    fees: 1.5,
    grossProfit: 6,
    feeShareOfGross: 0.25,
    viable: true,
    ...changes,
  }
}

const NOTHING = {
  returnAfterCosts: 0,
  finalEquity: 5,
  trades: 0,
  entries: 0,
  refusals: { BELOW_MINIMUM: 12, SIZE_ZERO: 1, A: 1, B: 1, C: 1, D: 1 },
  sizeRefusals: 13,
  tradeableShare: 0,
  rounding: 0,
  dust: 0,
  fees: 0,
  grossProfit: 0,
  feeShareOfGross: null,
  viable: false,
} as const

export const LADDER: LadderInput = {
  name: 'made-up',
  quote: 'USD',
  strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 } },
  venue: 'kraken',
  symbols: ['BTC/USD'],
  timeframe: '1h',
  profile: 'auto',
  fromMs: Date.UTC(2020, 0, 1),
  toMs: Date.UTC(2021, 0, 1),
  bars: 8784,
  rungs: [rung(5, NOTHING), rung(50, { returnAfterCosts: -0.1, feeShareOfGross: 1.3, viable: false }), rung(1000)],
  smallestViable: 1000,
  definition: 'the smallest of the list that earned',
  command: 'tandem ladder runs/made-up/config.yaml --equities 5,50,1000',
  hashes: { config: 'a'.repeat(64), data: 'b'.repeat(64), strategy: 'c'.repeat(64) },
  configText: 'name: made-up\n',
}

export function oddLadders(): Readonly<Record<string, LadderInput>> {
  return {
    'one account': { ...LADDER, rungs: [rung(100)], smallestViable: 100 },
    'no trade anywhere': { ...LADDER, rungs: [rung(1, NOTHING), rung(2, NOTHING)], smallestViable: null },
    'no refusal': { ...LADDER, rungs: [rung(10, { refusals: {} })], smallestViable: 10 },
    'no account': { ...LADDER, rungs: [], smallestViable: null },
    'forty accounts': { ...LADDER, rungs: Array.from({ length: 40 }, (_, i) => rung(i + 1)) },
  }
}
