import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, ZERO } from '../../engine/core/dec.ts'
import { Amount, costOf, executableAmount, worthOf } from '../../engine/rules/amount.ts'
import {
  DYNAMIC_SIZING,
  FIXED_TWO_SIZING,
  LEGACY_PORTFOLIO_SIZING,
  PORTFOLIO_SIZING,
  TIER_MINIMUMS,
  TIER_OF_ASSET,
} from '../../engine/rules/presets.ts'
import { rateOf, withCost } from '../../engine/rules/rate.ts'
import { DynamicSizer, fixedSize, PortfolioSizer, standardSize } from '../../engine/rules/sizing.ts'
import { bindingMinimum, TierTable } from '../../engine/rules/tiers.ts'
import { instrument, line, number, px, QUOTE_DEC, qty, rulebook, text, thrown, usd } from './support.ts'

const FEE = rateOf(0.0026)
const dynamic = new DynamicSizer(DYNAMIC_SIZING, QUOTE_DEC)
const portfolio = new PortfolioSizer(PORTFOLIO_SIZING, QUOTE_DEC)

/** The amount with its value and cost, or the skip. */
function executable(
  request: Omit<Amount, 'wantedCost' | 'quantity' | 'rateInBase' | 'exitRateInBase'> & Partial<Amount>,
) {
  const amount: Amount = Object.assign(new Amount(), request)
  const skip = executableAmount(amount)
  if (skip !== null) return { skip, quantity: null, value: null, cost: null } as const
  return { skip, quantity: amount.quantity, value: worthOf(amount), cost: costOf(amount) } as const
}
const tier = (amount: string) => bindingMinimum(usd(amount), ZERO)
const relaxed = new TierTable(TIER_MINIMUMS.relaxed, TIER_OF_ASSET, QUOTE_DEC, DYNAMIC_SIZING.capQuote)
const strict = new TierTable(TIER_MINIMUMS.strict, TIER_OF_ASSET, QUOTE_DEC, DYNAMIC_SIZING.capQuote)
const PAIRS = ['SOL', 'ADA', 'DOGE', 'SHIB', 'MANA'].map((base) => `${base}/USDT`)

function wanted(available: string, minimum = '2.50'): string {
  const size = dynamic.size(usd(available), tier(minimum))
  return size.skip === null ? text(size.wanted) : line(size.skip)
}

describe('B1 dynamic sizing', () => {
  it('B1 examples (tier minimum 2.50): 2.86 → 2.717; 2.50 → 2.50; 2.49 → skip; 100 → 10', () => {
    expect(wanted('2.86')).toBe('2.717')
    expect(wanted('2.50')).toBe('2.5')
    expect(wanted('2.49')).toBe('BELOW_TIER_MINIMUM amount=2.49 minimum=2.5')
    expect(wanted('100')).toBe('10')
  })

  it('B1: with cost minimum 2.50, 2.86 trades each of SOL, ADA, DOGE, SHIB, MANA against USDT at 2.717', () => {
    for (const pair of PAIRS) {
      const size = dynamic.size(usd('2.86'), bindingMinimum(relaxed.minimum(pair), usd('2.50')))
      expect(size.wanted).toBe(usd('2.717'))
    }
  })

  it('B1: the old fixed 2.00 is refused there every time: 0 % of trades succeed', () => {
    for (const pair of PAIRS) {
      const amount = executable({
        instrument: instrument(pair),
        rulebook: rulebook({ minCost: '2.50' }),
        side: 1,
        price: px('0.5'),
        wanted: usd(FIXED_TWO_SIZING.quote.toFixed(2)),
        available: usd('2.86'),
        minimum: bindingMinimum(ZERO, usd('2.50')),
        costRate: FEE,
        exitShare: null,
      })
      expect(line(amount.skip)).toBe('BELOW_MINIMUM wanted=2 minimum=2.5')
    }
  })

  it('is inclusive where 95 % equals the minimum or the cap', () => {
    expect(wanted('4', '3.80')).toBe('3.8')
    expect(wanted('4', '3.8000000001')).toBe('3.8000000001')
    expect(wanted('3.8', '3.8')).toBe('3.8')
    expect(wanted('20', '10')).toBe('10')
  })
})

describe('B2 tier minimums', () => {
  it('B2: the table of tiers, a whole pair winning over its base asset', () => {
    expect(['SOL/USDT', 'ADA/USDT', 'MANA/USD', 'DOGE/USD', 'SHIB/USD', 'BTC/USD'].map((s) => relaxed.tier(s))).toEqual(
      ['TIER_1', 'MID_TIER', 'MID_TIER', 'MEME', 'MEME', null],
    )
    const own = new TierTable(TIER_MINIMUMS.strict, { SOL: 'TIER_1', 'SOL/EUR': 'MEME' }, QUOTE_DEC)
    expect([own.minimum('SOL/USD'), own.minimum('SOL/EUR')]).toEqual([usd('5'), usd('10')])
  })

  it('B2 presets: relaxed 2.50 / 2.50 / 2.50, strict 5.00 / 7.50 / 10.00, a pair in no tier 2.50', () => {
    const of = (table: TierTable) => ['SOL/USD', 'ADA/USD', 'DOGE/USD', 'BTC/USD'].map((s) => number(table.minimum(s)))
    expect(of(relaxed)).toEqual([2.5, 2.5, 2.5, 2.5])
    expect(of(strict)).toEqual([5, 7.5, 10, 2.5])
  })

  it('B2: with strict and 2.86, no pair is tradeable', () => {
    for (const pair of PAIRS) {
      expect(dynamic.size(usd('2.86'), bindingMinimum(strict.minimum(pair), ZERO)).wanted).toBeNull()
    }
  })

  it("B2: the venue's own minimum wins where it is higher; where it exceeds the cap: skip", () => {
    const venue = bindingMinimum(usd('2.50'), usd('5'))
    expect(venue).toEqual({ amount: usd('5'), source: 'venue' })
    expect(line(dynamic.size(usd('4'), venue).skip)).toBe('BELOW_MINIMUM wanted=4 minimum=5')
    expect(line(dynamic.size(usd('100'), bindingMinimum(usd('2.5'), usd('10.01'))).skip)).toBe(
      'MINIMUM_ABOVE_CAP minimum=10.01 cap=10',
    )
    expect(bindingMinimum(usd('5'), usd('5'), usd('5')).source).toBe('tier')
    expect(bindingMinimum(usd('5'), usd('6'), usd('6')).source).toBe('venue')
    expect(bindingMinimum(usd('5'), usd('6'), usd('7'))).toEqual({ amount: usd('7'), source: 'learned' })
  })

  it('a tier minimum above the cap is refused at load, naming the key', () => {
    const error = thrown(() => new TierTable({ ...TIER_MINIMUMS.strict, MEME: 10.01 }, {}, QUOTE_DEC, 10))
    expect(error.code).toBe('MINIMUM_ABOVE_CAP')
    expect(error.line).toContain('rules.minimums.MEME')
    expect(new TierTable({ ...TIER_MINIMUMS.strict, MEME: 0 }, { DOGE: 'MEME' }, QUOTE_DEC).minimum('DOGE/USD')).toBe(0)
    expect(thrown(() => new TierTable({ ...TIER_MINIMUMS.strict, MEME: -1 }, {}, QUOTE_DEC)).code).toBe('BAD_MINIMUM')
  })
})

describe('B3 portfolio sizing', () => {
  it('B3 example without reallocation: equity 200, available 45, taker 0.26 % → 43.8858966… (× 1.0026 = 44.00)', () => {
    const size = portfolio.size(usd('200'), usd('45'), FEE)
    expect(text(size.wanted!)).toBe('43.8858966686')
    expect(text(withCost(size.wanted!, FEE))).toBe('44')
  })

  it('B3 example with reallocation: wanted 180, needed 181.468, shortfall 136.468, sells of 136.82374 at least', () => {
    const need = portfolio.need(usd('200'), usd('45'), FEE, FEE)
    expect([need.wanted, need.needed, need.shortfall].map(text)).toEqual(['180', '181.468', '136.468'])
    expect(text(need.minimumSells)).toMatch(/^136\.82374/)
  })

  it('a normal trade takes at most 70 % of total equity, with cash left over', () => {
    expect(text(portfolio.size(usd('200'), usd('200'), FEE).wanted!)).toBe('140')
  })

  it('never orders below 5.00, and exactly 5.00 is ordered', () => {
    expect(line(portfolio.size(usd('100'), usd('5.99'), ZERO).skip)).toBe('BELOW_MIN_ORDER wanted=4.99 minimum=5')
    expect(text(portfolio.size(usd('100'), usd('6'), ZERO).wanted!)).toBe('5')
    expect(portfolio.size(usd('100'), ZERO, ZERO).wanted).toBeNull()
  })

  it('nothing is never a size, even without a minimum', () => {
    const free = new PortfolioSizer({ ...PORTFOLIO_SIZING, minimumQuote: 0 }, QUOTE_DEC)
    expect(line(free.size(usd('100'), usd('1'), ZERO).skip)).toBe('BELOW_MIN_ORDER wanted=0 minimum=0')
  })

  it('the preset legacy takes a fixed 80 %', () => {
    const legacy = new PortfolioSizer(LEGACY_PORTFOLIO_SIZING, QUOTE_DEC)
    expect(text(legacy.size(usd('200'), usd('200'), FEE).wanted!)).toBe('160')
    expect(text(legacy.need(usd('200'), usd('45'), FEE, FEE).wanted)).toBe('160')
  })

  it('shares outside 0 to 1, or smaller with reallocation than without, are refused at load', () => {
    const make = (over: object) => thrown(() => new PortfolioSizer({ ...PORTFOLIO_SIZING, ...over }, QUOTE_DEC)).code
    expect(make({ normalFraction: 1.2 })).toBe('BAD_SIZING')
    expect(make({ reallocationFraction: 0.5 })).toBe('BAD_SIZING')
    expect(make({ reallocationFraction: 1 })).toBe('NONE')
    expect(thrown(() => new DynamicSizer({ fraction: 0, capQuote: 10 }, QUOTE_DEC)).code).toBe('BAD_SIZING')
  })
})

describe('B4 fixed and standard', () => {
  it('B4: 20.00 fixed where available carries it with fees, else B1', () => {
    const fixed = (available: string) => fixedSize(usd('20'), usd(available), FEE, dynamic, tier('2.5')).wanted
    expect(fixed('50')).toBe(usd('20'))
    expect(fixed('20.052')).toBe(usd('20'))
    expect(fixed('20.0519')).toBe(usd('10'))
    expect(fixed('2.49')).toBeNull()
  })

  it("B4: standard size is total equity ÷ positions allowed, at most B3's share", () => {
    const standard = (positions: number) => text(standardSize(usd('300'), usd('300'), positions, portfolio, FEE))
    expect(standard(3)).toBe('100')
    expect(standard(1)).toBe('210')
    expect(text(standardSize(usd('300'), usd('40'), 3, portfolio, ZERO))).toBe('40')
    expect(standardSize(usd('300'), usd('-1'), 3, portfolio, ZERO)).toBe(0)
  })
})

describe('B5 executable', () => {
  const request = (available: string, size: string, over: object = {}) =>
    executable({
      instrument: instrument(),
      rulebook: rulebook({ step: '0.00000001', minCost: '2.50' }),
      side: 1,
      price: px('150.00'),
      wanted: usd(size),
      available: usd(available),
      minimum: bindingMinimum(usd('2.5'), usd('2.5')),
      costRate: FEE,
      exitShare: null,
      ...over,
    })

  it('B5 example: available 2.50, fee 0.26 %: wanted 2.50 needs 2.5065 → skip (INSUFFICIENT_BALANCE)', () => {
    expect(text(withCost(usd('2.50'), FEE))).toBe('2.5065')
    expect(line(request('2.50', '2.50').skip)).toBe('INSUFFICIENT_BALANCE wanted=2.5 available=2.5')
  })

  it('B5 example: 2.86 at SOL 150.00, step 1e-8: 0.01811333, cost 2.7169995 ≥ 2.50 → order', () => {
    const amount = request('2.86', '2.717')
    expect(amount.quantity).toBe(qty('0.01811333'))
    expect(text(amount.value!)).toBe('2.7169995')
  })

  it('B5: wanted = the minimum rounds up by one step where cash allows, else skip', () => {
    const up = request('2.86', '2.50', { price: px('149.99') })
    expect(up.quantity).toBe(qty('0.01666778'))
    expect(up.value!).toBeGreaterThanOrEqual(usd('2.5'))
    const short = request('2.5065', '2.50', { price: px('149.99') })
    expect(line(short.skip)).toBe('BELOW_TIER_MINIMUM amount=2.4999988223 minimum=2.5')
  })

  it('B5: one step up may take exactly what is available, and not a unit more', () => {
    const coarse = { price: px('3'), costRate: ZERO, rulebook: rulebook({ step: '1', minCost: '2.5' }) }
    expect(request('3', '2.50', coarse).quantity).toBe(qty('1'))
    expect(request('2.9999999999', '2.50', coarse).quantity).toBeNull()
  })

  it('B5: minimums are inclusive: value, quantity, and value at the exit', () => {
    const even = { price: px('1'), costRate: ZERO, minimum: bindingMinimum(usd('2'), ZERO) }
    const exact = (demands: object, over: object = {}) =>
      request('5', '5', { ...even, rulebook: rulebook({ step: '1', ...demands }), ...over }).quantity
    expect(exact({ minCost: '5' }, { minimum: bindingMinimum(usd('5'), usd('5')) })).toBe(qty('5'))
    expect(exact({ minCost: '5' })).toBe(qty('5'))
    expect(exact({ minCost: '5.01' })).toBeNull()
    expect(exact({ minQty: '5' })).toBe(qty('5'))
    expect(exact({ minQty: '5.1' })).toBeNull()
    expect(exact({ minCost: '4.95' }, { exitShare: rateOf(0.99) })).toBe(qty('5'))
    expect(exact({ minCost: '4.96' }, { exitShare: rateOf(0.99) })).toBeNull()
  })

  it('B5: a larger wanted size that rounds below the minimum is skipped, not raised', () => {
    const coarse = { rulebook: rulebook({ step: '0.01', minCost: '2.5' }), minimum: bindingMinimum(ZERO, usd('2.5')) }
    expect(line(request('10', '2.9', coarse).skip)).toBe('BELOW_MINIMUM wanted=1.5 minimum=2.5')
  })

  it('B6 example: BELOW_MINIMUM wanted=2.00 minimum=2.50, the wanted size before rounding', () => {
    const venue = { minimum: bindingMinimum(ZERO, usd('2.5')) }
    expect(line(request('50', '2.00', venue).skip)).toBe('BELOW_MINIMUM wanted=2 minimum=2.5')
  })

  it('B5: EXIT_BELOW_MINIMUM at −1 %, for longs, unless turned off', () => {
    const minus = { exitShare: rateOf(0.99) }
    expect(line(request('2.86', '2.52', minus).skip)).toMatch(/^EXIT_BELOW_MINIMUM exitValue=2\.49\d* minimum=2\.5$/)
    expect(request('2.86', '2.52').skip).toBeNull()
    expect(request('2.86', '2.52', { ...minus, side: -1 }).skip).toBeNull()
    expect(request('2.86', '2.717', minus).skip).toBeNull()
  })

  it('B6: nothing that rounds to zero is ordered, and the reason is named', () => {
    const free = { rulebook: rulebook({ step: '1' }), minimum: bindingMinimum(ZERO, ZERO) }
    expect(line(request('100', '50', free).skip)).toBe('SIZE_ZERO wanted=50 price=150')
  })
})

const cents = (max: number) => fc.integer({ min: 0, max }).map((c) => (c * 1e8) as Dec)

describe('sizing properties', () => {
  it('sizes never exceed what is available', () => {
    fc.assert(
      fc.property(
        cents(100_000),
        cents(50_000),
        fc.integer({ min: 0, max: 100 }),
        cents(1_200),
        (free, locked, bps, min) => {
          const rate = rateOf(bps / 10_000)
          const equity = (free + locked) as Dec
          const sizes = [
            dynamic.size(free, bindingMinimum(min, ZERO)).wanted,
            portfolio.size(equity, free, rate).wanted,
            portfolio.sizeAfterSells(equity, free, rate).wanted,
            fixedSize(usd('20'), free, rate, dynamic, bindingMinimum(min, ZERO)).wanted,
            standardSize(equity, free, 3, portfolio, rate),
          ]
          for (const size of sizes) expect(size ?? 0).toBeLessThanOrEqual(free)
          expect(withCost(portfolio.size(equity, free, rate).wanted ?? ZERO, rate)).toBeLessThanOrEqual(free)
        },
      ),
      { seed: 20260121, numRuns: 300 },
    )
  })

  it('after rounding the minimum holds and cash carries it, or there is a skip', () => {
    const steps = fc.constantFrom('0.00000001', '0.0001', '0.01', '1')
    const price = fc.integer({ min: 1_000_000, max: 1_000_000_000_000 }).map((p) => p as Dec)
    fc.assert(
      fc.property(
        cents(50_000),
        cents(50_000),
        cents(2_000),
        steps,
        price,
        fc.boolean(),
        (free, want, min, step, at, exact) => {
          const book = rulebook({ step, minCost: '0.5' })
          const minimum = bindingMinimum(min, usd('0.5'))
          const amount = executable({
            instrument: instrument(),
            rulebook: book,
            side: 1,
            price: at,
            wanted: exact ? minimum.amount : want,
            available: free,
            minimum,
            costRate: FEE,
            exitShare: null,
          })
          if (amount.skip !== null) return
          expect(amount.value).toBeGreaterThanOrEqual(minimum.amount)
          expect(amount.cost).toBeLessThanOrEqual(free)
          expect(amount.quantity % book.step).toBe(0)
        },
      ),
      { seed: 20260122, numRuns: 500 },
    )
  })
})
