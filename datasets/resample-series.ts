/** `data resample`: a stored series as another one with a coarser timeframe. */

import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'
import { carryForward, type GapPolicy } from './carry.ts'
import type { AppliedFix } from './fixes/fix.ts'
import type { Manifest } from './manifest.ts'
import { type Partial, resample, withoutPartialEnds } from './resample.ts'
import { type SeriesKey, seriesName } from './series.ts'
import { loadCandles } from './store.ts'
import { writeSeries } from './write.ts'

export interface ResampleOptions {
  readonly timeframeMs: number
  /** Leave out a first and last bar whose data begin or end inside it. */
  readonly dropPartial: boolean
  /** What to do about missing bars of the result. */
  readonly gaps: GapPolicy
}

export interface ResampleReport {
  readonly manifest: Manifest
  readonly replaced: boolean
  readonly partial: Partial
}

/** Makes and stores the coarser series; its manifest names what it was made of. Throws `BAD_TIMEFRAME`, `NO_WHOLE_BAR`. */
export async function resampleSeries(store: string, key: SeriesKey, options: ResampleOptions): Promise<ResampleReport> {
  const fine = await loadCandles(store, key)
  const made = resample(fine.candles, key.timeframeMs, options.timeframeMs)
  const { candles: kept, partial } = options.dropPartial ? withoutPartialEnds(made) : made
  if (kept.time.length === 0) {
    throw new TandemError(`no bar of ${seriesName({ ...key, timeframeMs: options.timeframeMs })} is whole`, {
      code: 'NO_WHOLE_BAR',
      hint: 'keep partial bars, or take a shorter timeframe',
    })
  }
  const { candles, bars } =
    options.gaps === 'carry' ? carryForward(kept, options.timeframeMs) : { candles: kept, bars: 0 }
  const timeframe = formatTimeframe(key.timeframeMs)
  const source = { kind: 'resampled', timeframe, dataHash: fine.dataHash, partial } as const
  const fixes: AppliedFix[] =
    bars === 0
      ? []
      : [{ code: 'GAPS_CARRIED', rows: bars, text: 'missing bars filled in with the last close, volume 0' }]
  const target = { ...key, timeframeMs: options.timeframeMs }
  return { ...(await writeSeries(store, target, candles, source, fixes)), partial }
}
