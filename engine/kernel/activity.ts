/** What became of entry signals, by the capital profile that was in force when they were given. */

import { REFUSAL_NAMES, type RefusalCode } from '../core/refusal.ts'
import type { Recorder } from './recorder.ts'

/** signals = entries + Σ refusals. */
export interface EntryActivity {
  readonly signals: number
  readonly entries: number
  /** By name of the refusal's code. */
  readonly refusals: Readonly<Record<string, number>>
}

interface Counts {
  signals: number
  entries: number
  readonly refused: Float64Array
}

/** Counts are the recorder's totals; a profile's are what they have grown by while it was in force. */
export class Activity {
  private readonly counts = new Map<string, Counts>()
  private profile: string | null = null
  private before: Counts | null = null

  /** From here on `profile` is in force. */
  turn(profile: string, recorder: Recorder): void {
    this.add(this.counts, recorder)
    this.profile = profile
    this.before = totals(recorder)
  }

  /** By profile, in the order in which they first came into force. */
  byProfile(recorder: Recorder): ReadonlyMap<string, EntryActivity> {
    const all = new Map([...this.counts].map(([profile, one]) => [profile, copy(one)]))
    this.add(all, recorder)
    return new Map(
      [...all].map(([profile, { signals, entries, refused }]) => [
        profile,
        { signals, entries, refusals: named(refused) },
      ]),
    )
  }

  private add(counts: Map<string, Counts>, recorder: Recorder): void {
    const { profile, before } = this
    if (profile === null || before === null) return
    const now = totals(recorder)
    const sum = counts.get(profile) ?? { signals: 0, entries: 0, refused: new Float64Array(now.refused.length) }
    sum.signals += now.signals - before.signals
    sum.entries += now.entries - before.entries
    for (let code = 0; code < now.refused.length; code++) {
      sum.refused[code]! += now.refused[code]! - before.refused[code]!
    }
    counts.set(profile, sum)
  }
}

function totals({ entrySignals, entryOrders, entryRefusalsOf }: Recorder): Counts {
  return { signals: entrySignals, entries: entryOrders, refused: entryRefusalsOf.slice() }
}

function copy({ signals, entries, refused }: Counts): Counts {
  return { signals, entries, refused: refused.slice() }
}

function named(refused: Float64Array): Record<string, number> {
  const names: Record<string, number> = {}
  for (const [code, name] of Object.entries(REFUSAL_NAMES)) {
    const count = refused[Number(code) as RefusalCode]!
    if (count > 0) names[name] = count
  }
  return names
}
