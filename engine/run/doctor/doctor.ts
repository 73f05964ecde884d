/** `tandem doctor`: looks at everything that a run, a sweep or a live session rests on, and says what to do. */

import type { Finding } from './finding.ts'
import { checkSigningKey } from './keys.ts'
import { checkFolder, checkMemory, checkNode, checkPackages } from './machine.ts'
import { checkStore } from './store.ts'
import { checkVenue } from './venues.ts'

export interface DoctorOptions {
  readonly store: string
  readonly runs: string
  /** Venues to reach, by name; empty where the network isn't to be touched. */
  readonly venues: Readonly<Record<string, string>>
}

export interface DoctorReport {
  /** No faults; notes are allowed. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

export async function examine({ store, runs, venues }: DoctorOptions): Promise<DoctorReport> {
  const reached = Object.entries(venues).map(([venue, url]) => checkVenue(venue, url))
  const findings = [
    checkNode(),
    ...checkPackages(),
    checkMemory(),
    await checkFolder('store', store),
    await checkFolder('runs', runs),
    ...(await checkStore(store)),
    checkSigningKey(),
    ...(await Promise.all(reached)).flat(),
  ]
  return { ok: findings.every(({ state }) => state !== 'fault'), findings }
}
