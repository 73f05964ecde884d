import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EntryGates, type GateConfig, type GateRequest } from '../../engine/rules/gates.ts'
import { LOW_CAPITAL, MICRO_CAP } from '../../engine/rules/profile-presets.ts'
import { line } from './support.ts'

const FREE: GateRequest = {
  atMs: 0,
  instrument: 0,
  side: 1,
  quality: 0.9,
  held: 0,
  openPositions: 0,
  pendingEntries: 0,
}
const GATES = Object.keys(MICRO_CAP.gates) as (keyof GateConfig)[]

/** MICRO_CAP's gates with only the named ones on. */
function only(...on: (keyof GateConfig)[]): GateConfig {
  const config = structuredClone(MICRO_CAP.gates) as Record<keyof GateConfig, { on: boolean }>
  for (const gate of GATES) config[gate].on = on.includes(gate)
  return config as unknown as GateConfig
}

const verdict = (gates: EntryGates, over: Partial<GateRequest>) => line(gates.check({ ...FREE, ...over }))

describe("C1 MICRO_CAP's six gates, each with its neighbours off", () => {
  it('C1 gate 1: ≥ 30 s since the last entry, counted from its approval', () => {
    const gates = new EntryGates(only('entryInterval'))
    expect(verdict(gates, { atMs: 0 })).toBe('none')
    gates.approved(1_000)
    expect(verdict(gates, { atMs: 30_999 })).toBe('ENTRY_INTERVAL untilMs=31000 intervalMs=30000')
    expect(gates.check({ ...FREE, atMs: 2_000 })!.quietUntilMs).toBe(31_000)
    expect(verdict(gates, { atMs: 31_000 })).toBe('none')
  })

  it('C1 gate 2: fewer than 2 entries in the last 60 s, its far edge included', () => {
    const gates = new EntryGates(only('entriesPerWindow'))
    gates.approved(0)
    expect(verdict(gates, { atMs: 1 })).toBe('none')
    gates.approved(1)
    expect(verdict(gates, { atMs: 2 })).toBe('ENTRIES_PER_MINUTE untilMs=60001 limit=2')
    expect(verdict(gates, { atMs: 60_000 })).toBe('ENTRIES_PER_MINUTE untilMs=60001 limit=2')
    expect(gates.check({ ...FREE, atMs: 2 })!.quietUntilMs).toBe(60_001)
    expect(verdict(gates, { atMs: 60_001 })).toBe('none')
  })

  it('C1 gate 6: an order that went stale earlier, told later, brings no re-entry forward', () => {
    const gates = new EntryGates(only('reEntry'))
    gates.exited(0, 60_000)
    gates.exited(0, 20_000)
    expect(verdict(gates, { atMs: 89_999 })).toBe('RE_ENTRY untilMs=90000 intervalMs=30000')
    expect(verdict(gates, { atMs: 90_000 })).toBe('none')
  })

  it('C1 gate 2: an entry exactly 60 s old still counts right after another approval', () => {
    const gates = new EntryGates(only('entriesPerWindow'))
    gates.approved(0)
    gates.approved(60_000)
    expect(verdict(gates, { atMs: 60_000 })).toContain('ENTRIES_PER_MINUTE')
    gates.approved(120_001)
    expect(gates.snapshot().approvals).toEqual([120_001])
  })

  it('C1: gate 1 covers 2 but for an inclusive tie', () => {
    const gates = new EntryGates(only('entryInterval', 'entriesPerWindow'))
    gates.approved(0)
    gates.approved(30_000)
    expect(verdict(gates, { atMs: 59_999 })).toContain('ENTRY_INTERVAL')
    expect(verdict(gates, { atMs: 60_000 })).toContain('ENTRIES_PER_MINUTE')
    expect(verdict(gates, { atMs: 60_001 })).toBe('none')
  })

  it('C1 gate 3: no open position and no open entry order', () => {
    const gates = new EntryGates(only('positions'))
    expect(verdict(gates, {})).toBe('none')
    expect(verdict(gates, { openPositions: 1 })).toBe('MICRO_POSITION_OPEN positions=1 pending=0')
    expect(verdict(gates, { pendingEntries: 1 })).toBe('MICRO_POSITION_OPEN positions=0 pending=1')
    expect(gates.check({ ...FREE, pendingEntries: 1 })!.quietUntilMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('other profiles count positions and pending entries together', () => {
    const gates = new EntryGates(LOW_CAPITAL.gates)
    expect(verdict(gates, { openPositions: 1, pendingEntries: 1 })).toBe('none')
    expect(verdict(gates, { openPositions: 2, pendingEntries: 1 })).toBe('MAX_POSITIONS taken=3 limit=3')
  })

  it('C1 gate 4: signal quality ≥ 0.75; null is refused', () => {
    const gates = new EntryGates(only('quality'))
    expect(verdict(gates, { quality: 0.75 })).toBe('none')
    expect(verdict(gates, { quality: 0.7499 })).toBe('LOW_QUALITY quality=0.7499 minimum=0.75')
    expect(verdict(gates, { quality: null })).toBe('NO_QUALITY minimum=0.75 known=0')
    expect(gates.check({ ...FREE, atMs: 7, quality: null })!.quietUntilMs).toBe(7)
    expect(verdict(new EntryGates(only()), { quality: null })).toBe('none')
  })

  it('C1 gate 5: never add to a position, long or short', () => {
    const gates = new EntryGates(only('averagingDown'))
    expect(verdict(gates, { held: 0.5 })).toBe('AVERAGING_DOWN position=0.5 wanted=0')
    expect(verdict(gates, { held: -0.5, side: -1 })).toBe('AVERAGING_DOWN position=-0.5 wanted=0')
    expect(verdict(gates, { held: 0.5, side: -1 })).toBe('none')
    expect(gates.check({ ...FREE, held: 0.5 })!.quietUntilMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('C1 gate 6: none in a pair within the entry interval of its last exit or stale cancellation', () => {
    const gates = new EntryGates(only('reEntry'))
    gates.exited(3, 10_000)
    expect(verdict(gates, { instrument: 3, atMs: 39_999 })).toBe('RE_ENTRY untilMs=40000 intervalMs=30000')
    expect(verdict(gates, { instrument: 3, atMs: 40_000 })).toBe('none')
    expect(verdict(gates, { instrument: 4, atMs: 10_000 })).toBe('none')
    gates.staleCancelled(4, 50_000)
    expect(verdict(gates, { instrument: 4, atMs: 79_999 })).toContain('RE_ENTRY')
    expect(gates.check({ ...FREE, instrument: 4, atMs: 60_000 })!.quietUntilMs).toBe(80_000)
    expect(verdict(gates, { instrument: 4, atMs: 80_000 })).toBe('none')
  })

  it('C1: the gates speak in their order', () => {
    const gates = new EntryGates(MICRO_CAP.gates)
    gates.approved(0)
    gates.approved(30_000)
    gates.exited(0, 59_000)
    const bad = { openPositions: 1, held: 1, quality: 0.1 }
    const code = (over: Partial<GateRequest>) => verdict(gates, over).split(' ')[0]
    expect(code({ ...bad, atMs: 59_000 })).toBe('ENTRY_INTERVAL')
    expect(code({ ...bad, atMs: 60_000 })).toBe('ENTRIES_PER_MINUTE')
    expect(code({ ...bad, atMs: 61_000 })).toBe('MICRO_POSITION_OPEN')
    expect(code({ ...bad, openPositions: 0, atMs: 61_000 })).toBe('LOW_QUALITY')
    expect(code({ ...bad, openPositions: 0, quality: 0.8, atMs: 61_000 })).toBe('AVERAGING_DOWN')
    expect(code({ quality: 0.8, atMs: 61_000 })).toBe('RE_ENTRY')
    expect(code({ quality: 0.8, atMs: 89_000 })).toBe('none')
  })

  it('all off lets everything through', () => {
    const gates = new EntryGates(only())
    gates.approved(0)
    gates.exited(0, 0)
    expect(verdict(gates, { held: 1, openPositions: 3, pendingEntries: 2, quality: null })).toBe('none')
  })

  it('another profile binds new entries over the same memory, and a snapshot continues it', () => {
    const gates = new EntryGates(MICRO_CAP.gates)
    gates.approved(0)
    gates.exited(2, 5)
    const again = new EntryGates(MICRO_CAP.gates)
    again.restore(gates.snapshot())
    expect(again.snapshot()).toEqual({ approvals: [0], ended: [[2, 5]] })
    again.configure(LOW_CAPITAL.gates)
    expect(verdict(again, { atMs: 9_999 })).toBe('ENTRY_INTERVAL untilMs=10000 intervalMs=10000')
    expect(verdict(again, { atMs: 10_000 })).toBe('none')
  })
})

describe('C1 gate properties', () => {
  const attempts = fc.array(
    fc.record({
      gapMs: fc.integer({ min: 0, max: 45_000 }),
      quality: fc.integer({ min: 0, max: 10_000 }),
      exit: fc.boolean(),
    }),
    { maxLength: 200, size: 'max' },
  )

  it('under MICRO_CAP never two approvals within 30 s, three within 60 s, nor two positions', () => {
    fc.assert(
      fc.property(attempts, (path) => {
        const gates = new EntryGates(MICRO_CAP.gates)
        const approvals: number[] = []
        let [now, open] = [0, 0]
        for (const { gapMs, quality, exit } of path) {
          now += gapMs
          if (open === 1 && exit) {
            open = 0
            gates.exited(0, now)
          }
          if (gates.check({ ...FREE, atMs: now, quality: quality / 1e4, held: open, openPositions: open }) !== null)
            continue
          gates.approved(now)
          approvals.push(now)
          open += 1
          expect(open).toBe(1)
          expect(quality).toBeGreaterThanOrEqual(7_500)
        }
        for (let i = 1; i < approvals.length; i++)
          expect(approvals[i]! - approvals[i - 1]!).toBeGreaterThanOrEqual(30_000)
        for (let i = 2; i < approvals.length; i++) expect(approvals[i]! - approvals[i - 2]!).toBeGreaterThan(60_000)
      }),
      { seed: 20260125, numRuns: 200 },
    )
  })

  it('until quietUntilMs every entry of the pair gets the same refusal, whatever its quality', () => {
    const memory = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 4 })
    const configs = fc.subarray(GATES).map((on) => only(...on))
    const quality = fc.constantFrom(null, 0.1, 0.75, 1)
    fc.assert(
      fc.property(
        memory,
        memory,
        configs,
        quality,
        quality,
        fc.constantFrom(0, 1),
        fc.nat(200_000),
        fc.nat(100_000),
        (approved, ended, config, first, later, held, atMs, wait) => {
          const gates = new EntryGates(config)
          for (const ms of approved.sort((a, b) => a - b)) gates.approved(ms)
          for (const ms of ended) gates.exited(0, ms)
          const request = {
            ...FREE,
            held,
            openPositions: held,
            quality: first,
            atMs: Math.max(atMs, approved.at(-1) ?? 0),
          }
          const refusal = gates.check(request)
          if (refusal === null) return
          const laterMs = request.atMs + wait
          if (laterMs >= refusal.quietUntilMs) return
          expect(gates.check({ ...request, atMs: laterMs, quality: later })).toEqual(refusal)
        },
      ),
      { seed: 20260126, numRuns: 1000 },
    )
  })
})
