/** What each venue of a finished run came to. */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { priceUnits } from '../core/instrument.ts'
import type { Ledger } from '../core/ledger.ts'
import type { Assumption, VenueResult } from '../core/result.ts'
import { StepColumn } from '../kernel/portfolio.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Executed } from './execute.ts'
import { borrowedPrices, type Market } from './market.ts'

export function venueResults(config: ResolvedConfig, executed: Executed, { grid }: Market): VenueResult[] {
  const { kernel, instruments, recorder } = executed
  const { portfolio } = kernel
  const { books, trades } = portfolio
  const money = (amount: Dec): number => decToNumber(amount, portfolio.ledger.quoteDec)
  const last = grid.rows - 1
  const mark = (id: number): Dec => priceUnits(instruments[id]!, grid.symbols[id]!.mark[last]!)
  const fills = fillsByInstrument(executed)
  return config.venues.map((venue, i) => {
    const ledger = books === null ? portfolio.ledger : books.ledgers[i]!
    const here = (id: number): boolean => instruments[id]!.venue === venue
    return {
      venue,
      initialEquity: money(startOf(ledger, here, executed)),
      cash: money(ledger.cash),
      finalEquity: money(ledger.equity(mark)) + dustWorth(ledger, here, executed, last, grid),
      fees: money(ledger.feesPaid),
      fills: fills.reduce((sum, count, id) => sum + (here(id) ? count : 0), 0),
      trades: trades.closed().filter((one) => here(one.instrument)).length,
      openPositions: trades.stillOpen().filter((one) => here(one.instrument)).length,
      routed:
        books === null
          ? null
          : instruments.reduce((sum, { id }) => sum + (here(id) ? (recorder.routed[id] ?? 0) : 0), 0),
    }
  })
}

/** Fills at the prices of another venue, by instrument. */
export function* priceAssumptions(config: ResolvedConfig, executed: Executed, market: Market): Generator<Assumption> {
  const fills = fillsByInstrument(executed)
  for (const id of borrowedPrices(market)) {
    if (fills[id] === 0) continue
    const { venue, symbol } = executed.instruments[id]!
    yield {
      code: 'PRICES_OF_OTHER_VENUE',
      text: `${venue} ${symbol}: fills at the prices of ${config.data.venue}, since the store has no candles of its own`,
      count: fills[id]!,
    }
  }
}

/** What was paid in at the start: all that was, without what came later. */
function startOf({ deposits }: Ledger, here: (id: number) => boolean, { flows }: Executed): Dec {
  const later = flows?.done.filter(({ instrument }) => here(instrument)) ?? []
  return toDec(later.reduce((sum: number, { amount }) => sum - amount, deposits))
}

/** Dust that a venue's books hold, at the last mark: it is part of equity, and of no position. */
function dustWorth(
  { dust }: Ledger,
  here: (id: number) => boolean,
  { instruments }: Executed,
  last: number,
  grid: Grid,
): number {
  let worth = 0
  for (const { id, qtyDec } of instruments) {
    if (here(id) && dust[id] !== 0) worth += decToNumber(dust[id]!, qtyDec) * grid.symbols[id]!.mark[last]!
  }
  return worth
}

function fillsByInstrument({ kernel, instruments }: Executed): number[] {
  const counts = instruments.map(() => 0)
  const { steps } = kernel.portfolio
  for (let row = 0; row < steps.rows; row++) counts[steps.get(row, StepColumn.instrument)]! += 1
  return counts
}
