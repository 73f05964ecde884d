import { describe, expect, it } from 'vitest'
import { LearnedMinimums } from '../../engine/rules/minimums.ts'
import { LEARNING } from '../../engine/rules/presets.ts'
import { QUOTE_DEC, thrown, usd } from './support.ts'

const empty = () => new LearnedMinimums(QUOTE_DEC, LEARNING.factor)
const at = (size: string, named: string | null = null, symbol = 'SOL/USD', venue = 'kraken', atMs = 1_000) => ({
  venue,
  symbol,
  size: usd(size),
  named: named === null ? null : usd(named),
  atMs,
})

describe('B2 learned minimums', () => {
  it('B2: the minimum that a refusal names is remembered for that pair with its origin', () => {
    const minimums = empty()
    expect(minimums.learn(at('2.00', '2.50'))).toBe(usd('2.5'))
    expect(minimums.minimum('kraken', 'SOL/USD')).toBe(usd('2.5'))
    expect(minimums.minimum('kraken', 'ADA/USD')).toBe(0)
    expect(minimums.minimum('coinbase', 'SOL/USD')).toBe(0)
    expect(minimums.list()).toEqual([
      { venue: 'kraken', symbol: 'SOL/USD', minimumQuote: '2.5', origin: 'named', sizeQuote: '2', atMs: 1_000 },
    ])
  })

  it('B2: where the refusal names no number, 1.25 × the refused size, never lower than what was known', () => {
    const minimums = empty()
    expect(minimums.learn(at('2.00'))).toBe(usd('2.5'))
    expect(minimums.learn(at('1.00'))).toBe(usd('2.5'))
    expect(minimums.learn(at('2.50'))).toBe(usd('3.125'))
    expect(minimums.list()[0]!.origin).toBe('inferred')
  })

  it('B2: lowered again when a smaller order is accepted', () => {
    const minimums = empty()
    minimums.learn(at('4.00'))
    expect(minimums.accept('kraken', 'SOL/USD', usd('5'), 2_000)).toBe(false)
    expect(minimums.accept('kraken', 'SOL/USD', usd('4.5'), 3_000)).toBe(true)
    expect(minimums.minimum('kraken', 'SOL/USD')).toBe(usd('4.5'))
    expect(minimums.list()[0]).toMatchObject({ origin: 'accepted', sizeQuote: '4.5', atMs: 3_000 })
    expect(minimums.accept('kraken', 'ADA/USD', usd('1'), 3_000)).toBe(false)
  })

  it('B2: what the venue named and what the configuration says is never lowered', () => {
    const minimums = empty()
    minimums.learn(at('4.00', '5.00'))
    expect(minimums.accept('kraken', 'SOL/USD', usd('4.9'), 2_000)).toBe(false)
    const configured = { ...minimums.list()[0]!, origin: 'configured' as const }
    minimums.restore([configured])
    expect(minimums.accept('kraken', 'SOL/USD', usd('4.9'), 2_000)).toBe(false)
    expect(minimums.one('kraken', 'SOL/USD')).toEqual(configured)
    expect(minimums.one('kraken', 'ADA/USD')).toBeNull()
  })

  it("a venue's own number replaces an inference, lower or higher", () => {
    const minimums = empty()
    minimums.learn(at('4.00'))
    expect(minimums.learn(at('4.50', '4.75'))).toBe(usd('4.75'))
  })

  it('can be listed in order and reset by pair, by venue and altogether', () => {
    const minimums = empty()
    minimums.learn(at('2', null, 'SOL/USD'))
    minimums.learn(at('2', null, 'ADA/USD'))
    minimums.learn(at('2', null, 'SOL/USD', 'coinbase'))
    minimums.learn(at('2', null, 'ADA/USD', 'alpaca'))
    expect(minimums.list().map((one) => `${one.venue} ${one.symbol}`)).toEqual([
      'alpaca ADA/USD',
      'coinbase SOL/USD',
      'kraken ADA/USD',
      'kraken SOL/USD',
    ])
    expect(minimums.reset('kraken', 'SOL/USD')).toBe(1)
    expect(minimums.minimum('kraken', 'SOL/USD')).toBe(0)
    expect(minimums.reset('kraken')).toBe(1)
    expect(minimums.minimum('kraken', 'ADA/USD')).toBe(0)
    expect(minimums.reset()).toBe(2)
    expect(minimums.list()).toEqual([])
  })

  it('a snapshot restores to the same, at another scale of money, too', () => {
    const minimums = empty()
    minimums.learn(at('2.22'))
    const again = new LearnedMinimums(6, LEARNING.factor, minimums.list())
    expect(again.list()).toEqual(minimums.list())
    expect(again.minimum('kraken', 'SOL/USD')).toBe(2_775_000)
    // Coarser money rounds up: a minimum never becomes less.
    expect(new LearnedMinimums(2, LEARNING.factor, minimums.list()).minimum('kraken', 'SOL/USD')).toBe(278)
  })

  it('a factor that would send the refused size again is refused at load', () => {
    expect(thrown(() => new LearnedMinimums(QUOTE_DEC, 1)).code).toBe('BAD_FACTOR')
  })
})
