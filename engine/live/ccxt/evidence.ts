/** What has been shown to work of a venue, and the refusal of what hasn't. */

import { TandemError } from '../../core/errors.ts'
import { EVIDENCE } from './evidence-table.ts'
import { OPERATIONS } from './operations.ts'

/** Done at the loopback exchange; compared with recorded and documented messages; neither. */
export type Standing = 'proven' | 'recorded' | 'unproven'

export function standingOf(venue: string, operation: string): Standing {
  const evidence = EVIDENCE[venue]
  if (evidence?.proven.includes(operation) === true) return 'proven'
  return evidence?.recorded.includes(operation) === true ? 'recorded' : 'unproven'
}

/** The table: one row an operation. */
export function evidenceRows(venue: string): readonly { readonly operation: string; readonly standing: Standing }[] {
  return OPERATIONS.map((operation) => ({ operation, standing: standingOf(venue, operation) }))
}

/** Throws `UNPROVEN` for operations that were never tested, unless they are allowed by an explicit flag. */
export function refuseUnproven(venue: string, operations: readonly string[], allowed: boolean): void {
  const untested = [...new Set(operations)].filter((one) => standingOf(venue, one) === 'unproven')
  if (untested.length === 0 || allowed) return
  throw new TandemError(`${venue}: never tested: ${untested.join(', ')}`, {
    code: 'UNPROVEN',
    hint: 'leave it out, or say --allow-unproven after trying it with the smallest amount',
  })
}
