import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, Rounding } from '../../engine/core/dec.ts'
import { notional } from '../../engine/core/instrument.ts'
import { EmergencyRule, fires } from '../../engine/rules/emergency.ts'
import { monitoredExit, monitoredLevels } from '../../engine/rules/monitored.ts'
import { EMERGENCY } from '../../engine/rules/presets.ts'
import { rateOf } from '../../engine/rules/rate.ts'
import { instrument, px, qty, thrown, usd } from './support.ts'

const NO_COST = rateOf(0)
const rule = new EmergencyRule(EMERGENCY, rateOf(0.0062), rateOf(0.0031))
const btc = instrument('BTC/USD')

/** A long (or, with a minus, a short) of cost 100 at an entry price of 100. */
const hundred = (sign: '' | '-') =>
  rule.level({ instrument: btc, quantity: qty(`${sign}1`), cost: usd(`${sign}100`), entryFee: usd('0.26') })!

describe('D1 emergency liquidation', () => {
  it('D1 examples: −0.5 %: nothing; −1.0 %: fires; BTC-USD −1.5 % (−1.50 on 100): fires', () => {
    const level = hundred('')
    expect([99.5, 99, 98.5].map((close) => fires(level, close))).toEqual([false, true, true])
  })

  it('D1: short, too', () => {
    const level = hundred('-')
    expect([100.5, 100.99999999, 101, 101.5].map((close) => fires(level, close))).toEqual([false, false, true, true])
  })

  it('the edge is inclusive where the threshold has no exact double', () => {
    const level = rule.level({ instrument: btc, quantity: qty('3'), cost: usd('0.87'), entryFee: usd('0') })!
    expect([level.price, level.units]).toEqual([0.2871, px('0.2871')])
    expect([fires(level, 0.2871), fires(level, 0.28710001)]).toEqual([true, false])
  })

  it('sizes beyond the fast arithmetic give the same level', () => {
    const big = rule.level({ instrument: btc, quantity: qty('900000'), cost: usd('900000'), entryFee: usd('0') })!
    const small = rule.level({ instrument: btc, quantity: qty('9'), cost: usd('9'), entryFee: usd('0') })!
    expect([big.price, small.price]).toEqual([0.99, 0.99])
  })

  it('a flat position has no level', () => {
    expect(rule.level({ instrument: btc, quantity: qty('0'), cost: usd('0'), entryFee: usd('0') })).toBeNull()
  })

  it('D1: net of fees it counts the entry fee and the exit’s cost', () => {
    const net = new EmergencyRule({ lossFraction: 0.01, netOfFees: true }, rateOf(0.0052), rateOf(0.0026))
    const long = net.level({ instrument: btc, quantity: qty('1'), cost: usd('100'), entryFee: usd('0.26') })!
    // 99.26 / 0.9974 = 99.518748… down; at it 99.51874874 × 0.9974 − 0.26 − 100 = −1.000000…
    expect(long.price).toBe(99.51874874)
    const short = net.level({ instrument: btc, quantity: qty('-1'), cost: usd('-100'), entryFee: usd('0.26') })!
    // 100.74 / 1.0026 = 100.478755… up
    expect(short.price).toBe(100.47875524)
  })

  it('D1: net of fees is refused at load where the round trip alone would fire it, inclusive', () => {
    const make = (roundTrip: number, netOfFees = true) =>
      thrown(() => new EmergencyRule({ lossFraction: 0.01, netOfFees }, rateOf(roundTrip), NO_COST))
    expect(make(0.014).code).toBe('EMERGENCY_INSIDE_ROUND_TRIP')
    expect(make(0.01).line).toContain('rules.emergencyLoss')
    expect(make(0.0099).code).toBe('NONE')
    expect(make(0.014, false).code).toBe('NONE')
    const loss = (lossFraction: number) =>
      thrown(() => new EmergencyRule({ lossFraction, netOfFees: false }, NO_COST, NO_COST)).code
    expect([0, 1, Number.NaN, 0.5].map(loss)).toEqual(['BAD_EMERGENCY', 'BAD_EMERGENCY', 'BAD_EMERGENCY', 'NONE'])
  })

  it('the level is exactly where PnL ≤ −1 % of entry cost begins, long and short', () => {
    const units = fc.integer({ min: 1_000, max: 5_000_000_000_000 })
    fc.assert(
      fc.property(
        units,
        fc.integer({ min: 100_000, max: 20_000_000_000 }),
        fc.constantFrom(1, -1),
        (at, size, side) => {
          const cost = notional(btc, at as Dec, size as Dec, Rounding.halfEven)
          if (cost < 100) return
          const level = rule.level({
            instrument: btc,
            quantity: (side * size) as Dec,
            cost: (side * cost) as Dec,
            entryFee: usd('0'),
          })!
          // PnL = side × (price × quantity − cost), in units of 10^-18 quote so that nothing is rounded; × 100 for 1 %.
          const holds = (price: number) =>
            100n * BigInt(side) * (BigInt(price) * BigInt(size) - BigInt(cost) * 10n ** 8n) <= -BigInt(cost) * 10n ** 8n
          expect(holds(level.units)).toBe(true)
          expect(holds(level.units + side)).toBe(false)
          expect(fires(level, level.units / 1e8)).toBe(true)
          expect(fires(level, (level.units + side) / 1e8)).toBe(false)
        },
      ),
      { seed: 20260129, numRuns: 500 },
    )
  })
})

describe('C2 monitored exits', () => {
  it('C2: target +2 %, stop −1 %, inclusive, long and short', () => {
    const long = monitoredLevels(btc, 1, px('100'), rateOf(0.01), rateOf(0.02))
    expect([102, 101.99, 99.01, 99].map((close) => monitoredExit(long, close))).toEqual(['TARGET', null, null, 'STOP'])
    const short = monitoredLevels(btc, -1, px('100'), rateOf(0.01), rateOf(0.02))
    expect([98, 98.01, 100.99, 101].map((close) => monitoredExit(short, close))).toEqual(['TARGET', null, null, 'STOP'])
  })

  it('one of the two may be missing', () => {
    const stopOnly = monitoredLevels(btc, 1, px('0.29'), rateOf(0.01), null)
    expect(stopOnly).toEqual({ side: 1, stop: 0.2871, target: null })
    expect([1, 0.2871].map((close) => monitoredExit(stopOnly, close))).toEqual([null, 'STOP'])
    expect(monitoredExit(monitoredLevels(btc, 1, px('100'), null, rateOf(0.02)), 1)).toBeNull()
  })
})
