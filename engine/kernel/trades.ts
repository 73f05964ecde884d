/** Round trips as they open and close: growable columns, exact money in units, one row a trade. */

import { type Dec, toDec, ZERO } from '../core/dec.ts'

/** A trade in units of its instrument; `exitRow` -1 while open. */
export interface OpenTrade {
  readonly instrument: number
  readonly side: 1 | -1
  readonly entryRow: number
  readonly entryMs: number
  readonly tag: string | null
  readonly profile: string | null
  entryQuantity: Dec
  entryValue: Dec
  entryFee: Dec
  exitQuantity: Dec
  exitValue: Dec
  exitFee: Dec
  funding: Dec
  spreadCost: Dec
  slippageCost: Dec
  exitRow: number
  exitMs: number
  /** Purpose of the order that closed it; 0 while open. */
  exitPurpose: number
}

export class TradeBook {
  readonly closed: OpenTrade[] = []
  private readonly open = new Map<number, OpenTrade>()

  openOf(instrument: number): OpenTrade | null {
    return this.open.get(instrument) ?? null
  }

  /** Trades still open, in order of instrument. */
  stillOpen(): OpenTrade[] {
    return [...this.open.values()].sort((a, b) => a.instrument - b.instrument)
  }

  /** Books the opening part of a fill. */
  enter(
    instrument: number,
    side: 1 | -1,
    row: number,
    atMs: number,
    tag: string | null,
    profile: string | null,
    quantity: Dec,
    value: Dec,
    fee: Dec,
    spreadCost: Dec,
    slippageCost: Dec,
  ): void {
    let trade = this.open.get(instrument)
    if (trade === undefined) {
      trade = {
        instrument,
        side,
        entryRow: row,
        entryMs: atMs,
        tag,
        profile,
        entryQuantity: ZERO,
        entryValue: ZERO,
        entryFee: ZERO,
        exitQuantity: ZERO,
        exitValue: ZERO,
        exitFee: ZERO,
        funding: ZERO,
        spreadCost: ZERO,
        slippageCost: ZERO,
        exitRow: -1,
        exitMs: 0,
        exitPurpose: 0,
      }
      this.open.set(instrument, trade)
    }
    trade.entryQuantity = toDec(trade.entryQuantity + quantity)
    trade.entryValue = toDec(trade.entryValue + value)
    trade.entryFee = toDec(trade.entryFee + fee)
    trade.spreadCost = toDec(trade.spreadCost + spreadCost)
    trade.slippageCost = toDec(trade.slippageCost + slippageCost)
  }

  /** Books the closing part of a fill; `flat` when nothing is left of the position. */
  exit(
    instrument: number,
    row: number,
    atMs: number,
    purpose: number,
    flat: boolean,
    quantity: Dec,
    value: Dec,
    fee: Dec,
    spreadCost: Dec,
    slippageCost: Dec,
  ): void {
    const trade = this.open.get(instrument)!
    trade.exitQuantity = toDec(trade.exitQuantity + quantity)
    trade.exitValue = toDec(trade.exitValue + value)
    trade.exitFee = toDec(trade.exitFee + fee)
    trade.spreadCost = toDec(trade.spreadCost + spreadCost)
    trade.slippageCost = toDec(trade.slippageCost + slippageCost)
    if (!flat) return
    trade.exitRow = row
    trade.exitMs = atMs
    trade.exitPurpose = purpose
    this.closed.push(trade)
    this.open.delete(instrument)
  }
}
