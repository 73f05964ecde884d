/** Goal: nothing leaves beyond a limit, in no state that forbids it, and not around the gate. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Side } from '../../../engine/core/order.ts'
import type { ExchangePort } from '../../../engine/live/exchange.ts'
import type { GateAccount, GateOrder } from '../../../engine/live/ports.ts'
import { guardedExchange } from '../../../engine/live/safety/guarded-exchange.ts'
import { LIMIT_KEYS, parseLimits } from '../../../engine/live/safety/limits.ts'
import { account, LIMITS, makeGate, NOON_MS, order, outgoing } from './support.ts'

const codeOf = (
  change: Partial<GateOrder>,
  inner = {},
  state: Partial<GateAccount> = {},
  limits = {},
): string | null => {
  const verdict = makeGate(limits).gate.check(order(change, inner), account(state))
  return verdict.allowed ? null : verdict.code
}

describe('limits', () => {
  it.each(LIMIT_KEYS)('%s is required, and its refusal names it', (key) => {
    const { [key]: _, ...rest } = LIMITS
    expect(() => parseLimits(rest, 'live.yaml')).toThrow(`limits.${key}: this limit is missing`)
    expect(() => parseLimits({ ...LIMITS, [key]: null }, 'live.yaml')).toThrow(`limits.${key}: this limit is missing`)
  })

  it('one line says what, where and what to do', () => {
    const { maxOrderNotional: _, ...rest } = LIMITS
    try {
      parseLimits(rest, 'live.yaml')
      expect.unreachable()
    } catch (error) {
      const { line } = error as { line: string }
      expect(line).toMatch(
        /^live\.yaml: limits\.maxOrderNotional: this limit is missing \(every limit is required; .+\)$/,
      )
    }
  })

  it('unknown keys, values out of range, and what is looser than the bundle are refused', () => {
    expect(() => parseLimits({ ...LIMITS, maxLoss: 1 }, 'x')).toThrow('limits.maxLoss: unknown limit')
    expect(() => parseLimits({ ...LIMITS, priceCollar: 2 }, 'x')).toThrow('limits.priceCollar')
    const bundle = { maxDailyLoss: 0.1, maxLeverage: 1, maxOrdersPerDay: 500 }
    expect(parseLimits(LIMITS, 'x', bundle)).toEqual(LIMITS)
    expect(() => parseLimits({ ...LIMITS, maxLeverage: 3 }, 'x', bundle)).toThrow('limits.maxLeverage: 3 is looser')
  })
})

describe('the gate', () => {
  it.each([
    ['exactly the largest order', {}, { quantity: '5' }, {}, null],
    ['a larger one', {}, { quantity: '5.01' }, {}, 'LIMIT_ORDER_NOTIONAL'],
    ['exactly the largest position', { exposed: 4 }, {}, { gross: 400 }, null],
    [
      'a larger one, working entries included',
      { position: 4, exposed: 4.5 },
      {},
      { gross: 400, pending: 50 },
      'LIMIT_POSITION',
    ],
    ['gross exposure of other symbols', {}, {}, { gross: 601, pending: 101, equity: 5000 }, 'LIMIT_GROSS_EXPOSURE'],
    ['more than equity carries', {}, {}, { gross: 500, equity: 800 }, 'LIMIT_LEVERAGE'],
    ['leverage asked for', {}, { leverage: 2 }, {}, 'LIMIT_LEVERAGE'],
    ['no equity', {}, {}, { equity: 0 }, 'NO_EQUITY'],
    ['one order too many at once', {}, {}, { openOrders: 5 }, 'LIMIT_OPEN_ORDERS'],
    ['another symbol', {}, { symbol: 'DOGE/USD' }, {}, 'LIMIT_SYMBOLS'],
    ['a buy far above the mark', {}, { limitPrice: '102.01' }, {}, 'LIMIT_PRICE_COLLAR'],
    ['a buy at the edge of the collar', {}, { limitPrice: '102' }, {}, null],
    ['a buy far below, which rests', {}, { limitPrice: '50' }, {}, null],
    ['a sell far below', {}, { side: Side.sell, limitPrice: '97.9' }, {}, 'LIMIT_PRICE_COLLAR'],
    ['a row that another has followed', {}, {}, { rowAgeMs: 3_600_001 }, 'STALE_ROW'],
    ['books of a minute ago', {}, {}, { bookAgeMs: 60_001 }, 'STALE_BOOKS'],
    ['no price', { price: Number.NaN }, {}, {}, 'NO_PRICE'],
    ['no worth', { notional: Number.NaN }, {}, {}, 'NO_PRICE'],
    ['exposure that is no number', {}, {}, { gross: Number.NaN }, 'NO_EXPOSURE'],
  ])('%s', (_, change, inner, state, code) => {
    const out = outgoing(inner)
    expect(codeOf({ notional: Number(out.quantity) * 100, ...change }, inner, state)).toBe(code)
  })

  it('sums that are off in the last digit still equal their limit', () => {
    expect(codeOf({ notional: 0.1 + 0.2, price: 1 }, { quantity: '0.3' }, {}, { maxOrderNotional: 0.3 })).toBeNull()
  })

  it('orders per minute and per UTC day', () => {
    const { gate } = makeGate({ maxOrdersPerMinute: 2, maxOrdersPerDay: 3 })
    const at = (ms: number) => {
      const verdict = gate.check(order(), account({ nowMs: NOON_MS + ms }))
      return verdict.allowed ? null : verdict.code
    }
    expect([at(0), at(1000), at(59_999), at(60_000), at(200_000)]).toEqual([
      null,
      null,
      'LIMIT_ORDERS_PER_MINUTE',
      null,
      'LIMIT_ORDERS_PER_DAY',
    ])
    expect(at(12 * 3_600_000)).toBeNull()
  })

  it('a clock that steps back opens no new minute and no new day', () => {
    const { gate } = makeGate({ maxOrdersPerMinute: 1, maxOrdersPerDay: 1 })
    expect(gate.check(order(), account()).allowed).toBe(true)
    expect(gate.check(order(), account({ nowMs: NOON_MS - 3_600_000 })).allowed).toBe(false)
    expect(gate.check(order(), account({ nowMs: NOON_MS - 86_400_000 })).allowed).toBe(false)
  })

  describe('liquidation', () => {
    const limits = { maxLeverage: 10, maxGrossExposure: 9000, maxPosition: 9000 }
    it.each([
      ['a spot symbol has none', {}, { leverage: 10 }, { equity: 100 }, null],
      [
        '1/10 away is nearer than 0.2',
        { liquidationDistance: null },
        { leverage: 10 },
        {},
        'LIMIT_LIQUIDATION_DISTANCE',
      ],
      ['1/5 away is exactly 0.2', { liquidationDistance: null }, { leverage: 5 }, {}, null],
      ['equity is a fifth of exposure', { liquidationDistance: null }, {}, { equity: 80 }, null],
      ['equity is less than that', { liquidationDistance: null }, {}, { equity: 79 }, 'LIMIT_LIQUIDATION_DISTANCE'],
      [
        'unknown for a position',
        { liquidationDistance: null, position: 1, exposed: 1 },
        {},
        {},
        'NO_LIQUIDATION_PRICE',
      ],
      ['passed already', { liquidationDistance: 0, position: 1, exposed: 1 }, {}, {}, 'LIMIT_LIQUIDATION_DISTANCE'],
      ['near for a long', { liquidationDistance: 0.19, position: 1, exposed: 1 }, {}, {}, 'LIMIT_LIQUIDATION_DISTANCE'],
      ['far for a long', { liquidationDistance: 0.2, position: 1, exposed: 1 }, {}, {}, null],
    ])('%s', (_, change, inner, state, code) => {
      expect(codeOf(change, inner, state, limits)).toBe(code)
    })
  })

  it('what lowers exposure passes beyond every limit of size, and in every state', () => {
    const { gate, conditions } = makeGate()
    const exit = order(
      { reducing: true, position: 900, exposed: 900, notional: 90_000 },
      { side: Side.sell, quantity: '900' },
    )
    const poor = account({ equity: -1, gross: 90_000, openOrders: 99 })
    expect(gate.check(exit, poor).allowed).toBe(true)
    gate.halt('TEST', 'a test')
    expect(conditions.state).toBe('HALTED')
    expect(gate.check(exit, poor).allowed).toBe(true)
    expect(gate.check(order(), account())).toMatchObject({
      code: 'STATE_HALTED',
      text: expect.stringContaining('a test'),
    })
  })

  it("doesn't take another's word for lowering exposure", () => {
    const sell = { side: Side.sell }
    const { gate } = makeGate()
    gate.halt('TEST', 'a test')
    const allowed = (change: Partial<GateOrder>, inner = {}) =>
      gate.check(order({ reducing: true, ...change }, { ...sell, ...inner }), account()).allowed
    expect(allowed({ position: 4 })).toBe(true)
    expect(allowed({ position: 3.99 })).toBe(false)
    expect(allowed({ position: -4 })).toBe(false)
    expect(allowed({ position: 0 })).toBe(false)
    expect(allowed({ position: 0 }, { reduceOnly: true })).toBe(true)
  })

  it("a stage's share of the account holds entries, not exits", () => {
    const { gate } = makeGate()
    gate.capCapital(0.1)
    expect(gate.check(order({ notional: 100 }), account()).allowed).toBe(true)
    expect(gate.check(order({ notional: 100.1 }), account())).toMatchObject({ code: 'STAGE_CAPITAL' })
    gate.capCapital(0)
    expect(gate.check(order({ notional: 0.01 }), account())).toMatchObject({ code: 'STAGE_CAPITAL' })
    const exit = order({ reducing: true, position: 4 }, { side: Side.sell })
    expect(gate.check(exit, account()).allowed).toBe(true)
  })

  it('a loop of exits stops at its own count', () => {
    const { gate } = makeGate()
    const exit = order({ reducing: true, position: 4 }, { side: Side.sell })
    const codes = [1, 2, 3, 4].map(() => gate.check(exit, account()))
    expect(codes.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
    expect(gate.check(order(), account()).allowed).toBe(true)
  })

  it("the day's loss halts, inclusive, until somebody resumes; the next day has a loss of its own", () => {
    const { gate, conditions } = makeGate()
    gate.marked(NOON_MS + 1, 950)
    expect(gate.state).toBe('ACTIVE')
    gate.marked(NOON_MS + 2, 949.9)
    expect(gate.state).toBe('HALTED')
    gate.marked(NOON_MS + 86_400_000, 949.9)
    expect(gate.state).toBe('HALTED')
    expect(conditions.resume('me')).toEqual(['LIMIT_DAILY_LOSS'])
    expect(gate.state).toBe('ACTIVE')
  })

  it('holds whatever comes: no order passes that makes more than a limit allows', () => {
    const number = fc.oneof(fc.double(), fc.double({ min: -2000, max: 2000, noNaN: true }))
    fc.assert(
      fc.property(
        ...[number, number, number, number, number, number],
        fc.boolean(),
        (position, entries, notional, price, gross, equity, reducing) => {
          const { gate } = makeGate()
          const subject = order({ position, exposed: Math.abs(position) + entries, notional, price, reducing })
          if (!gate.check(subject, account({ gross, equity })).allowed) return
          const side = subject.order.side
          const lowers = position * side < 0 && 4 <= Math.abs(position) * (1 + 1e-9)
          if (lowers && reducing) return
          expect(notional).toBeLessThanOrEqual(500 * (1 + 1e-9))
          expect((Math.abs(position) + entries) * price + notional).toBeLessThanOrEqual(800 * (1 + 1e-9))
          expect(gross + notional).toBeLessThanOrEqual(Math.min(1000, equity) * (1 + 1e-9))
        },
      ),
      { seed: 7, numRuns: 3000 },
    )
  })
})

describe('behind the gate', () => {
  const sent: string[] = []
  const exchange = {
    submit: async ({ clientId }: { clientId: string }) => {
      sent.push(clientId)
      return { venueId: 'v' }
    },
    cancel: async () => undefined,
  } as unknown as ExchangePort

  it('an order leaves only as it passed, once, and not after a halt', async () => {
    const { gate, conditions } = makeGate()
    const guarded = guardedExchange(exchange, gate)
    const refused = { kind: 'local', code: 'NOT_PASSED' }
    await expect(guarded.submit(outgoing())).rejects.toMatchObject(refused)
    gate.check(order(), account())
    await expect(guarded.submit(outgoing({ quantity: '4.1' }))).rejects.toMatchObject(refused)
    gate.check(order(), account())
    await guarded.submit(outgoing({ deadlineMs: 5 }))
    await expect(guarded.submit(outgoing())).rejects.toMatchObject(refused)
    gate.check(order(), account())
    gate.halt('TEST', 'a test')
    await expect(guarded.submit(outgoing())).rejects.toMatchObject({ kind: 'local', code: 'STATE_HALTED' })
    await guarded.cancel({ clientId: 'td-1', venueId: null, symbol: 'BTC/USD' })
    conditions.resume('me')
    await expect(
      guarded.amend({ clientId: 'td-1', venueId: 'v', symbol: 'BTC/USD' }, outgoing()),
    ).rejects.toMatchObject(refused)
    expect(sent).toEqual(['td-1'])
  })
})
