/** The drawdown curve that a report draws. */

export interface CashFlow {
  readonly timeMs: number
  readonly amount: number
}

/**
 * Drawdown at each bar's close as a fraction ≤ 0 of the highest equity so far, the initial equity included. With
 * deposits or withdrawals it is taken from the time-weighted index, Π (E[i] − flow[i]) / E[i−1], so that money moved
 * is no gain or loss. `time` are bar opens in ms; a flow belongs to the bar in which it falls.
 */
export function drawdownOf(
  time: ArrayLike<number>,
  equity: ArrayLike<number>,
  initialEquity: number,
  flows: readonly CashFlow[],
): Float64Array {
  const ordered = [...flows].sort((a, b) => a.timeMs - b.timeMs)
  const drawdown = new Float64Array(equity.length)
  let next = 0
  let previous = initialEquity
  let index = initialEquity
  let peak = initialEquity
  for (let row = 0; row < equity.length; row++) {
    const end = row + 1 < time.length ? time[row + 1]! : Number.POSITIVE_INFINITY
    let flow = 0
    while (next < ordered.length && ordered[next]!.timeMs < end) flow += ordered[next++]!.amount
    const value = equity[row]!
    if (ordered.length === 0) index = value
    else if (previous > 0) index *= (value - flow) / previous
    previous = value
    if (index > peak) peak = index
    drawdown[row] = peak > 0 ? index / peak - 1 : 0
  }
  return drawdown
}
