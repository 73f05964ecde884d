/** Listing dates are part of the rulebook (RULES F3): what isn't listed isn't ordered, to enter or to leave. */

import type { Rulebook } from '../core/instrument.ts'
import { RefusalCode } from '../core/refusal.ts'
import { isListed } from '../market/rulebooks.ts'
import type { Skip } from './sizing.ts'

/** The refusal of any order at `atMs`, with the date that it is too early or too late for; null where it is listed. */
export function notListed(rulebook: Rulebook, atMs: number): Skip | null {
  if (isListed(rulebook, atMs)) return null
  const before = atMs < rulebook.listedMs
  const first = before ? rulebook.listedMs : rulebook.delistedMs
  return { code: RefusalCode.notListed, first, second: before ? 1 : 0 }
}
