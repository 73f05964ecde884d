import { describe, expect, it } from 'vitest'
import { ZERO } from '../../engine/core/dec.ts'
import { EntrySizer, type EntrySizing } from '../../engine/rules/entry-size.ts'
import { DYNAMIC_SIZING, PORTFOLIO_SIZING } from '../../engine/rules/presets.ts'
import { LEGACY, LOW_CAPITAL, MICRO_CAP, STANDARD } from '../../engine/rules/profile-presets.ts'
import type { Profile } from '../../engine/rules/profiles.ts'
import { rateOf } from '../../engine/rules/rate.ts'
import { DynamicSizer, PortfolioSizer } from '../../engine/rules/sizing.ts'
import { bindingMinimum } from '../../engine/rules/tiers.ts'
import { line, QUOTE_DEC, text, usd } from './support.ts'

const dynamic = new DynamicSizer(DYNAMIC_SIZING, QUOTE_DEC)
const portfolio = new PortfolioSizer(PORTFOLIO_SIZING, QUOTE_DEC)

function size(
  sizing: EntrySizing,
  equity: string,
  available: string,
  profile: Profile | null = null,
  belowRange = false,
) {
  const sized = new EntrySizer(sizing, dynamic, portfolio, QUOTE_DEC).size({
    totalEquity: usd(equity),
    available: usd(available),
    costRate: rateOf(0.0026),
    minimum: bindingMinimum(usd('2.5'), ZERO),
    profile: profile === null ? null : { index: 0, profile, belowRange },
  })
  return sized.skip === null ? text(sized.wanted) : line(sized.skip)
}

describe('B sizing.mode', () => {
  it('B: dynamic takes available, portfolio, percent and standard total equity', () => {
    expect(size({ mode: 'dynamic' }, '100', '8')).toBe('7.6')
    expect(size({ mode: 'portfolio' }, '200', '45')).toBe('43.8858966686')
    expect(size({ mode: 'percent', fraction: 0.1 }, '200', '45')).toBe('20')
    expect(size({ mode: 'percent', fraction: 0.5 }, '200', '50.13')).toBe('50')
    expect(size({ mode: 'fixed', quote: 2 }, '200', '45')).toBe('2')
  })

  it('A3: percent, standard and portfolio sizing take total equity, so that a position does not shrink the next', () => {
    const profile = { mode: 'profile' } as const
    const both = (sizing: EntrySizing, of: Profile | null = null) => [
      size(sizing, '300', '300', of),
      size(sizing, '300', '240', of),
    ]
    expect(both({ mode: 'percent', fraction: 0.1 })).toEqual(['30', '30'])
    expect(both(profile, LOW_CAPITAL)).toEqual(['100', '100'])
    expect(both({ mode: 'portfolio' })).toEqual(['210', '210'])
    expect([size({ mode: 'dynamic' }, '9', '9'), size({ mode: 'dynamic' }, '9', '4')]).toEqual(['8.55', '3.8'])
  })

  it('B4: by profile: MICRO_CAP 20 fixed, B1 below 20 or where cash is short, else the standard size', () => {
    const profile = { mode: 'profile' } as const
    expect(size(profile, '50', '50', MICRO_CAP)).toBe('20')
    expect(size(profile, '50', '20', MICRO_CAP)).toBe('10')
    expect(size(profile, '19', '19', MICRO_CAP, true)).toBe('10')
    expect(size(profile, '19', '2.4', MICRO_CAP, true)).toBe('BELOW_TIER_MINIMUM amount=2.4 minimum=2.5')
    expect(size(profile, '300', '300', LOW_CAPITAL)).toBe('100')
    expect(size(profile, '800', '800', STANDARD)).toBe('160')
    expect(size(profile, '50', '50', LEGACY)).toBe('10')
  })

  it('sizing by profile without a profile is our own fault', () => {
    expect(() => size({ mode: 'profile' }, '50', '50')).toThrow('bug: sizing by profile without a profile')
  })
})
