/** A gathered series into the store, or with a dry run only its report. */

import { fundingGaps, usualInterval } from '../funding/interval.ts'
import { hashFunding } from '../funding/series.ts'
import { writeFunding } from '../funding/store.ts'
import type { FileSource } from '../manifest.ts'
import { factsOf, hashSource } from '../row-source.ts'
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
    if (dryRun) {
      const facts = factsOf(blocks!, key.timeframeMs)
      return { rows: blocks!.rows, ...facts, dataHash: hashSource(blocks!), replaced: false }
    }
    const { manifest, replaced } = await writeSeries(store, key, blocks!, source, fixes)
    const { rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash } = manifest
    return { rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash, replaced }
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
