/** What an import or a synthetic market reports. */

import type { Gaps } from './grid.ts'
import type { Manifest } from './manifest.ts'
import type { SeriesKey } from './series.ts'
import type { WriteResult } from './write.ts'

/** What an import or a synthetic market put into the store. */
export interface ImportReport extends SeriesKey {
  readonly rows: number
  /** Open of the first and the last bar, ms UTC. */
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: Gaps
  readonly zeroVolumeRows: number
  readonly dataHash: string
  /** SHA-256 (hex) of the file as it lies on disk; null for a series that was made. */
  readonly sourceSha256: string | null
  /** Format of the file, or `synthetic` or `resampled`. */
  readonly format: string
  /** Did the store have this series before? It is then replaced as a whole. */
  readonly replaced: boolean
}

/** The report of a written series. */
export function reportOf({ manifest, replaced }: WriteResult): ImportReport {
  const { venue, symbol, timeframeMs, rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash } = manifest
  const origin = originOf(manifest)
  return { venue, symbol, timeframeMs, rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash, ...origin, replaced }
}

function originOf({ source }: Manifest): Pick<ImportReport, 'sourceSha256' | 'format'> {
  if (source.kind !== 'file') return { sourceSha256: null, format: source.kind }
  return { sourceSha256: source.sha256, format: source.format }
}
