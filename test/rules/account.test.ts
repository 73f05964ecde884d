import { describe, expect, it } from 'vitest'
import { ZERO } from '../../engine/core/dec.ts'
import { Purpose } from '../../engine/core/order.ts'
import * as account from '../../engine/rules/account.ts'
import { closingOrder } from '../../engine/rules/exit.ts'
import { legacySellCheck, sellQuantity } from '../../engine/rules/sells.ts'
import { reducible } from '../../engine/sim/admission.ts'
import { instrument, line, qty, usd } from './support.ts'

const HUNDRED = { totalEquity: usd('100'), available: usd('60'), locked: usd('40') }

describe('A1 balance snapshot', () => {
  it('A1 example: 100 total, 60 available, 40 locked', () => {
    const funds = { cash: usd('70'), heldByOrders: usd('10'), positionsAtMark: usd('30') }
    expect(account.spotBalance(funds)).toEqual(HUNDRED)
  })

  it('leveraged: equity is cash and unrealised profit, locked is margin in use and held', () => {
    const funds = { cash: usd('95'), unrealised: usd('5'), initialMargin: usd('30'), heldByOrders: usd('10') }
    expect(account.marginBalance(funds)).toEqual(HUNDRED)
  })

  it('an underwater leveraged account has a negative available', () => {
    const funds = { cash: usd('95'), unrealised: usd('-90'), initialMargin: usd('30'), heldByOrders: ZERO }
    expect(account.marginBalance(funds).available).toBe(usd('-25'))
  })
})

describe('A2 account state', () => {
  const fresh = account.unknownAccount('test_user', 'kraken')

  it('A2 example: test_user, equity 100, 1 position', () => {
    const state = account.answered(fresh, HUNDRED, 1, 5_000)
    expect(state).toMatchObject({ user: 'test_user', openPositions: 1, connected: true, updatedMs: 5_000 })
    expect(state.balance!.totalEquity).toBe(usd('100'))
  })

  it("a venue that doesn't answer is shown as disconnected with the age of its last figures", () => {
    const state = account.silent(account.answered(fresh, HUNDRED, 1, 5_000))
    expect(state).toMatchObject({ connected: false, balance: HUNDRED })
    expect(account.ageMs(state, 65_000)).toBe(60_000)
  })

  it('an account that never answered is shown, without figures', () => {
    expect(fresh).toMatchObject({ connected: false, balance: null })
    expect(account.ageMs(fresh, 1)).toBeNull()
  })
})

describe('A4 sells never look at cash', () => {
  it('A4 example: with 0 USD and 0.5 SOL, selling 0.5 SOL goes through', () => {
    expect(sellQuantity(qty('0.5'), qty('0.5'))).toBe(qty('0.5'))
  })

  it("the ledger's amount is sent where the venue's last balance shows none or is unknown", () => {
    expect(sellQuantity(qty('0.5'), ZERO)).toBe(qty('0.5'))
    expect(sellQuantity(qty('0.5'), null)).toBe(qty('0.5'))
  })

  it("where both show none there's no order", () => {
    expect(sellQuantity(ZERO, ZERO)).toBe(0)
    expect(sellQuantity(ZERO, null)).toBe(0)
    expect(sellQuantity(ZERO, qty('0.1'))).toBe(qty('0.1'))
  })

  it('a closing order can never open a position', () => {
    const close = (held: string) => closingOrder(1, instrument(), qty(held), Purpose.exit, 0, null)
    expect([close('-2').side, close('-2').quantity, close('-2').reduceOnly]).toEqual([1, qty('2'), true])
    expect([close('2').side, close('2').quantity, close('2').reduceOnly]).toEqual([-1, qty('2'), true])
    // What the venue makes of it when the position has changed meanwhile: less, gone, or turned round.
    const left = (held: string) => reducible(close('-2'), close('-2').quantity, qty(held))
    expect([left('-3'), left('-1.5'), left('0'), left('1')]).toEqual([qty('2'), qty('1.5'), 0, 0])
  })

  it('the preset legacy blocks a sell for want of cash, and says so', () => {
    const refusal = legacySellCheck(instrument(), usd('75'), usd('0.5'))
    expect(line(refusal)).toBe('SELL_BLOCKED_BY_CASH value=75 available=0.5')
    expect(legacySellCheck(instrument(), usd('75'), usd('75'))).toBeNull()
  })
})
