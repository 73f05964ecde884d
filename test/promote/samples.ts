/** Evidence that passes every gate, and a bundle with a field of every kind. */

import { generateKeyPairSync } from 'node:crypto'
import type { BundleContent } from '../../engine/promote/bundle.ts'
import { type Evidence, found } from '../../engine/promote/evidence.ts'
import { evaluateGates } from '../../engine/promote/gates.ts'
import type { SigningKey } from '../../engine/promote/keys.ts'
import { defaultPolicy } from '../../engine/promote/policy.ts'

const evidence = { sharpe: 0.15, n: 1460, skew: 0.1, kurtosis: 5 }

export const GOOD: Evidence = {
  years: 4,
  trials: 20,
  effectiveTrials: 8.5,
  sharpe: found(evidence),
  sharpeVariance: found(0.0005),
  closedTrades: 120,
  lookAhead: found({ passed: true, detail: '', cuts: 24 }),
  overfitting: found({ probability: 0.05, lossProbability: 0.1, blocks: 16, halves: 12870 }),
  walkForward: found({ evidence, folds: 8, stitchedReturn: 0.9, efficiency: 0.6 }),
  superiorAbility: found({ cash: 0.001, hold: 0.03, resamples: 1000, blockLength: 4, seed: 7 }),
  holm: found({ adjusted: 0.001, raw: 0.00005, tests: 20 }),
  neighbourhood: found({ median: 0.13, chosen: 0.15, neighbours: 4 }),
  costs: found({ factor: 1.5, totalReturn: 0.5 }),
  noEdge: found({ share: 0.05, markets: 20, seed: 7 }),
  drawdown: found({ worst: -0.2, samples: 2000, seed: 7 }),
  holdout: found({ totalReturn: 0.1, days: 180, openings: 1 }),
  parity: found({ share: 1, decisions: 400 }),
}

export function freshKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64')
  return { privateKey, publicKey: raw, made: true }
}

const policy = defaultPolicy()

export const CONTENT: BundleContent = {
  format: 'tandem-bundle/1',
  name: 'btc-donchian',
  runId: 'btc-donchian-0123456789',
  createdMs: 1_700_000_000_000,
  code: '0.1.0',
  config: {
    strategy: { name: 'donchian-breakout', params: { entry: 20, exit: 10, short: false, list: [], none: null } },
    account: { equity: 10_000, quote: 'USD' },
    data: { symbols: ['BTC/USD'], note: 'colon: # and\nline' },
  },
  hashes: { config: 'a1', strategy: 'b2', data: 'c3', rulebook: 'd4', fees: 'e5', decisions: 'f6' },
  strategy: { name: 'donchian-breakout', source: 'export default 1\n' },
  origin: {
    fromMs: 1_514_764_800_000,
    toMs: 1_640_995_200_000,
    bars: 35_040,
    indicators: [{ symbol: 'BTC/USD', spec: { kind: 'sma', length: 20 }, bars: 35_040, state: 'AAAA' }],
    strategyState: null,
  },
  gates: evaluateGates(GOOD, policy).slice(0, 2),
  overrides: [{ gate: 'parity', justification: 'there was no paper session yet', by: 'ada' }],
  expected: {
    days: 14,
    coverage: 0.99,
    tradesPerDay: { mean: 0.4, low: 0, high: 1.5 },
    drawdown: { low: -0.2, high: 0 },
    stretchReturn: { low: -0.15, high: 0.2 },
    slippageBps: { model: 2, high: 6 },
  },
  limits: policy.limits,
  stages: policy.stages,
  policy: policy.name,
}
