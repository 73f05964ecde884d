/** The profile tables that RULES C hands down. Money in quote, times in ms. Values marked (ours) were not handed down. */

import type { GateConfig } from './gates.ts'
import type { PacingConfig } from './pacing.ts'
import { STALE_ENTRY_MS } from './presets.ts'
import type { Profile, ProfileTable } from './profiles.ts'

const SECOND = 1_000
const MINUTE = 60_000

/** Gates of a profile without MICRO_CAP's own: interval, entries a minute, positions; no averaging down (ours). */
function activityGates(intervalMs: number, perMinute: number, positions: number): GateConfig {
  return {
    entryInterval: { on: true, ms: intervalMs },
    entriesPerWindow: { on: true, limit: perMinute, windowMs: MINUTE },
    positions: { on: true, limit: positions },
    quality: { on: false, minimum: 0 },
    averagingDown: { on: true },
    reEntry: { on: false },
  }
}

function pacing(entry: number, exit: number, monitoring: number, query: number): PacingConfig {
  return {
    entryMs: entry * SECOND,
    exitMs: exit * SECOND,
    monitoringMs: monitoring * SECOND,
    queryMs: query * SECOND,
    staleEntryMs: STALE_ENTRY_MS,
  }
}

const OWN = { target: null, stop: null, sellsNeedCash: false, size: { mode: 'standard' } } as const

export const MICRO_CAP: Profile = {
  name: 'MICRO_CAP',
  fromQuote: 20,
  toQuote: 100,
  gates: {
    entryInterval: { on: true, ms: 30 * SECOND },
    entriesPerWindow: { on: true, limit: 2, windowMs: MINUTE },
    positions: { on: true, limit: 1 },
    quality: { on: true, minimum: 0.75 },
    averagingDown: { on: true },
    reEntry: { on: true },
  },
  pacing: pacing(30, 5, 60, 30),
  positions: 1,
  size: { mode: 'fixed', quote: 20 },
  target: 0.02,
  stop: 0.01,
  sellsNeedCash: false,
}

/** Monitoring, query and positions (ours). */
export const LOW_CAPITAL: Profile = {
  ...OWN,
  name: 'LOW_CAPITAL',
  fromQuote: 100,
  toQuote: 500,
  gates: activityGates(10 * SECOND, 6, 3),
  pacing: pacing(10, 10, 60, 30),
  positions: 3,
}

/** All but the entry interval (ours). */
export const STANDARD: Profile = {
  ...OWN,
  name: 'STANDARD',
  fromQuote: 500,
  toQuote: 1000,
  gates: activityGates(2 * SECOND, 30, 5),
  pacing: pacing(2, 2, 30, 15),
  positions: 5,
}

/** All but the entry interval (ours). */
export const AGGRESSIVE: Profile = {
  ...OWN,
  name: 'AGGRESSIVE',
  fromQuote: 1000,
  toQuote: null,
  gates: activityGates(SECOND, 60, 10),
  pacing: pacing(1, 1, 15, 5),
  positions: 10,
}

/** The old LOW_CAPITAL: hectic, averages down, sells blocked by cash. Monitoring and query as LOW_CAPITAL's (ours). */
export const LEGACY: Profile = {
  ...OWN,
  name: 'legacy',
  fromQuote: 20,
  toQuote: 100,
  gates: { ...activityGates(3 * SECOND, 20, 5), averagingDown: { on: false } },
  pacing: pacing(3, 3, 60, 30),
  positions: 5,
  sellsNeedCash: true,
}

/** Today's table. */
export const PROFILES: ProfileTable = [MICRO_CAP, LOW_CAPITAL, STANDARD, AGGRESSIVE]

/** The old table: `legacy` where MICRO_CAP is today. */
export const LEGACY_PROFILES: ProfileTable = [LEGACY, LOW_CAPITAL, STANDARD, AGGRESSIVE]
