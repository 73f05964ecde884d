/** Results per profile against the promise (RULES C4): trades, win rate, payoff, and fees as a share of gross profit. */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { RATE_ONE } from './executable.ts'
import { type BracketOutcome, breakEven, expectedResult } from './promise.ts'
import { rateNumber, rateOf } from './rate.ts'

/** A figure that may be undefined, and then says why. */
export type Figure =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: string }

/** What is promised of every trade: the bracket's outcome (usually without fees) and the win rate. */
export interface Promised {
  readonly outcome: BracketOutcome
  readonly winRate: number
}

export interface ProfileResults {
  readonly profile: string
  readonly trades: number
  /** Trades with a net result above 0. */
  readonly wins: number
  readonly net: Dec
  readonly fees: Dec
  /** Σ of the gross results above 0, before fees. */
  readonly grossProfit: Dec
  readonly winRate: Figure
  /** Average win over average loss, net. */
  readonly payoff: Figure
  readonly feeShareOfGross: Figure
  /** The win rate at which these average wins and losses would come to zero. */
  readonly breakEvenWinRate: Figure
  /** What the promise comes to over as many trades; null where the profile has none. */
  readonly promisedNet: Dec | null
}

interface Sums {
  trades: number
  wins: number
  won: Dec
  lost: Dec
  fees: Dec
  grossProfit: Dec
}

export class PromiseTracker {
  private readonly promises: ReadonlyMap<string, Promised>
  private readonly sums = new Map<string, Sums>()

  /** `promises` by profile name. */
  constructor(promises: ReadonlyMap<string, Promised> = new Map()) {
    this.promises = promises
  }

  /** The profile is among the results, even if it closes no trade. */
  watch(profile: string): void {
    this.sumsOf(profile)
  }

  private sumsOf(profile: string): Sums {
    const known = this.sums.get(profile)
    if (known !== undefined) return known
    const sums: Sums = { trades: 0, wins: 0, won: ZERO, lost: ZERO, fees: ZERO, grossProfit: ZERO }
    this.sums.set(profile, sums)
    return sums
  }

  /** A trade was closed that had been entered under `profile`: its result before fees, and all its fees. */
  closed(profile: string, gross: Dec, fees: Dec): void {
    const sums = this.sumsOf(profile)
    const net = toDec(gross - fees)
    sums.trades += 1
    sums.fees = toDec(sums.fees + fees)
    if (gross > 0) sums.grossProfit = toDec(sums.grossProfit + gross)
    if (net > 0) {
      sums.wins += 1
      sums.won = toDec(sums.won + net)
    } else sums.lost = toDec(sums.lost + net)
  }

  /** Results of every profile that was watched or has closed a trade, by name. */
  results(): ProfileResults[] {
    return [...this.sums.keys()].sort().map((profile) => this.resultsOf(profile, this.sums.get(profile)!))
  }

  private resultsOf(profile: string, sums: Sums): ProfileResults {
    const { trades, wins, won, lost, fees, grossProfit } = sums
    const losses = trades - wins
    const promise = this.promises.get(profile)
    const averageWin = wins === 0 ? ZERO : mulDiv(won, 1, wins, Rounding.halfEven)
    const averageLoss = losses === 0 ? ZERO : mulDiv(lost, 1, losses, Rounding.halfEven)
    const even = breakEven(averageWin, averageLoss)
    return {
      profile,
      trades,
      wins,
      net: toDec(won + lost),
      fees,
      grossProfit,
      winRate: quotient(wins, trades, 'no trades'),
      payoff: wins === 0 ? none('no winning trade') : quotient(averageWin, -averageLoss, 'no losing trade'),
      feeShareOfGross: quotient(fees, grossProfit, 'no gross profit'),
      breakEvenWinRate: even === null ? none('no winning trade') : { value: even, reason: null },
      promisedNet: promise === undefined ? null : expectedResult(promise.outcome, trades, rateOf(promise.winRate)),
    }
  }
}

function quotient(over: number, under: number, reason: string): Figure {
  if (under <= 0) return none(reason)
  return { value: rateNumber(mulDiv(over, RATE_ONE, under, Rounding.halfEven)), reason: null }
}

function none(reason: string): Figure {
  return { value: null, reason }
}
