/** How a session's account borrows: the venue's dated margin rules, as far as there are records of them. */

import { loadMargin } from '../../../datasets/dated/dated.ts'
import { TandemError } from '../../core/errors.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { MarginView } from '../../live/liquidation.ts'
import { MarginTimeline } from '../../market/margins.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { isLeveraged } from '../margin.ts'

/** Null where nothing is borrowed, or the venue has no records. */
export async function marginView(
  config: ResolvedConfig,
  instruments: readonly Instrument[],
): Promise<MarginView | null> {
  if (!isLeveraged(config)) return null
  const rules = await marginRulesOf(config.data.venue, instruments)
  return rules === null ? null : { mode: config.margin.mode, leverage: config.account.leverage, rules }
}

/** A venue's rules by instrument and time; null where there are no records of it at all. */
export async function marginRulesOf(
  venue: string,
  instruments: readonly Instrument[],
): Promise<MarginView['rules'] | null> {
  const records = await known(() => loadMargin([venue]))
  if (records === null) return null
  const timelines = instruments.map((one) => {
    if (one.kind === 'spot') return null
    try {
      return new MarginTimeline(records, venue, one)
    } catch (error) {
      if (error instanceof TandemError && error.code === 'NO_MARGIN_TIERS') return null
      throw error
    }
  })
  return (id, atMs) => timelines[id]?.at(atMs) ?? null
}

async function known<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load()
  } catch (error) {
    if (error instanceof TandemError && error.code === 'UNKNOWN_VENUE') return null
    throw error
  }
}
