/** What the data checks say about a run's own data, as assumptions of the run. */

import { checkCandles } from '../../datasets/checks/check.ts'
import { tableOf } from '../../datasets/checks/table.ts'
import { seriesName, seriesTarget } from '../../datasets/series.ts'
import type { CandleSeries } from '../core/candles.ts'
import type { Grid } from '../core/grid.ts'
import type { Assumption } from '../core/result.ts'

/** Longer series take seconds to check: the run says that it didn't. */
const MOST_BARS = 500_000

/** One assumption a symbol whose data have something to tell; none for clean data. */
export function dataFindings(grid: Grid): Assumption[] {
  return grid.symbols.flatMap(({ series }) => findingsOf(series) ?? [])
}

function findingsOf(series: CandleSeries): Assumption | null {
  const { venue, symbol, timeframeMs, candles, preparation } = series
  const rows = candles.time.length
  const where = `tandem data check ${seriesTarget(series)}`
  if (rows > MOST_BARS) {
    return {
      code: 'DATA_UNCHECKED',
      text: `bars of ${seriesName(series)} weren't checked in this run: ${where}`,
      count: rows,
    }
  }
  const { counts } = checkCandles(tableOf(candles), { timeframeMs, venue, symbol, references: [] })
  // Bars that the run itself filled in are no finding.
  const isOwn = (code: string): boolean => code === 'CARRIED_FORWARD' && (preparation?.carriedBars ?? 0) > 0
  const found = Object.entries(counts).filter(([code]) => !isOwn(code))
  if (found.length === 0) return null
  const list = found.map(([code, count]) => `${code} ${count}`).join(', ')
  const count = found.reduce((sum, [, each]) => sum + each, 0)
  return {
    code: 'DATA_FINDINGS',
    text: `${seriesName(series)} was taken as it is, although checks find ${list}: ${where}`,
    count,
  }
}
