/**
 * The promise against the fees (RULES C4): what a bracket earns and loses after fees, what a day of it comes to, and at
 * which win rate it breaks even. Exact, in quote units; rates in units of 1e-12.
 */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { RATE_ONE } from './executable.ts'
import { rateNumber, share } from './rate.ts'

/** A trade of `size` that ends at its target or at its stop, and the fee rate of each side. */
export interface BracketTrade {
  readonly size: Dec
  readonly target: Dec
  readonly stop: Dec
  readonly feeRate: Dec
}

/** Net results; `loss` is negative. Fees are paid on entry at the size and on exit at the exit's value. */
export interface BracketOutcome {
  readonly win: Dec
  readonly loss: Dec
  /** The share of wins at which the expectation is zero; null where a win loses, too. */
  readonly breakEvenWinRate: number | null
}

export function bracketOutcome(trade: BracketTrade): BracketOutcome {
  const win = netOf(trade, trade.target)
  const loss = netOf(trade, toDec(-trade.stop))
  return { win, loss, breakEvenWinRate: breakEven(win, loss) }
}

/** |loss| / (win + |loss|); null where nothing is won. */
export function breakEven(win: Dec, loss: Dec): number | null {
  if (win <= 0) return null
  return rateNumber(mulDiv(-loss, RATE_ONE, win - loss, Rounding.halfEven))
}

function netOf(trade: BracketTrade, move: Dec): Dec {
  const gross = share(trade.size, move, Rounding.halfEven)
  const fees = share(toDec(2 * trade.size + gross), trade.feeRate, Rounding.halfEven)
  return toDec(gross - fees)
}

/** What `trades` trades come to at a win rate (both may be fractions of a trade: 3.2 won of 8). */
export function expectedResult(outcome: BracketOutcome, trades: number, winRate: Dec): Dec {
  const each = share(outcome.win, winRate, Rounding.halfEven)
  const lost = share(outcome.loss, toDec(RATE_ONE - winRate), Rounding.halfEven)
  return toDec(trades * (each + lost))
}

/** A bankroll after `trades` trades of `fraction` of it that each gain `gain` and pay the fee rate on both sides. */
export function compounded(start: Dec, fraction: Dec, gain: Dec, feeRate: Dec, trades: number): Dec {
  let bankroll = start
  for (let i = 0; i < trades; i++) {
    const size = share(bankroll, fraction, Rounding.halfEven)
    bankroll = toDec(bankroll + netOf({ size, target: gain, stop: ZERO, feeRate }, gain))
  }
  return bankroll
}
