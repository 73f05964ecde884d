import { describe, expect, it } from 'vitest'
import { ZERO } from '../../engine/core/dec.ts'
import * as account from '../../engine/rules/account.ts'
import { closingQuantity, legacySellCheck, sellQuantity } from '../../engine/rules/sells.ts'
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

describe('A3 percent of what', () => {
  it('total equity for portfolio, standard and percent, available for dynamic sizing', () => {
    for (const mode of ['portfolio', 'standard', 'percent'] as const) {
      expect(account.sizingBase(mode, HUNDRED)).toBe(usd('100'))
    }
    expect(account.sizingBase('dynamic', HUNDRED)).toBe(usd('60'))
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
    expect(closingQuantity(qty('-2'), qty('3'))).toBe(qty('2'))
    expect(closingQuantity(qty('2'), qty('1'))).toBe(qty('1'))
    expect(closingQuantity(ZERO, qty('1'))).toBe(0)
  })

  it('the preset legacy blocks a sell for want of cash, and says so', () => {
    const refusal = legacySellCheck(instrument(), usd('75'), usd('0.5'))
    expect(line(refusal)).toBe('SELL_BLOCKED_BY_CASH value=75 available=0.5')
    expect(legacySellCheck(instrument(), usd('75'), usd('75'))).toBeNull()
  })
})
