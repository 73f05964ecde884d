import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { ProfileChoice } from '../../engine/rules/profile-choice.ts'
import {
  AGGRESSIVE,
  LEGACY,
  LEGACY_PROFILES,
  LOW_CAPITAL,
  MICRO_CAP,
  PROFILES,
  STANDARD,
} from '../../engine/rules/profile-presets.ts'
import { profileOptions, profileRanges } from '../../engine/rules/profiles.ts'
import { QUOTE_DEC, thrown, usd } from './support.ts'

const auto = (hysteresis = 0) => new ProfileChoice({ table: PROFILES, pinned: null, hysteresis }, QUOTE_DEC)

function chosen(equity: string): string {
  const choice = auto()
  choice.evaluate(usd(equity), 0)
  return choice.current.profile.name + (choice.current.belowRange ? ' with B1' : '')
}

describe('C capital profiles', () => {
  it("C: the table's rows, to the digit", () => {
    const rows = PROFILES.map((p) => [
      p.name,
      p.fromQuote,
      p.toQuote,
      p.pacing.entryMs / 1000,
      p.pacing.exitMs / 1000,
      p.gates.entriesPerWindow.limit,
      p.pacing.monitoringMs / 1000,
      p.pacing.queryMs / 1000,
      p.positions,
    ])
    expect(rows).toEqual([
      ['MICRO_CAP', 20, 100, 30, 5, 2, 60, 30, 1],
      ['LOW_CAPITAL', 100, 500, 10, 10, 6, 60, 30, 3],
      ['STANDARD', 500, 1000, 2, 2, 30, 30, 15, 5],
      ['AGGRESSIVE', 1000, null, 1, 1, 60, 15, 5, 10],
    ])
    for (const p of [...PROFILES, LEGACY]) {
      expect(p.gates.entryInterval.ms).toBe(p.pacing.entryMs)
      expect(p.gates.positions.limit).toBe(p.positions)
      expect(p.gates.entriesPerWindow.windowMs).toBe(60_000)
    }
    expect(MICRO_CAP).toMatchObject({ size: { mode: 'fixed', quote: 20 }, target: 0.02, stop: 0.01 })
    for (const p of [LOW_CAPITAL, STANDARD, AGGRESSIVE]) {
      expect(p).toMatchObject({ size: { mode: 'standard' }, target: null, stop: null, sellsNeedCash: false })
    }
  })

  it('C: ranges are half-open; below 20 MICRO_CAP holds with B1 sizing', () => {
    expect(['19.99', '20', '99.99', '100', '499.99', '500', '999.99', '1000', '100000'].map(chosen)).toEqual([
      'MICRO_CAP with B1',
      'MICRO_CAP',
      'MICRO_CAP',
      'LOW_CAPITAL',
      'LOW_CAPITAL',
      'STANDARD',
      'STANDARD',
      'AGGRESSIVE',
      'AGGRESSIVE',
    ])
  })

  it('C: the preset legacy: 20–100, 3 s, 3 s, 20 a minute, 5 positions, averages down, sells blocked by cash', () => {
    expect(LEGACY).toMatchObject({ fromQuote: 20, toQuote: 100, positions: 5, sellsNeedCash: true })
    expect([LEGACY.pacing.entryMs, LEGACY.pacing.exitMs]).toEqual([3000, 3000])
    expect(LEGACY.gates.entriesPerWindow.limit).toBe(20)
    expect(LEGACY.gates.averagingDown.on).toBe(false)
    const legacy = new ProfileChoice({ table: LEGACY_PROFILES, pinned: 'legacy', hysteresis: 0 }, QUOTE_DEC)
    legacy.evaluate(usd('50'), 0)
    expect(legacy.current.profile).toBe(LEGACY)
  })

  it('C: a change is an event with its time, equity and both profiles; no change is none', () => {
    const choice = auto()
    const first = choice.evaluate(usd('150'), 1)!
    expect(first).toMatchObject({ atMs: 1, from: null })
    expect(first.to.profile.name).toBe('LOW_CAPITAL')
    expect(choice.evaluate(usd('499.99'), 2)).toBeNull()
    const down = choice.evaluate(usd('99.99'), 3)!
    expect([down.from!.profile.name, down.to.profile.name, down.atMs]).toEqual(['LOW_CAPITAL', 'MICRO_CAP', 3])
    const below = choice.evaluate(usd('19'), 4)!
    expect([below.from!.belowRange, below.to.belowRange]).toEqual([false, true])
    expect(choice.evaluate(usd('18'), 5)).toBeNull()
    expect(choice.evaluate(usd('5000'), 6)!.to.profile).toBe(AGGRESSIVE)
  })

  it('C: pinned, it stays whatever equity does', () => {
    const choice = new ProfileChoice({ table: PROFILES, pinned: 'MICRO_CAP', hysteresis: 0 }, QUOTE_DEC)
    expect(choice.evaluate(usd('5000'), 1)!.to.profile).toBe(MICRO_CAP)
    expect(choice.evaluate(usd('5'), 2)).toBeNull()
    expect([choice.low, choice.high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    const unknown = thrown(() => new ProfileChoice({ table: PROFILES, pinned: 'MEDIUM', hysteresis: 0 }, QUOTE_DEC))
    expect(unknown.code).toBe('PROFILE_UNKNOWN')
    expect(unknown.line).toContain('account.profile')
  })

  it('C: hysteresis of 5 % holds the profile until the boundary is passed by it, inclusive upwards', () => {
    const choice = auto(0.05)
    choice.evaluate(usd('99'), 0)
    expect(choice.evaluate(usd('104.99'), 1)).toBeNull()
    expect(choice.evaluate(usd('105'), 2)!.to.profile).toBe(LOW_CAPITAL)
    expect(choice.evaluate(usd('95'), 3)).toBeNull()
    expect(choice.evaluate(usd('94.9999999999'), 4)!.to.profile).toBe(MICRO_CAP)
    expect([-0.1, 1].map((h) => thrown(() => auto(h)).code)).toEqual(['PROFILE_RANGE', 'PROFILE_RANGE'])
  })

  it('a snapshot continues with the same profile', () => {
    const choice = auto(0.05)
    choice.evaluate(usd('104'), 0)
    choice.evaluate(usd('101'), 0)
    const again = auto(0.05)
    again.restore(choice.snapshot())
    expect(again.current).toEqual(choice.current)
    expect(again.evaluate(usd('96'), 1)).toBeNull()
  })

  it('overlaps, holes, empty ranges and double names are refused, naming the key', () => {
    const code = (...table: Parameters<typeof profileRanges>[0]) => thrown(() => profileRanges(table, QUOTE_DEC))
    expect(code({ ...MICRO_CAP, toQuote: 120 }, { ...LOW_CAPITAL, toQuote: null })).toMatchObject({
      code: 'PROFILE_OVERLAP',
      line: 'rules.profileRanges.MICRO_CAP: ranges overlap: it ends at 120, LOW_CAPITAL begins at 100 (let them meet)',
    })
    expect(code({ ...MICRO_CAP, toQuote: null }, { ...LOW_CAPITAL, toQuote: null }).code).toBe('PROFILE_OVERLAP')
    expect(code({ ...MICRO_CAP, toQuote: 90 }, { ...LOW_CAPITAL, toQuote: null }).code).toBe('PROFILE_HOLE')
    expect(code(MICRO_CAP).code).toBe('PROFILE_HOLE')
    expect(code({ ...MICRO_CAP, toQuote: 20 }).code).toBe('PROFILE_RANGE')
    expect(code().code).toBe('PROFILE_RANGE')
    expect(code({ ...MICRO_CAP, fromQuote: -1, toQuote: null }).code).toBe('PROFILE_RANGE')
    expect(code({ ...MICRO_CAP, fromQuote: 0, toQuote: null }).code).toBe('NONE')
    expect(code(MICRO_CAP, { ...MICRO_CAP, fromQuote: 100, toQuote: null }).code).toBe('PROFILE_NAME')
  })

  it("C2: MICRO_CAP's target and stop win over the strategy's; other profiles leave them", () => {
    const options = { stopPrice: 90, targetPrice: 120, tag: 'x' }
    expect(profileOptions(MICRO_CAP, options)).toMatchObject({ target: 0.02, stop: 0.01, tag: 'x' })
    expect(profileOptions(MICRO_CAP, options)!.stopPrice).toBeUndefined()
    expect(profileOptions(MICRO_CAP, null)).toMatchObject({ target: 0.02, stop: 0.01 })
    expect(profileOptions(MICRO_CAP, { target: 0.3, stop: 0.2 })).toMatchObject({ target: 0.02, stop: 0.01 })
    expect(profileOptions(STANDARD, options)).toBe(options)
    expect(profileOptions(STANDARD, null)).toBeNull()
  })
})

describe('profile properties', () => {
  const equity = fc.integer({ min: 0, max: 20_000_000_000_000 }).map((units) => units as Dec)

  it('ranges partition: every equity from the lowest on is in exactly one', () => {
    const ranges = profileRanges(PROFILES, QUOTE_DEC)
    fc.assert(
      fc.property(equity, (e) => {
        const inside = ranges.filter(({ from, to }) => e >= from && e < to).length
        expect(inside).toBe(e >= usd('20') ? 1 : 0)
      }),
      { seed: 20260123, numRuns: 300 },
    )
  })

  it('between low and high the profile stays, and only outside it changes', () => {
    fc.assert(
      fc.property(fc.array(equity, { minLength: 1, maxLength: 20 }), fc.constantFrom(0, 0.05, 0.3), (path, h) => {
        const choice = auto(h)
        choice.evaluate(path[0]!, 0)
        for (const e of path) {
          const stays = e >= choice.low && e < choice.high
          expect(choice.evaluate(e, 1) === null).toBe(stays)
        }
      }),
      { seed: 20260124, numRuns: 300 },
    )
  })
})
