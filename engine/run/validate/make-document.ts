/** From results to the document's plain data: series compounded and rounded, clouds thinned. */

import { seededUniform } from '../../core/random.ts'
import { expectedBehaviour } from '../../promote/bands.ts'
import type { Evidence } from '../../promote/evidence.ts'
import { evaluateGates, failedGates } from '../../promote/gates.ts'
import type { Policy } from '../../promote/policy.ts'
import type { Overfitting } from '../../stats/overfitting.ts'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { configHash } from '../config/index.ts'
import { strategyName } from '../result.ts'
import type { Terms } from '../terms.ts'
import {
  type CrossValidationDocument,
  type OverfittingDocument,
  type SeriesOfDays,
  VALIDATION_FORMAT,
  type ValidationDocument,
  type WalkForwardDocument,
} from './document.ts'
import type { Findings } from './findings.ts'
import { type CrossValidated, type WalkForward, yearly } from './out-of-sample.ts'
import type { Setting, ValidationInput } from './setting.ts'
import { deflationCurve, sharpeInterval, trackRecordDays } from './statistics.ts'
import type { TrialResult } from './trials.ts'

const DAY_MS = 86_400_000

/** The document: evidence judged, findings in plain data. `runId` is filled in once there is a run. */
export function documentOf(
  input: ValidationInput,
  setting: Setting,
  findings: Findings,
  evidence: Evidence,
): ValidationDocument {
  const { config, section, market, terms, policy } = input
  const { seen, sealed, trials, whole, own, chosen, trial, ledger, total } = setting
  const { forwards, crossed, overfitting, haircuts, monteCarlo, stress, noEdge } = findings
  const gates = evaluateGates(evidence, policy)
  const failed = failedGates(gates)
  return {
    format: VALIDATION_FORMAT,
    runId: '',
    name: config.name,
    strategy: strategyName(config),
    symbols: config.data.symbols,
    hashes: { config: configHash(trial.config), strategy: input.strategyHash, data: market.dataHash },
    fromMs: seen.fromMs,
    toMs: seen.toMs,
    holdout: sealed === null ? null : { ...sealed, opened: input.open !== undefined },
    policy: policy.name,
    policyHash: policyHash(policy),
    seed: config.seed,
    passed: failed.length === 0,
    failed,
    gates,
    chosen: trial.values,
    trialCount: { space: trials.length, elsewhere: section.triedElsewhere, ledger, total },
    trials: trials.map(({ values }, index) => ({
      values,
      sharpe: whole[index]!.ruined ? null : yearly(whole[index]!.dayReturns),
      totalReturn: whole[index]!.totalReturn,
      trades: whole[index]!.trades.length,
      chosen: index === chosen,
    })),
    overfitting: 'probability' in overfitting ? overfittingDocument(overfitting) : null,
    walkForwards: forwards.map(walkForwardDocument),
    crossValidation: crossed === null ? null : crossValidationDocument(crossed),
    deflation: deflationCurve(evidence),
    trackRecordDays: trackRecordDays(evidence),
    interval: sharpeInterval(own.dayReturns, config.seed),
    haircuts: typeof haircuts === 'string' ? null : haircuts,
    monteCarlo,
    circumstances: stress,
    noEdge: typeof noEdge === 'string' ? null : noEdge,
    expected: expectedOf(own, terms, policy, config.seed),
    evidence,
  }
}

/** One name for a policy, whatever it calls itself. */
export function policyHash(policy: Policy): string {
  return sha256Hex(canonicalJson(policy))
}

function expectedOf(own: TrialResult, terms: Terms, policy: Policy, seed: number) {
  const dayTrades = new Float64Array(own.dayReturns.length)
  for (const { exitMs } of own.trades) {
    const day = Math.min(dayTrades.length - 1, Math.floor((exitMs - own.dayMs[0]!) / DAY_MS))
    dayTrades[day] = dayTrades[day]! + 1
  }
  const slippageBps = (terms.spread / 2 + terms.slippage) * 1e4
  return expectedBehaviour(
    { dayReturns: own.dayReturns, dayTrades, slippageBps, ...policy.bands },
    seededUniform(seed, 'bands'),
  )
}

/** Compounded, to nine digits. */
function seriesOf(dayMs: Float64Array, dayReturns: Float64Array): SeriesOfDays {
  let unit = 1
  return { dayMs: [...dayMs], unit: [...dayReturns].map((r) => Number((unit *= 1 + r).toPrecision(9))) }
}

function walkForwardDocument(forward: WalkForward): WalkForwardDocument {
  const { anchored, folds, trades, summary, dayMs, dayReturns } = forward
  return { anchored, folds, trades, summary, sharpe: yearly(dayReturns), ...seriesOf(dayMs, dayReturns) }
}

function crossValidationDocument({ paths, dayMs, ...rest }: CrossValidated): CrossValidationDocument {
  return {
    ...rest,
    dayMs: [...dayMs],
    paths: paths.map(({ dayReturns, sharpe, totalReturn }) => ({
      unit: seriesOf(dayMs, dayReturns).unit as number[],
      sharpe,
      totalReturn,
    })),
  }
}

const LOGIT_BINS = 31
const MOST_POINTS = 600

function overfittingDocument(pbo: Overfitting): OverfittingDocument {
  const most = Math.max(1, ...[...pbo.logits].map(Math.abs))
  // An odd number of bins would have 0 inside one; the edge is at 0, so that red and blue part there.
  const width = (2 * most) / (LOGIT_BINS - 1)
  const counts = new Array<number>(LOGIT_BINS - 1).fill(0)
  for (const logit of pbo.logits) {
    // A logit of exactly 0 counts as overfitted: it belongs to the bin below.
    const bin = Math.ceil((logit + most) / width - 1e-9) - 1
    counts[Math.min(counts.length - 1, Math.max(0, bin))]! += 1
  }
  const step = Math.max(1, Math.floor(pbo.inSample.length / MOST_POINTS))
  const points = [...pbo.inSample.keys()].filter((i) => i % step === 0)
  return {
    probability: pbo.probability,
    lossProbability: pbo.lossProbability,
    blocks: pbo.blocks,
    halves: pbo.logits.length,
    slope: pbo.slope,
    intercept: pbo.intercept,
    dominance: pbo.dominance,
    logits: counts.map((count, i) => ({ from: -most + i * width, to: -most + (i + 1) * width, count })),
    points: points.map((i) => ({ inSample: pbo.inSample[i]!, outOfSample: pbo.outOfSample[i]! })),
  }
}
