/** `data check` of a funding series in the store. */

import { TandemError } from '../../engine/core/errors.ts'
import { readFundingManifestIn } from '../funding/manifest.ts'
import { type FundingKey, fundingDirectory } from '../funding/series.ts'
import { loadFunding, writeFunding } from '../funding/store.ts'
import { checkFundingSeries, type FundingCheck } from './check.ts'
import type { Finding } from './finding.ts'
import { counted } from './stage.ts'
import { lines } from './table.ts'

/** `binance:BTC/USDT:USDT:funding`, as it is typed. */
export function fundingTarget({ venue, symbol }: FundingKey): string {
  return `${venue}:${symbol}:funding`
}

/** The series that a text of `fundingTarget` names; null for another form. */
export function parseFundingTarget(text: string): FundingKey | null {
  const match = /^([a-z0-9][a-z0-9-]*):([A-Za-z0-9]+\/[A-Za-z0-9]+(?::[A-Za-z0-9]+)??):funding$/.exec(text)
  return match === null ? null : { venue: match[1]!, symbol: match[2]! }
}

/** Checks it and, with `fix`, writes it mended; `written` says whether. Throws what loading throws, and `NOT_MENDED`. */
export async function checkStoredFunding(
  store: string,
  key: FundingKey,
  fix: boolean,
  heard?: (finding: Finding) => void,
): Promise<{ readonly checked: FundingCheck; readonly written: string | null; readonly dataHash: string }> {
  const { time, rate, dataHash } = await loadFunding(store, key)
  const checked = checkFundingSeries({ time, rate, line: lines(time.length) }, heard)
  if (!fix || checked.fixes.length === 0) return { checked, written: null, dataHash }
  const target = fundingTarget(key)
  if (checked.unmended > 0) {
    throw new TandemError(`no safe fix mends ${counted(checked.unmended, 'error')}, so nothing was written`, {
      code: 'NOT_MENDED',
      where: target,
      hint: 'run the check without --fix to see them, and correct or remove those rows',
    })
  }
  const manifest = (await readFundingManifestIn(fundingDirectory(store, key)))!
  const { mended } = checked
  const fixes = [...(manifest.fixes ?? []), ...checked.fixes]
  await writeFunding(store, key, { time: mended.time, rate: mended.rate }, manifest.source, fixes)
  return { checked, written: target, dataHash }
}
