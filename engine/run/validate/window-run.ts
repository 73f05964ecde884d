/**
 * One configuration over one window of a market: it sees real bars before the window without trading on them, starts
 * flat, and what it still holds at the end is closed at the last close and charged. So windows can be put together.
 */

import { decToNumber } from '../../core/dec.ts'
import type { AmendOptions, Context, SignalOptions, Strategy } from '../../core/strategy.ts'
import { type PeriodReturns, periodReturns } from '../../stats/period-returns.ts'
import { unitValues } from '../../stats/unit-value.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { type Executed, execute } from '../execute.ts'
import { ForwardedContext, forwarded } from '../forwarded-context.ts'
import { type Market, makeInstruments } from '../market.ts'
import type { Terms } from '../terms.ts'

/** Bars that open from `fromMs` to before `toMs`. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

export interface WindowTrade {
  readonly entryMs: number
  readonly exitMs: number
  /** Net result over equity at the entry's close. */
  readonly equityReturn: number
}

export interface WindowRun {
  /** UTC days of the window, and the return of each. */
  readonly dayMs: Float64Array
  readonly dayReturns: Float64Array
  /** Return over the window, closing included. */
  readonly totalReturn: number
  /** Closed trades; one closed by the window's end is the last. */
  readonly trades: readonly WindowTrade[]
  readonly fees: number
  /** Share of bars with a position. */
  readonly exposure: number
  /** Equity fell to nothing. */
  readonly ruined: boolean
}

export interface WindowOptions {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly terms: Terms
  readonly create: () => Strategy
  readonly window: TimeWindow
  readonly warmupBars: number
  readonly model?: ResolvedConfig['execution']['ambiguous']
}

/** Runs it. A window without bars has no days. */
export function runWindow(options: WindowOptions): WindowRun {
  const { config, market, terms, create, window, warmupBars } = options
  const { grid } = market
  const fromRow = firstRowFrom(grid.time, window.fromMs)
  const toRow = firstRowFrom(grid.time, window.toMs)
  if (toRow <= fromRow) return EMPTY
  const instruments = makeInstruments(config, grid)
  const startRow = Math.max(0, fromRow - warmupBars)
  const strategy = startRow === fromRow ? create() : silentBefore(create(), fromRow)
  const executed = execute(config, market, instruments, strategy, {
    terms,
    window: { fromRow: startRow, toRow },
    ...(options.model === undefined ? {} : { model: options.model }),
  })
  const equity = executed.equity!.slice(fromRow, toRow)
  const last = equity.length - 1
  const closing = closingCost(executed, market, terms, toRow - 1)
  equity[last] = equity[last]! - closing
  const time = grid.time.subarray(fromRow, toRow)
  const curve = { time, timeframeMs: grid.timeframeMs, equity, initialEquity: config.account.equity, cashFlows: [] }
  const days = periodReturns(time, grid.timeframeMs, unitValues(curve))
  const [dayMs, dayReturns] = wholeDays(time, grid.timeframeMs, days)
  return {
    dayMs,
    dayReturns,
    totalReturn: equity[last]! / config.account.equity - 1,
    trades: tradesOf(executed, market, toRow - 1),
    fees: decToNumber(executed.kernel.portfolio.ledger.feesPaid, instruments[0]!.quoteDec) + closing,
    exposure: heldShare(executed, fromRow, toRow),
    ruined: days.wipedOut,
  }
}

/** Every period of the window; those after a ruin, which have no return, count as none. */
function wholeDays(time: Float64Array, timeframeMs: number, days: PeriodReturns): [Float64Array, Float64Array] {
  if (!days.wipedOut) return [days.startMs, days.value]
  const all = periodReturns(time, timeframeMs, new Float64Array(time.length).fill(1))
  const padded = new Float64Array(all.value.length)
  padded.set(days.value)
  return [all.startMs, padded]
}

const EMPTY: WindowRun = {
  dayMs: new Float64Array(0),
  dayReturns: new Float64Array(0),
  totalReturn: 0,
  trades: [],
  fees: 0,
  exposure: 0,
  ruined: false,
}

/** The first row that opens at or after a time. */
export function firstRowFrom(time: Float64Array, ms: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle]! < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** The strategy sees earlier bars and forms its state, but its signals are held back until `row`. */
function silentBefore(inner: Strategy, row: number): Strategy {
  let silent = true
  return forwarded(
    inner,
    (x) => new HeldBack(x, () => silent),
    (at) => {
      silent = at < row
    },
  )
}

class HeldBack extends ForwardedContext {
  private readonly silent: () => boolean

  constructor(inner: Context, silent: () => boolean) {
    super(inner)
    this.silent = silent
  }

  override enter(symbol: number, options?: SignalOptions): void {
    if (!this.silent()) super.enter(symbol, options)
  }

  override amend(symbol: number, options: AmendOptions): void {
    if (!this.silent()) super.amend(symbol, options)
  }

  override target(weights: Float64Array): void {
    if (!this.silent()) super.target(weights)
  }
}

/** Fee, half-spread and slippage of selling all that is held at the last close, in quote. */
function closingCost({ kernel, terms }: Executed, { grid }: Market, { spread, slippage }: Terms, row: number): number {
  const atMs = grid.time[row]! + grid.timeframeMs
  let cost = 0
  for (const [id, { mark }] of grid.symbols.entries()) {
    const held = kernel.portfolio.quantity[id]!
    if (held === 0) continue
    const taker = decToNumber(terms.fees.rate(id, atMs, false), 12)
    cost += Math.abs(held) * mark[row]! * (taker + spread / 2 + slippage)
  }
  return cost
}

function tradesOf({ kernel, equity, instruments }: Executed, { grid }: Market, lastRow: number): WindowTrade[] {
  const { trades } = kernel.portfolio
  return [...trades.closed(), ...trades.stillOpen()].map((one) => {
    const { quoteDec, qtyDec } = instruments[one.instrument]!
    const open = one.exitRow < 0
    const left = decToNumber(one.entryQuantity, qtyDec) - decToNumber(one.exitQuantity, qtyDec)
    const marked = open ? left * grid.symbols[one.instrument]!.mark[lastRow]! : 0
    const moved = one.side * (decToNumber(one.exitValue, quoteDec) + marked - decToNumber(one.entryValue, quoteDec))
    const paid = [one.entryFee, one.exitFee, one.funding].reduce((sum, part) => sum + decToNumber(part, quoteDec), 0)
    const before = equity![Math.max(0, one.entryRow - 1)]!
    return {
      entryMs: one.entryMs,
      exitMs: open ? grid.time[lastRow]! + grid.timeframeMs : one.exitMs,
      equityReturn: before > 0 ? (moved - paid) / before : 0,
    }
  })
}

/** Share of the window's bars in which equity moved with the market: a position was held. */
function heldShare({ kernel }: Executed, fromRow: number, toRow: number): number {
  let held = 0
  const { trades } = kernel.portfolio
  for (const one of [...trades.closed(), ...trades.stillOpen()]) {
    held += (one.exitRow < 0 ? toRow : one.exitRow) - one.entryRow
  }
  return Math.min(1, held / (toRow - fromRow))
}
