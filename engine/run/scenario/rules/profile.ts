/** RULES C and C1a, driven directly: the profile of an equity, the quality of a signal among earlier ones. */

import { z } from 'zod'
import { QualityRank } from '../../../core/quality.ts'
import { QUALITY } from '../../../rules/presets.ts'
import { ProfileChoice } from '../../../rules/profile-choice.ts'
import { LEGACY_PROFILES, PROFILES } from '../../../rules/profile-presets.ts'
import { spanText } from '../../narrate/words.ts'
import { defineKind } from '../kind.ts'
import { amount, expect, money, QUOTE_DEC } from './amounts.ts'

export const profileKind = defineKind({
  schema: z.strictObject({ equity: amount, table: z.enum(['today', 'legacy']).default('today'), expect }),
  play({ equity, table }) {
    const choice = new ProfileChoice(
      { table: table === 'legacy' ? LEGACY_PROFILES : PROFILES, pinned: null, hysteresis: 0 },
      QUOTE_DEC,
    )
    choice.evaluate(money(equity), 0)
    const { profile, belowRange } = choice.current
    const { gates, pacing } = profile
    const size = belowRange ? 'dynamic' : profile.size.mode
    return {
      lines: [
        `total equity ${equity}: ${belowRange ? `below every range, ${profile.name}'s discipline` : profile.name}`,
        `entries every ${spanText(pacing.entryMs)} and ${gates.entriesPerWindow.limit} a minute at the most, exits every ${spanText(pacing.exitMs)}, ${profile.positions} positions, ${size} size`,
      ],
      found: {
        profile: profile.name,
        below: belowRange,
        entryMs: pacing.entryMs,
        exitMs: pacing.exitMs,
        monitoringMs: pacing.monitoringMs,
        queryMs: pacing.queryMs,
        entriesAMinute: gates.entriesPerWindow.limit,
        positions: profile.positions,
        size,
        target: profile.target,
        stop: profile.stop,
      },
    }
  },
})

export const qualityKind = defineKind({
  schema: z.strictObject({ earlier: z.array(z.number()), score: z.number(), expect }),
  play({ earlier, score }) {
    const rank = new QualityRank(QUALITY)
    for (const one of earlier) rank.rank(one)
    const quality = rank.rank(score)
    const after = `after ${earlier.length} earlier signals`
    return {
      lines: [
        quality === null
          ? `a score of ${score} ${after} has no quality yet: ${QUALITY.needed} are needed`
          : `a score of ${score} ${after} has quality ${quality}`,
      ],
      found: { quality },
    }
  },
})
