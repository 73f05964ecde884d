/** The store: every series against its manifest, and what interrupted writers have left. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Manifest } from '../../../datasets/manifest.ts'
import { seriesName } from '../../../datasets/series.ts'
import { listSeries, loadCandles } from '../../../datasets/store.ts'
import { TandemError } from '../../core/errors.ts'
import { type Finding, fault, note, ok } from './finding.ts'

/** Reads every row of every series: some 0.1 s a million rows. */
export async function checkStore(store: string): Promise<Finding[]> {
  let manifests: readonly Manifest[]
  try {
    manifests = await listSeries(store)
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    return [fault('data', error.line, 'import the series again')]
  }
  if (manifests.length === 0) {
    return [note('data', `${store} has no candles yet`, 'tandem data import FILE, or tandem demo to look around')]
  }
  const faults: Finding[] = []
  let rows = 0
  for (const manifest of manifests) {
    const found = await checkSeries(store, manifest)
    if (found === null) rows += manifest.rows
    else faults.push(found)
  }
  const whole = manifests.length - faults.length
  const left = await leftovers(store)
  return [
    ...(whole > 0 ? [ok('data', `${whole} series, ${rows} candles: as their manifests say`)] : []),
    ...faults,
    ...(left === 0 ? [] : [note('data', `${left} unfinished files of interrupted writers`, 'they may be deleted')]),
  ]
}

async function checkSeries(store: string, manifest: Manifest): Promise<Finding | null> {
  try {
    await loadCandles(store, manifest)
    return null
  } catch (error) {
    const text = error instanceof TandemError ? error.message : (error as Error).message
    return fault('data', `${seriesName(manifest)}: ${text}`, 'import the series again')
  }
}

/** Files under temporary names anywhere in the store. */
async function leftovers(store: string): Promise<number> {
  const entries = await readdir(join(store), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => /\.partial|\.tmp/.test(entry.name)).length
}
