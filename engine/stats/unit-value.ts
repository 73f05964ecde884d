/**
 * The unit value: what one unit of the account's money, put in at the start, is worth at each bar's close. It is the
 * time-weighted return plus one: deposits and withdrawals change equity but never the unit value, so a withdrawal is
 * no drawdown and a deposit no profit.
 */

/** Unit values beyond these are refused, or nothing. */
export const LARGEST_UNIT = 1e150
export const SMALLEST_UNIT = 1e-150

export interface CashFlow {
  readonly timeMs: number
  /** Quote currency; positive a deposit, negative a withdrawal. */
  readonly amount: number
}

/** An equity curve: `time` bar opens in ms ascending, `equity` at each bar's close, same length. */
export interface EquityCurve {
  readonly time: Float64Array
  readonly timeframeMs: number
  readonly equity: Float64Array
  /** Before the first bar, and before any cash flow. */
  readonly initialEquity: number
  /** Ascending by time. One at or after a bar's close works from the next bar on. */
  readonly cashFlows: readonly CashFlow[]
}

/**
 * Unit values at each bar's close (1 before the first). A flow counts from the open of the bar it falls in: the bar's
 * growth is equity at its close over (equity at the last close + the flow). A stretch without capital is flat.
 * Throws RangeError on columns of different lengths, times that don't ascend, and equity that isn't finite or is 1e150
 * times the capital; what is left of a 1e-150th counts as nothing, so that a ratio of two unit values is always finite.
 */
export function unitValues(
  curve: EquityCurve,
  unit: Float64Array = new Float64Array(curve.equity.length),
): Float64Array {
  checkCurve(curve)
  const { time, equity, timeframeMs, cashFlows } = curve
  const n = equity.length
  let unitAtStart = 1
  let capitalAtStart = curve.initialEquity
  let flow = 0
  for (let row = 0; row < n; ) {
    let paidIn = 0
    for (; flow < cashFlows.length && cashFlows[flow]!.timeMs < time[row]! + timeframeMs; flow++) {
      paidIn += cashFlows[flow]!.amount
    }
    if (row > 0) {
      unitAtStart = unit[row - 1]!
      capitalAtStart = equity[row - 1]!
    }
    const nextFlowMs = flow < cashFlows.length ? cashFlows[flow]!.timeMs : Number.POSITIVE_INFINITY
    const end = firstBarClosingAfter(nextFlowMs, curve, row)
    grow(unit, equity, row, end, unitAtStart, capitalAtStart + paidIn)
    row = end
  }
  return unit
}

/** The row whose bar holds `timeMs`, after `row`; the number of rows where none does. */
function firstBarClosingAfter(timeMs: number, { time, timeframeMs }: EquityCurve, row: number): number {
  if (timeMs === Number.POSITIVE_INFINITY) return time.length
  let end = row + 1
  while (end < time.length && time[end]! + timeframeMs <= timeMs) end++
  return end
}

/** Unit values of the rows from `row` to `end`, in which nothing is paid in or out. */
function grow(
  unit: Float64Array,
  equity: Float64Array,
  row: number,
  end: number,
  start: number,
  capital: number,
): void {
  // New money after a ruin can't revive the old money: the unit value stays where it fell.
  if (!(capital > 0 && start > 0)) {
    unit.fill(start, row, end)
    return
  }
  for (let i = row; i < end; i++) {
    const value = start * (equity[i]! / capital)
    const size = Math.abs(value)
    if (size > LARGEST_UNIT) throw new RangeError(`equity at row ${i} is over ${LARGEST_UNIT} times the capital`)
    unit[i] = size < SMALLEST_UNIT ? 0 : value
  }
}

/** Net deposits that reached the curve: flows before the last bar's close. */
export function netDeposits(curve: EquityCurve): number {
  const n = curve.time.length
  if (n === 0) return 0
  const endMs = curve.time[n - 1]! + curve.timeframeMs
  let total = 0
  for (const { timeMs, amount } of curve.cashFlows) if (timeMs < endMs) total += amount
  return total
}

function checkCurve({ time, equity, timeframeMs, cashFlows }: EquityCurve): void {
  if (time.length !== equity.length) {
    throw new RangeError(`equity has ${equity.length} rows and time ${time.length}: they must be as long`)
  }
  if (!(timeframeMs > 0)) throw new RangeError(`timeframeMs is ${timeframeMs}: it must be positive`)
  for (let row = 0; row < equity.length; row++) {
    if (!Number.isFinite(equity[row]!)) throw new RangeError(`equity is ${equity[row]} at row ${row}: not a number`)
    if (row > 0 && !(time[row]! > time[row - 1]!)) throw new RangeError(`time does not ascend at row ${row}`)
  }
  for (let i = 1; i < cashFlows.length; i++) {
    if (cashFlows[i]!.timeMs < cashFlows[i - 1]!.timeMs) throw new RangeError(`cash flow ${i} is earlier than the last`)
  }
}

/** Whether bar times ascend, as a curve's must. */
export function isAscending(time: Float64Array): boolean {
  for (let row = 1; row < time.length; row++) if (!(time[row]! > time[row - 1]!)) return false
  return true
}
