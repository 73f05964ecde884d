/** A made-up validation, as its report reads it. */

import type { ReportedGate, ValidationInput } from '../../reports/validation-input.ts'

const DAY = 86_400_000
const START = Date.UTC(2020, 0, 1)
const dayMs = Array.from({ length: 60 }, (_, i) => START + i * DAY)
const unit = dayMs.map((_, i) => 1 + 0.01 * Math.sin(i / 5) + i / 500)

function gate(name: string, status: ReportedGate['status'], value: number | null, limit: number | null): ReportedGate {
  const inputs = name === 'deflatedSharpe' ? { benchmark: 0.04 } : {}
  const reason = value === null ? 'no paper session yet' : `${value} against ${limit}`
  return {
    name,
    label: `Gate ${name}`,
    status,
    value,
    limit,
    relation: 'at least',
    formula: `${name}/1`,
    reason,
    inputs,
  }
}

export const VALIDATION: ValidationInput = {
  runId: 'made-up-0123456789',
  name: 'made-up',
  strategy: 'sma-cross',
  symbols: ['BTC/USD'],
  fromMs: START,
  toMs: START + 60 * DAY,
  holdout: { fromMs: START + 60 * DAY, toMs: START + 70 * DAY, opened: false },
  policy: 'tandem defaults',
  passed: false,
  failed: ['deflatedSharpe'],
  gates: [
    gate('lookAhead', 'passed', 1, 1),
    gate('deflatedSharpe', 'failed', 0.83, 0.95),
    gate('parity', 'not applicable', null, null),
  ],
  chosen: { fast: 5, slow: 20 },
  trialCount: { space: 4, elsewhere: 1, ledger: 6, total: 7 },
  trials: [1.2, 0.4, null, -0.3].map((sharpe, i) => ({ sharpe, chosen: i === 0 })),
  overfitting: {
    probability: 0.15,
    lossProbability: 0.06,
    blocks: 4,
    halves: 6,
    slope: -0.4,
    intercept: 0.02,
    dominance: { first: false, second: true },
    logits: [
      { from: -2, to: 0, count: 1 },
      { from: 0, to: 2, count: 5 },
    ],
    points: [
      { inSample: 0.05, outOfSample: 0.03 },
      { inSample: 0.08, outOfSample: 0.01 },
    ],
  },
  walkForwards: [false, true].map((anchored) => ({
    anchored,
    folds: [
      {
        inSample: { fromMs: START, toMs: START + 20 * DAY },
        outOfSample: { fromMs: START + 20 * DAY, toMs: START + 40 * DAY },
        values: { fast: 5 },
        inSampleSharpe: 1.1,
        outOfSampleSharpe: null,
        outOfSampleReturn: 0.02,
        trades: 3,
      },
    ],
    dayMs,
    unit,
    sharpe: 0.9,
    trades: 6,
    summary: { stitched: 0.12, shareProfitable: 1, efficiency: { value: null } },
  })),
  crossValidation: {
    groups: 6,
    testGroups: 2,
    purgeDays: 3,
    embargoDays: 1,
    splits: 15,
    dayMs,
    paths: [
      { unit, sharpe: 0.8, totalReturn: 0.1 },
      { unit: unit.map((x) => 2 - x), sharpe: null, totalReturn: -0.1 },
    ],
  },
  deflation: [
    { trials: 1, probability: 0.98 },
    { trials: 7, probability: 0.83 },
    { trials: 100, probability: null },
  ],
  trackRecordDays: 480.2,
  interval: { sharpe: 1.2, low: 0.1, high: 2.3, blockLength: 4 },
  haircuts: { sharpe: 1.2, p: 0.01, rows: [{ method: 'Holm', p: 0.07, sharpe: 0.6, haircut: 0.5 }] },
  monteCarlo: {
    trades: 40,
    reordered: { samples: 500, maxDrawdown: [-0.4, -0.2, -0.1], total: [0.5, 0.5, 0.5], lossProbability: 0 },
    redrawn: { samples: 500, maxDrawdown: [-0.5, -0.2, -0.1], total: [-0.1, 0.5, 1.5], lossProbability: 0.03 },
  },
  circumstances: [
    { name: 'as it is', detail: '', totalReturn: 0.5, sharpe: 1.2, trades: 40 },
    { name: 'fees and minimums of', detail: 'elsewhere: not listed', totalReturn: null, sharpe: null, trades: null },
  ],
  noEdge: { share: 0.05, markets: 20 },
  expected: {
    days: 14,
    coverage: 0.99,
    tradesPerDay: { mean: 0.4, low: 0, high: 1.2 },
    drawdown: { low: -0.2 },
    stretchReturn: { low: -0.15, high: 0.3 },
    slippageBps: { model: 2, high: 6 },
  },
  hashes: { config: 'a'.repeat(64), strategy: 'b'.repeat(64), data: 'c'.repeat(64) },
  seed: 7,
}

/** As little as a validation can know. */
export const BARE_VALIDATION: ValidationInput = {
  ...VALIDATION,
  holdout: null,
  gates: [],
  failed: [],
  passed: true,
  chosen: {},
  trials: [{ sharpe: null, chosen: true }],
  overfitting: null,
  walkForwards: [],
  crossValidation: null,
  deflation: [],
  trackRecordDays: null,
  interval: null,
  haircuts: null,
  monteCarlo: null,
  circumstances: [],
  noEdge: null,
}
