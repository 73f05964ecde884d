/** A symbol that its venue didn't list on any day of a run is refused before the run begins (RULES F3). */

import { TandemError } from '../core/errors.ts'
import type { Grid } from '../core/grid.ts'
import type { Instrument, Rulebook } from '../core/instrument.ts'

/** Throws `NOT_LISTED` for the first instrument that could never be traded between the grid's first and last bar. */
export function refuseUnlisted(
  instruments: readonly Instrument[],
  grid: Grid,
  rulebook: (instrument: number, atMs: number) => Rulebook,
): void {
  const fromMs = grid.time[0]!
  const lastMs = grid.time[grid.rows - 1]!
  for (const { id, venue, symbol } of instruments) {
    const { delistedMs } = rulebook(id, fromMs)
    const { listedMs } = rulebook(id, lastMs)
    const gone = delistedMs <= fromMs
    if (!gone && listedMs <= lastMs) continue
    const when = gone ? `was delisted on ${dayOf(delistedMs)}` : `was only listed on ${dayOf(listedMs)}`
    throw new TandemError(
      `${symbol} ${when} at ${venue}, and the data runs from ${dayOf(fromMs)} to ${dayOf(lastMs)}`,
      {
        code: 'NOT_LISTED',
        where: 'data.symbols',
        hint: 'leave the symbol out, or choose days on which it was listed',
      },
    )
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
