/** What each capital profile earned over a run, against the promise (RULES C4). */

import { type Dec, decFromNumber, decToNumber, toDec, ZERO } from '../core/dec.ts'
import type { ProfileEvent, ProfileResult } from '../core/result.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Recorder } from '../kernel/recorder.ts'
import { MICRO_CAP_PROMISE } from '../rules/presets.ts'
import { bracketOutcome } from '../rules/promise.ts'
import { PromiseTracker } from '../rules/promise-tracker.ts'
import { rateOf } from '../rules/rate.ts'
import { EXIT_REASON } from './exit-reason.ts'

/** Changes of profile, in order. */
export function profileEvents(kernel: Kernel): ProfileEvent[] {
  const k = kernel.portfolio.ledger.quoteDec
  return kernel.desk.profiles.events.map(({ atMs, equity, from, to, below }) => ({
    timeMs: atMs,
    equity: decToNumber(equity, k),
    from,
    to,
    belowRange: below,
  }))
}

/** Signals by the profile in force, and results of closed trades by the profile that they were entered under. */
export function profileResults(kernel: Kernel, recorder: Recorder): ProfileResult[] {
  const k = kernel.portfolio.ledger.quoteDec
  const tracker = new PromiseTracker(new Map([['MICRO_CAP', microCapPromise(k)]]))
  const activity = kernel.desk.profiles.activity.byProfile(recorder)
  const exits = new Map([...activity.keys()].map((profile) => [profile, {} as Record<string, number>]))
  for (const profile of activity.keys()) tracker.watch(profile)
  for (const trade of kernel.portfolio.trades.closed()) {
    if (trade.profile === null) continue
    const reasons = exits.get(trade.profile)!
    const reason = EXIT_REASON[trade.exitPurpose] ?? 'SIGNAL'
    reasons[reason] = (reasons[reason] ?? 0) + 1
    const gross = toDec(trade.side * (trade.exitValue - trade.entryValue) - trade.funding)
    tracker.closed(trade.profile, gross, toDec(trade.entryFee + trade.exitFee))
  }
  const money = (amount: Dec): number => decToNumber(amount, k)
  return tracker.results().map((one) => ({
    profile: one.profile,
    ...activity.get(one.profile)!,
    exits: exits.get(one.profile)!,
    trades: one.trades,
    wins: one.wins,
    net: money(one.net),
    fees: money(one.fees),
    winRate: one.winRate.value,
    payoff: one.payoff.value,
    feeShareOfGross: one.feeShareOfGross.value,
    breakEvenWinRate: one.breakEvenWinRate.value,
    promisedNet: one.promisedNet === null ? null : money(one.promisedNet),
  }))
}

/** The promise ignores fees: that is what it is held against. */
function microCapPromise(quoteDec: number) {
  const { sizeQuote, targetFraction, stopFraction, winRate } = MICRO_CAP_PROMISE
  const outcome = bracketOutcome({
    size: decFromNumber(sizeQuote, quoteDec),
    target: rateOf(targetFraction),
    stop: rateOf(stopFraction),
    feeRate: ZERO,
  })
  return { outcome, winRate }
}
