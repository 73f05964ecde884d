/** Sides of a parity, built from round trips in plain numbers: money in cents, quantity in thousandths, prices in cents. */

import type { Dec } from '../../../engine/core/dec.ts'
import type { Instrument } from '../../../engine/core/instrument.ts'
import { OrderType, Purpose, type Side } from '../../../engine/core/order.ts'
import type { TradeRecord } from '../../../engine/kernel/trades.ts'
import type { ParityFill, ParityInput, ParityOrder, ParitySide } from '../../../engine/run/parity/sides.ts'

export const HOUR_MS = 3_600_000
export const ROWS = 20

export const INSTRUMENT: Instrument = {
  ...{ id: 0, account: 'main', venue: 'test', symbol: 'BTC/USD', base: 'BTC', quote: 'USD', kind: 'spot' as const },
  ...{ pxDec: 2, qtyDec: 3, quoteDec: 2 },
}

/** One round trip; prices as numbers, quantity in BTC. */
export interface Trip {
  readonly side?: 1 | -1
  readonly entryRow: number
  readonly exitRow: number | null
  readonly quantity: number
  readonly entry: number
  readonly exit: number
  readonly fees?: number
  readonly funding?: number
  /** Rows of which the close decided; default the one before the fill. */
  readonly decided?: number
  readonly exitDecided?: number
  readonly wanted?: number
  readonly purpose?: number
  /** How long after the open the fills came, ms. */
  readonly delayMs?: number
}

const cents = (money: number): Dec => Math.round(money * 100) as Dec

export function sideOf(trips: readonly Trip[], initial = 1000): ParitySide {
  const orders = new Map<number, ParityOrder>()
  const fills: ParityFill[] = []
  let equity = cents(initial) as number
  const trades = trips.map((trip): TradeRecord => {
    const { side = 1, entryRow, exitRow, fees = 0, funding = 0, delayMs = 0, purpose = Purpose.exit } = trip
    const quantity = Math.round(trip.quantity * 1000) as Dec
    const wanted = Math.round((trip.wanted ?? trip.quantity) * 1000) as Dec
    const add = (own: Side, row: number, decided: number, price: number, what: number): number => {
      const id = orders.size + 1
      const order = {
        id,
        instrument: 0,
        side: own,
        type: OrderType.market,
        purpose: what,
        quantity: wanted,
        quoteAmount: 0,
      }
      orders.set(id, { ...order, decidedMs: decided * HOUR_MS } as ParityOrder)
      const atMs = row * HOUR_MS + delayMs
      const value = cents(price * trip.quantity)
      fills.push({
        orderId: id,
        instrument: 0,
        atMs,
        quantity,
        price: cents(price),
        value,
        fee: cents(fees / 2),
        maker: false,
      })
      return atMs
    }
    const entryMs = add(side, entryRow, trip.decided ?? entryRow, trip.entry, Purpose.entry)
    const exitMs = exitRow === null ? 0 : add(-side as Side, exitRow, trip.exitDecided ?? exitRow, trip.exit, purpose)
    const [entryValue, exitValue] = [
      cents(trip.entry * trip.quantity),
      exitRow === null ? 0 : cents(trip.exit * trip.quantity),
    ]
    const end = exitRow === null ? cents(trip.exit * trip.quantity) : exitValue
    equity += side * (end - entryValue) - cents(fees) - cents(funding)
    return {
      ...{ instrument: 0, side, entryRow, entryMs, tag: null, profile: null, entryQuantity: quantity },
      ...{ entryValue, entryFee: cents(fees / 2), exitQuantity: (exitRow === null ? 0 : quantity) as Dec },
      ...{ exitValue: exitValue as Dec, exitFee: cents(fees / 2), funding: cents(funding) },
      ...{ spreadCost: 0 as Dec, slippageCost: 0 as Dec, exitRow: exitRow ?? -1, exitMs },
      exitPurpose: exitRow === null ? 0 : purpose,
    }
  })
  return { trades, orders, fills, finalEquity: equity }
}

/** Opens are 100, 101, 102, …; each bar closes where the next opens. */
export function inputOf(simulated: readonly Trip[], live: readonly Trip[], step = 1): ParityInput {
  const open = Float64Array.from({ length: ROWS }, (_, row) => 100 + row)
  return {
    instruments: [INSTRUMENT],
    steps: [step],
    timeframeMs: HOUR_MS,
    time: Float64Array.from({ length: ROWS }, (_, row) => row * HOUR_MS),
    rows: ROWS,
    open: [open],
    mark: [open.map((price) => price + 1)],
    simulated: sideOf(simulated),
    live: sideOf(live),
  }
}
