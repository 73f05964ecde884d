/** Windows of a walk-forward, and its summary (Pardo, The Evaluation and Optimization of Trading Strategies, 2008). */

import type { RowRange } from './cross-validation.ts'
import { type Figure, ratio, unknown } from './figure.ts'
import { mean } from './moments.ts'

export interface WalkForwardOptions {
  readonly rows: number
  /** Rows to optimise on; where anchored, of the first fold. */
  readonly inSampleRows: number
  readonly outOfSampleRows: number
  /** The start of the in-sample stretch stays at the first row. */
  readonly anchored: boolean
  /** Rows left out between the two stretches. */
  readonly purgeRows?: number
}

export interface Fold {
  readonly inSample: RowRange
  readonly outOfSample: RowRange
}

/**
 * Folds whose out-of-sample stretches follow one another without gap or overlap. The last may be shorter, but not below
 * half. Empty where there are too few rows for one.
 */
export function walkForwardFolds(options: WalkForwardOptions): readonly Fold[] {
  const { rows, inSampleRows, outOfSampleRows, anchored, purgeRows = 0 } = options
  const folds: Fold[] = []
  for (let at = inSampleRows + purgeRows; at + outOfSampleRows / 2 <= rows; at += outOfSampleRows) {
    const end = at - purgeRows
    folds.push({
      inSample: { from: anchored ? 0 : end - inSampleRows, to: end },
      outOfSample: { from: at, to: Math.min(rows, at + outOfSampleRows) },
    })
  }
  return folds
}

export interface WalkForwardSummary {
  readonly meanInSample: number
  readonly meanOutOfSample: number
  /** Ratio of those averages: information, no gate. Null where the in-sample one isn't positive. */
  readonly efficiency: Figure
  readonly shareProfitable: number
  /** Out-of-sample returns compounded. */
  readonly stitched: number
}

/** Summary of folds' annualised in-sample and plain out-of-sample returns (fractions), with the latter annualised too. */
export function summariseWalkForward(
  folds: readonly {
    readonly inSampleAnnual: number
    readonly outOfSampleAnnual: number
    readonly outOfSample: number
  }[],
): WalkForwardSummary {
  const meanInSample = mean(folds.map((fold) => fold.inSampleAnnual))
  const meanOutOfSample = mean(folds.map((fold) => fold.outOfSampleAnnual))
  return {
    meanInSample,
    meanOutOfSample,
    efficiency:
      meanInSample > 0
        ? ratio(meanOutOfSample, meanInSample, 'no in-sample return')
        : unknown('the configurations that were chosen did not earn in sample'),
    shareProfitable: folds.filter((fold) => fold.outOfSample > 0).length / folds.length,
    stitched: folds.reduce((unit, fold) => unit * (1 + fold.outOfSample), 1) - 1,
  }
}
