/**
 * The difference in result between a live session and its simulation, trade by trade, each put down to what caused it.
 * All in whole units of quote, so that the parts sum exactly to the difference.
 *
 * Going from the simulated to the live trade, one thing at a time, with s = ±1, quantities q, sums V = Σ price × quantity,
 * prices p = V / q, and the opens o of the bars in which the two were filled:
 *   fee       −(live fees − simulated fees)
 *   funding   −(live − simulated)
 *   size      (q₁ − q₀) s (exit p₀ − entry p₀): `rounding` within one lot step, `rejects` where the live entry got less
 *             than it asked for, else `signal`: the decision's size was another, because the account was
 *   bar       −s q₁ (o₁ − o₀) at the entry, + at the exit: `timing` where both were decided at the same time, else `signal`
 *   price     what of the difference in prices the bars don't explain: slippage and the model's own error
 * `rounding` also takes what dividing leaves, a unit or two.
 */

import { type Dec, mulDiv, pow10, Rounding } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { ParityInput, ParitySide, ParityTrade } from './sides.ts'
import { parityTrades, rowAt } from './sides.ts'

export const CAUSES = ['signal', 'timing', 'price', 'fee', 'funding', 'rejects', 'rounding'] as const
export type Cause = (typeof CAUSES)[number]
export type Causes = Readonly<Record<Cause, number>>

/** A trade of one or both, its results and the difference's parts, in units of quote. */
export interface TradeParity {
  readonly live: ParityTrade | null
  readonly simulated: ParityTrade | null
  readonly livePnl: number
  readonly simulatedPnl: number
  /** livePnl − simulatedPnl, which is the sum of `causes`. */
  readonly difference: number
  readonly causes: Causes
}

export interface Attribution {
  readonly trades: readonly TradeParity[]
  readonly total: Causes
  /** Of the results of all trades. */
  readonly difference: number
  /** Live less simulated final equity that no trade's result explains: adopted differences, money that came and went. */
  readonly outside: number
}

/** Rows by which the entries of one trade may lie apart. */
const APART = 3

const NONE: Causes = { signal: 0, timing: 0, price: 0, fee: 0, funding: 0, rejects: 0, rounding: 0 }

export function attribute(input: ParityInput): Attribution {
  const { live, simulated } = input
  const pairs = matched(parityTrades(simulated, input), parityTrades(live, input))
  const trades = pairs.map(([mine, theirs]) => compared(input, mine, theirs))
  const total = { ...NONE }
  let difference = 0
  for (const one of trades) {
    difference += one.difference
    for (const cause of CAUSES) (total as Record<Cause, number>)[cause] += one.causes[cause]
  }
  return { trades, total, difference, outside: live.finalEquity - simulated.finalEquity - difference }
}

/**
 * Trades of one symbol and side belong together when they were decided at the same time, else when their entries lie
 * near each other; the rest stand alone. In the order of their entries.
 */
function matched(
  simulated: readonly ParityTrade[],
  live: readonly ParityTrade[],
): [ParityTrade | null, ParityTrade | null][] {
  const free = new Set(live)
  const pairs = new Map<ParityTrade, ParityTrade>()
  const alike = (a: ParityTrade, b: ParityTrade): boolean => a.symbol === b.symbol && a.record.side === b.record.side
  for (const one of simulated) {
    const same = [...free].find(
      (other) => alike(one, other) && one.entryDecidedMs !== null && one.entryDecidedMs === other.entryDecidedMs,
    )
    if (same === undefined) continue
    pairs.set(one, same)
    free.delete(same)
  }
  for (const one of simulated) {
    if (pairs.has(one)) continue
    const near = [...free].filter((other) => alike(one, other) && apart(one, other) <= APART)
    const nearest = near.sort((a, b) => apart(one, a) - apart(one, b))[0]
    if (nearest === undefined) continue
    pairs.set(one, nearest)
    free.delete(nearest)
  }
  const all: [ParityTrade | null, ParityTrade | null][] = [
    ...simulated.map((one): [ParityTrade, ParityTrade | null] => [one, pairs.get(one) ?? null]),
    ...[...free].map((one): [null, ParityTrade] => [null, one]),
  ]
  const entry = ([mine, theirs]: (typeof all)[number]): number => (theirs ?? mine)!.record.entryMs
  return all.sort((a, b) => entry(a) - entry(b))
}

function apart(a: ParityTrade, b: ParityTrade): number {
  return Math.abs(a.record.entryRow - b.record.entryRow)
}

function compared(input: ParityInput, simulated: ParityTrade | null, live: ParityTrade | null): TradeParity {
  const [simulatedPnl, livePnl] = [simulated, live].map((one) => (one === null ? 0 : pnlOf(input, one))) as [
    number,
    number,
  ]
  const difference = livePnl - simulatedPnl
  const whole = (cause: Cause): Causes => ({ ...NONE, [cause]: difference })
  const causes =
    simulated === null
      ? whole('signal')
      : live === null
        ? whole(wasTried(input.live, simulated) ? 'rejects' : 'signal')
        : parts(input, simulated, live, difference)
  return { live, simulated, livePnl, simulatedPnl, difference, causes }
}

/** Whether the live session decided the same entry, of which nothing came. */
function wasTried({ orders }: ParitySide, { record, entryDecidedMs }: ParityTrade): boolean {
  for (const { instrument, side, decidedMs } of orders.values()) {
    if (instrument === record.instrument && side === record.side && decidedMs === entryDecidedMs) return true
  }
  return false
}

function parts(input: ParityInput, simulated: ParityTrade, live: ParityTrade, difference: number): Causes {
  const [sim, own] = [simulated.record, live.record]
  const instrument = input.instruments[own.instrument]!
  const side = own.side
  const fee = sim.entryFee + sim.exitFee - own.entryFee - own.exitFee
  const funding = sim.funding - own.funding
  const quantity = own.entryQuantity
  const change = quantity - sim.entryQuantity
  const simGross = side * (endOf(input, simulated) - sim.entryValue)
  const size = share(simGross, change, sim.entryQuantity)
  const sizeCause = causeOfSize(live, change)
  const move = (from: number, to: number): number => moved(input, instrument, from, to, quantity)
  const entry = -side * move(sim.entryRow, own.entryRow)
  const exit = side * move(exitRow(input, simulated), exitRow(input, live))
  const entrySame = sameRow(input, simulated.entryDecidedMs, live.entryDecidedMs)
  const exitSame =
    sim.exitPurpose === own.exitPurpose &&
    (simulated.isOpen || sameRow(input, simulated.exitDecidedMs, live.exitDecidedMs))
  const liveGross = side * (endOf(input, live) - own.entryValue)
  const prices = liveGross - share(simGross, quantity, sim.entryQuantity) - entry - exit
  const causes = { ...NONE, fee, funding, price: prices } as Record<Cause, number>
  causes[sizeCause] += size
  causes[entrySame ? 'timing' : 'signal'] += entry
  causes[exitSame ? 'timing' : 'signal'] += exit
  const explained = CAUSES.reduce((sum, cause) => sum + causes[cause], 0)
  causes.rounding += difference - explained
  return causes
}

/** Whether both were decided, and in the same bar: a stop is decided when its entry fills, which takes a moment live. */
function sameRow(input: ParityInput, a: number | null, b: number | null): boolean {
  return a !== null && b !== null && rowAt(input, a) === rowAt(input, b)
}

function causeOfSize(live: ParityTrade, change: number): Cause {
  if (Math.abs(change) <= live.step) return 'rounding'
  return live.wanted > 0 && live.record.entryQuantity < live.wanted - live.step ? 'rejects' : 'signal'
}

/** Net result; what is still open is worth its last close. */
export function pnlOf(input: ParityInput, trade: ParityTrade): number {
  const { side, entryValue, entryFee, exitFee, funding } = trade.record
  return side * (endOf(input, trade) - entryValue) - entryFee - exitFee - funding
}

/** What was got for the whole quantity: sold, and for the rest the last close. */
function endOf({ mark, rows, instruments }: ParityInput, { record }: ParityTrade): number {
  const { entryQuantity, exitQuantity, exitValue, instrument } = record
  const left = entryQuantity - exitQuantity
  if (left === 0) return exitValue
  return exitValue + worth(instruments[instrument]!, left, mark[instrument]![rows - 1]!)
}

function exitRow({ rows }: ParityInput, { record, isOpen }: ParityTrade): number {
  return isOpen ? rows : record.exitRow
}

/** What `quantity` is worth more at the later row's open; the row after the last is its close. */
function moved(
  { open, mark, rows }: ParityInput,
  instrument: Instrument,
  from: number,
  to: number,
  quantity: number,
): number {
  if (from === to) return 0
  const { id } = instrument
  const at = (row: number): number => {
    const price = row >= rows ? mark[id]![rows - 1]! : open[id]![row]!
    return Number.isNaN(price) ? mark[id]![Math.min(row, rows - 1)]! : price
  }
  return worth(instrument, quantity, at(to)) - worth(instrument, quantity, at(from))
}

/** quantity × price in units of quote, to the nearest unit. */
export function worth({ qtyDec, quoteDec, pxDec }: Instrument, quantity: number, price: number): number {
  if (quantity === 0) return 0
  const units = Math.round(price * pow10(pxDec))
  const sign = Math.sign(quantity)
  const down = qtyDec + pxDec - quoteDec
  const value =
    down >= 0
      ? mulDiv(Math.abs(quantity), units, pow10(down), Rounding.halfEven)
      : Math.abs(quantity) * units * pow10(-down)
  return sign * value
}

/** value × part / whole, to the nearest unit. */
function share(value: number, part: number, whole: number): number {
  if (part === 0 || value === 0) return 0
  const sign = Math.sign(value) * Math.sign(part)
  return sign * (mulDiv(Math.abs(value), Math.abs(part), whole, Rounding.halfEven) as Dec as number)
}
