/** Goal: no code that a run can record is shown without plain words. */

import { expect, it } from 'vitest'
import { REJECT_NAMES } from '../../engine/core/fact.ts'
import { REFUSAL_NAMES } from '../../engine/core/refusal.ts'
import { EXIT_REASON } from '../../engine/run/exit-reason.ts'
import { exitWords, refusalWords } from '../../reports/codes.ts'

it('every refusal of ours and of the venue has words', () => {
  const venue = REJECT_NAMES.slice(1).map((name) => `VENUE_${name}`)
  const codes = [...Object.values(REFUSAL_NAMES), ...venue]
  expect(codes.filter((code) => refusalWords(code) === null)).toEqual([])
  for (const code of codes) expect(refusalWords(code)).toMatch(/^[A-Z].*\.$/)
})

it('every exit reason has words, an unknown code none', () => {
  expect(Object.values(EXIT_REASON).filter((reason) => exitWords(reason) === null)).toEqual([])
  expect([refusalWords('NOT_A_CODE'), exitWords('toString')]).toEqual([null, null])
})
