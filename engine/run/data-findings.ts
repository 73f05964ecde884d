/** What the data checks say about a run's own data, as assumptions of the run. */

import type { Assumption } from '../core/result.ts'
import type { SeriesQuality } from '../core/run-detail.ts'

/** One assumption a series whose data have something to tell; none for clean data. */
export function dataFindings(quality: readonly SeriesQuality[]): Assumption[] {
  return quality.flatMap((one) => findingsOf(one) ?? [])
}

function findingsOf({ name, bars, checked, command }: SeriesQuality): Assumption | null {
  if (checked === null) {
    return { code: 'DATA_UNCHECKED', text: `bars of ${name} weren't checked in this run: ${command}`, count: bars }
  }
  const found = Object.entries(checked.counts)
  if (found.length === 0) return null
  const list = found.map(([code, count]) => `${code} ${count}`).join(', ')
  const count = found.reduce((sum, [, each]) => sum + each, 0)
  return {
    code: 'DATA_FINDINGS',
    text: `${name} was taken as it is, although checks find ${list}: ${command}`,
    count,
  }
}
