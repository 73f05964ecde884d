/** Scales of a session's amounts, chosen once when it begins. */

import type { ClosedRow } from '../../live/ports.ts'
import { unitsOf } from '../header.ts'
import { loadMarket, makeInstruments, makeMarket } from '../market.ts'
import type { FromBundle, Units } from './from-bundle.ts'
import { seriesOfRows } from './series-of-rows.ts'

/** Units by the bundle's own candles; by those that the session begins with where the store has none. */
export async function unitsFor(bundle: FromBundle, rows: readonly ClosedRow[], store: string): Promise<Units> {
  const { config, content } = bundle
  const market = await loadMarket(config, store).catch(() => null)
  if (market !== null && market.dataHash === content.hashes.data) {
    return unitsOf(makeInstruments(config, market.columns.grid))
  }
  return unitsOf(makeInstruments(config, makeMarket(seriesOfRows(config, rows, bundle.timeframeMs)).columns.grid))
}
