/** From results to the document's plain data: series compounded and rounded, clouds thinned. */

import type { Overfitting } from '../../stats/overfitting.ts'
import type { CrossValidationDocument, OverfittingDocument, SeriesOfDays, WalkForwardDocument } from './document.ts'
import { type CrossValidated, type WalkForward, yearly } from './out-of-sample.ts'

/** Compounded, to nine digits. */
function seriesOf(dayMs: Float64Array, dayReturns: Float64Array): SeriesOfDays {
  let unit = 1
  return { dayMs: [...dayMs], unit: [...dayReturns].map((r) => Number((unit *= 1 + r).toPrecision(9))) }
}

/** A walk-forward as the document holds it. */
export function walkForwardDocument(forward: WalkForward): WalkForwardDocument {
  const { anchored, folds, trades, summary, dayMs, dayReturns } = forward
  return { anchored, folds, trades, summary, sharpe: yearly(dayReturns), ...seriesOf(dayMs, dayReturns) }
}

/** A cross-validation as the document holds it. */
export function crossValidationDocument({ paths, dayMs, ...rest }: CrossValidated): CrossValidationDocument {
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

/** Logits in bins, points thinned. */
export function overfittingDocument(pbo: Overfitting): OverfittingDocument {
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
