/** What the account is worth and can spend at a row's close, in quote units. */

import type { Dec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import type { Portfolio } from './portfolio.ts'

export class AccountValue {
  private readonly portfolio: Portfolio
  private readonly leverage: number
  private readonly allSpot: boolean
  /** Mark of an instrument at the close of `row`: one function for all rows. */
  private readonly markOf: (instrument: number) => Dec
  private row = 0

  constructor(grid: Grid, instruments: readonly Instrument[], portfolio: Portfolio, leverage: number) {
    this.portfolio = portfolio
    this.leverage = leverage
    this.allSpot = instruments.every(({ kind }) => kind === 'spot')
    this.markOf = (id) => priceUnits(instruments[id]!, grid.symbols[id]!.mark[this.row]!)
  }

  /** Mark of an instrument at the close of `row`; good until another row is asked for. */
  marksAt(row: number): (instrument: number) => Dec {
    this.row = row
    return this.markOf
  }

  /** Total equity. */
  equity(row: number): Dec {
    if (this.portfolio.flat) return this.portfolio.ledger.cash
    this.row = row
    return this.portfolio.ledger.equity(this.markOf)
  }

  /** What entries can spend: free cash, or free buying power on a leveraged account. */
  available(row: number): Dec {
    if (this.allSpot) return this.portfolio.freeCash()
    this.row = row
    return this.portfolio.buyingPower(this.leverage, this.markOf)
  }
}
