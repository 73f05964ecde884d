/** A position in a symbol that isn't listed any more can't be closed (RULES F3): that is told, not tried. */

import type { Dec } from '../core/dec.ts'
import type { Rulebook } from '../core/instrument.ts'
import { notListed } from '../rules/listing.ts'
import type { Recorder } from './recorder.ts'

/** Whether closing what is `held` is refused for want of a listing; the refusal is recorded then. */
export function refusedUnlisted(recorder: Recorder, rulebook: Rulebook, id: number, held: Dec, atMs: number): boolean {
  const skip = notListed(rulebook, atMs)
  if (skip === null) return false
  recorder.refusal({ ...skip, instrument: id, side: held > 0 ? -1 : 1 }, atMs)
  return true
}
