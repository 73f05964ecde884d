import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { MICRO_CAP_PROMISE } from '../../engine/rules/presets.ts'
import { bracketOutcome, compounded, expectedResult } from '../../engine/rules/promise.ts'
import { PromiseTracker } from '../../engine/rules/promise-tracker.ts'
import { rateOf } from '../../engine/rules/rate.ts'
import { number, text, usd } from './support.ts'

const P = MICRO_CAP_PROMISE
const bracket = (fee: number) =>
  bracketOutcome({
    size: usd(String(P.sizeQuote)),
    target: rateOf(P.targetFraction),
    stop: rateOf(P.stopFraction),
    feeRate: rateOf(fee),
  })

describe('C4 the promise against the fees', () => {
  it.each([
    [0, '0.4', '-0.2', '0.8', '33.3', '0.32'],
    [0.0026, '0.29496', '-0.30348', '-0.03408', '50.7', '-0.512832'],
    [0.004, '0.2384', '-0.3592', '-0.4832', '60.1', '-0.96128'],
    [0.006, '0.1576', '-0.4388', '-1.1248', '73.6', '-1.60192'],
  ])('C4 table, taker %f each side', (fee, win, loss, even, breakEven, forty) => {
    const outcome = bracket(fee)
    expect([text(outcome.win), text(outcome.loss)]).toEqual([win, loss])
    expect(text(expectedResult(outcome, P.tradesPerDay, rateOf(P.winRate)))).toBe(even)
    expect((outcome.breakEvenWinRate! * 100).toFixed(1)).toBe(breakEven)
    expect(text(expectedResult(outcome, P.tradesPerDay, rateOf(0.4)))).toBe(forty)
  })

  it('C4: promised as +0.80 a day, +24 a month, "48 % ROI" on 50', () => {
    const day = expectedResult(bracket(0), P.tradesPerDay, rateOf(P.winRate))
    const month = number(day) * P.daysPerMonth
    expect([text(day), month, month / P.accountQuote]).toEqual(['0.8', 24, 0.48])
  })

  it.each([
    [0, '3.143614'],
    [0.0026, '2.992389'],
    [0.004, '2.913702'],
  ])('C4: 2.86 after ten trades of 95 %% at +1 %%, taker %f', (fee, end) => {
    expect(number(compounded(usd('2.86'), rateOf(0.95), rateOf(0.01), rateOf(fee), 10)).toFixed(6)).toBe(end)
  })

  it('where a win loses, too, no win rate breaks even', () => {
    expect(bracket(0.02).breakEvenWinRate).toBeNull()
  })
})

describe('C4 results per profile', () => {
  const promises = new Map([['MICRO_CAP', { outcome: bracket(0), winRate: P.winRate }]])

  it('C4: 4 won and 4 lost at 0.26 %: trades, win rate, payoff, fees as a share of gross, against the promise', () => {
    const tracker = new PromiseTracker(promises)
    for (let i = 0; i < 4; i++) {
      tracker.closed('MICRO_CAP', usd('0.4'), usd('0.10504'))
      tracker.closed('MICRO_CAP', usd('-0.2'), usd('0.10348'))
    }
    const [results] = tracker.results()
    expect(results).toMatchObject({ profile: 'MICRO_CAP', trades: 8, wins: 4, net: usd('-0.03408') })
    expect([text(results!.fees), text(results!.grossProfit), text(results!.promisedNet!)]).toEqual([
      '0.83408',
      '1.6',
      '0.8',
    ])
    expect(results!.winRate.value).toBe(0.5)
    expect(results!.payoff.value).toBeCloseTo(0.29496 / 0.30348, 12)
    expect(results!.feeShareOfGross.value).toBe(0.5213)
    expect(results!.breakEvenWinRate.value!.toFixed(3)).toBe('0.507')
  })

  it('profiles are kept apart, and a figure that is undefined says why', () => {
    const tracker = new PromiseTracker(promises)
    tracker.closed('STANDARD', usd('-1'), usd('0'))
    tracker.closed('AGGRESSIVE', usd('1'), usd('0.1'))
    const [aggressive, standard] = tracker.results()
    expect(aggressive).toMatchObject({ profile: 'AGGRESSIVE', promisedNet: null })
    expect(aggressive!.payoff).toEqual({ value: null, reason: 'no losing trade' })
    expect(aggressive!.breakEvenWinRate).toEqual({ value: 0, reason: null })
    expect(standard!.payoff).toEqual({ value: null, reason: 'no winning trade' })
    expect(standard!.feeShareOfGross).toEqual({ value: null, reason: 'no gross profit' })
    expect(standard!.breakEvenWinRate).toEqual({ value: null, reason: 'no winning trade' })
    expect(new PromiseTracker().results()).toEqual([])
  })

  it('a trade that comes to nothing after fees is not a win', () => {
    const tracker = new PromiseTracker()
    tracker.closed('X', 5 as Dec, 5 as Dec)
    expect(tracker.results()[0]!.wins).toBe(0)
  })
})
