/** Which capital profile is in force, and every change of it: looked at with each entry signal and monitoring event. */

import type { Dec } from '../core/dec.ts'
import type { EntryRules } from '../rules/entry.ts'
import { Activity } from './activity.ts'
import type { ProfileEvent } from './desk-types.ts'
import type { Recorder } from './recorder.ts'

export class ProfileWatch {
  readonly events: ProfileEvent[] = []
  private readonly entries: EntryRules
  private readonly recorder: Recorder
  /** What became of entry signals under each profile. */
  readonly activity = new Activity()

  constructor(entries: EntryRules, recorder: Recorder) {
    this.entries = entries
    this.recorder = recorder
  }

  /** Whether total equity has moved the account into another profile; it is recorded then. */
  changed(equity: Dec, atMs: number): boolean {
    const change = this.entries.evaluateProfile(equity, atMs)
    if (change === null) return false
    const { from, to } = change
    this.recorder.profile(atMs, change.equity, from?.index ?? -2, to.index)
    this.activity.turn(to.profile.name, this.recorder)
    this.events.push({
      atMs,
      equity: change.equity,
      from: from?.profile.name ?? null,
      to: to.profile.name,
      below: to.belowRange,
    })
    return true
  }

  /** Monitoring interval of the profile in force, ms; 0 without one: every close is an event then. */
  get monitoringMs(): number {
    return this.entries.profiles?.current.profile.pacing.monitoringMs ?? 0
  }
}
