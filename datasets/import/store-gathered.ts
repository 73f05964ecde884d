/** A gathered series into the store, or with a dry run only its report. */

import { hashCandles } from '../columns.ts'
import { fundingGaps, usualInterval } from '../funding/interval.ts'
import { hashFunding } from '../funding/series.ts'
import { writeFunding } from '../funding/store.ts'
import { countGaps } from '../grid.ts'
import type { FileSource } from '../manifest.ts'
import type { SeriesKey } from '../series.ts'
import { writeSeries } from '../write.ts'
import { type Gathered, listSha256 } from './gather.ts'
import type { ImportedSeries } from './import-path.ts'

/** `name`: base name of what the user named. */
export async function storeGathered(
  store: string,
  name: string,
  gathered: Gathered,
  dryRun: boolean,
): Promise<ImportedSeries> {
  const { target, format, files, fixes, notes } = gathered
  const sha256 = listSha256(files)
  const source: FileSource = { kind: 'file', name, sha256, format, ...(files.length === 1 ? {} : { files }) }
  const common = { ...target, sourceSha256: sha256, format, files: files.map((file) => file.name), fixes, notes }
  const stored = gathered.funding === null ? candles(gathered) : funding(gathered)
  return { ...common, ...(await stored(store, source, dryRun)) }
}

type Stored = Pick<ImportedSeries, 'rows' | 'firstMs' | 'lastMs' | 'gaps' | 'zeroVolumeRows' | 'dataHash' | 'replaced'>
type Store = (store: string, source: FileSource, dryRun: boolean) => Promise<Stored>

function candles({ target, candles: blocks, fixes }: Gathered): Store {
  return async (store, source, dryRun) => {
    const { venue, symbol, timeframeMs, price } = target
    const key: SeriesKey = { venue, symbol, timeframeMs: timeframeMs!, ...(price === null ? {} : { price }) }
    const rows = blocks!.whole()
    blocks!.dispose()
    if (dryRun) {
      const { time, volume } = rows
      return {
        rows: time.length,
        firstMs: time[0]!,
        lastMs: time.at(-1)!,
        gaps: countGaps(time, key.timeframeMs),
        zeroVolumeRows: volume.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
        dataHash: hashCandles(rows),
        replaced: false,
      }
    }
    const { manifest, replaced } = await writeSeries(store, key, rows, source, fixes)
    const { firstMs, lastMs, gaps, zeroVolumeRows, dataHash } = manifest
    return { rows: manifest.rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash, replaced }
  }
}

function funding({ target, funding: rates, fixes }: Gathered): Store {
  return async (store, source, dryRun) => {
    const { time } = rates!
    const common = { rows: time.length, firstMs: time[0]!, lastMs: time.at(-1)!, zeroVolumeRows: 0 }
    const missing = fundingGaps(time, usualInterval(time))
    const gaps = { runs: missing.runs, bars: missing.rows }
    if (dryRun) return { ...common, gaps, dataHash: hashFunding(rates!), replaced: false }
    const { manifest, replaced } = await writeFunding(store, target, rates!, source, fixes)
    return { ...common, gaps, dataHash: manifest.dataHash, replaced }
  }
}
