/** From what was computed to what the gates ask for. */

import { BugError } from '../../core/errors.ts'
import { type Evidence, found, missing, notApplicable } from '../../promote/evidence.ts'
import { benchmarkUnitValues } from '../../stats/benchmark.ts'
import { effectiveTrials, sharpeVariance } from '../../stats/deflated-sharpe.ts'
import { periodReturns } from '../../stats/period-returns.ts'
import { sharpeEvidence } from '../../stats/probabilistic-sharpe.ts'
import { dearer } from '../dearer.ts'
import type { Market } from '../market.ts'
import type { Findings } from './findings.ts'
import type { WalkForward } from './out-of-sample.ts'
import { type Setting, trialHash, type ValidationInput } from './setting.ts'
import { median, superiorAbilityOf } from './statistics.ts'
import { neighboursOf, type TrialResult, withEvidence } from './trials.ts'
import { firstRowFrom, runWindow, type TimeWindow } from './window-run.ts'

const YEAR_DAYS = 365

/** The evidence of a validation. */
export function evidenceFrom(input: ValidationInput, setting: Setting, findings: Findings): Evidence {
  const { market, terms, policy, section, config } = input
  const { whole, own, total, days, seen, subject } = setting
  const { overfitting, haircuts, monteCarlo, noEdge, samples } = findings
  const { gates } = policy
  const { seed } = config
  const variance = sharpeVariance(
    whole.flatMap(({ evidence }) => (typeof evidence === 'string' ? [] : [evidence.sharpe])),
  )
  const factor = gates.costs === 'off' ? 1.5 : gates.costs.factor
  const resamples = gates.superiorAbility === 'off' ? 1000 : gates.superiorAbility.resamples
  const forward = findings.forwards.find((one) => one.anchored === section.walkForward.anchored)
  return {
    years: days.count / YEAR_DAYS,
    trials: total,
    effectiveTrials: effectiveTrials(whole.map(({ dayReturns }) => dayReturns)).value,
    sharpe: evidenceOf(own),
    sharpeVariance: variance.value === null ? missing(variance.reason) : found(variance.value),
    closedTrades: own.trades.length,
    lookAhead: findings.lookAhead,
    overfitting:
      'probability' in overfitting
        ? found({
            probability: overfitting.probability,
            lossProbability: overfitting.lossProbability,
            blocks: overfitting.blocks,
            halves: overfitting.logits.length,
          })
        : overfitting,
    walkForward: walkForwardEvidence(forward),
    superiorAbility: superiorAbilityOf(whole, holdingReturns(market, seen), resamples, seed),
    holm:
      typeof haircuts === 'string'
        ? missing(haircuts)
        : found({ adjusted: haircuts.rows.find(({ method }) => method === 'Holm')!.p, raw: haircuts.p, tests: total }),
    neighbourhood: neighbourhoodOf(setting),
    costs: found({ factor, totalReturn: runWindow({ ...subject, terms: dearer(terms, factor) }).totalReturn }),
    noEdge:
      typeof noEdge === 'string'
        ? notApplicable(noEdge)
        : found({ share: noEdge.share, markets: noEdge.markets, seed }),
    drawdown:
      monteCarlo === null
        ? missing('fewer than two trades')
        : found({ worst: monteCarlo.reordered.maxDrawdown[0], samples, seed }),
    holdout: holdoutOf(input, setting),
    parity: notApplicable('no paper session yet'),
  }
}

function evidenceOf({ evidence }: TrialResult): Evidence['sharpe'] {
  if (typeof evidence === 'string') return missing(evidence)
  const { benchmark: _, ...rest } = evidence
  return found(rest)
}

function walkForwardEvidence(forward: WalkForward | undefined): Evidence['walkForward'] {
  if (forward === undefined) return missing('the data is too short for two folds')
  const evidence = sharpeEvidence(forward.dayReturns)
  if (typeof evidence === 'string') return missing(evidence)
  const { benchmark: _, ...rest } = evidence
  const { stitched, efficiency } = forward.summary
  return found({ evidence: rest, folds: forward.folds.length, stitchedReturn: stitched, efficiency: efficiency.value })
}

function neighbourhoodOf({ trials, whole, chosen }: Setting): Evidence['neighbourhood'] {
  const near = neighboursOf(trials, trials[chosen]!)
  if (near.length === 0) return notApplicable('the chosen configuration has no neighbours in the space')
  const score = (index: number): number => {
    const { evidence } = whole[index]!
    return typeof evidence === 'string' ? 0 : evidence.sharpe
  }
  return found({ median: median(near.map(score)) ?? 0, chosen: score(chosen), neighbours: near.length })
}

function holdoutOf(input: ValidationInput, { trial, sealed, create }: Setting): Evidence['holdout'] {
  if (sealed === null) return notApplicable('no stretch was kept sealed')
  if (input.sweptBefore === true) return notApplicable('a sweep has looked at these days already')
  if (input.open === undefined) return notApplicable('sealed: open it once, when all else passes')
  const openings = input.open(sealed, trialHash(trial, input))
  const { market, terms, section } = input
  const run = withEvidence(
    runWindow({ config: trial.config, market, terms, create, window: sealed, warmupBars: section.warmupBars }),
  )
  return found({ totalReturn: run.totalReturn, days: run.dayReturns.length, openings })
}

/** UTC-day returns of holding the first symbol over a window. */
function holdingReturns({ grid }: Market, { fromMs, toMs }: TimeWindow): Float64Array {
  const from = firstRowFrom(grid.time, fromMs)
  const to = firstRowFrom(grid.time, toMs)
  const { open, close } = grid.symbols[0]!
  const entryPrice = open.subarray(from, to).find((price) => price > 0)
  if (entryPrice === undefined) throw new BugError('a symbol without bars')
  const unit = benchmarkUnitValues({ label: '', entryPrice, close: close.subarray(from, to) })
  return periodReturns(grid.time.subarray(from, to), grid.timeframeMs, unit).value
}
