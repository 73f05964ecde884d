/** The `validate:` section of a run file: what was tried, and how the result is put to the test. */

import { z } from 'zod'

/** Values of one key: a list, or equal steps. */
const axis = z.union(
  [z.array(z.unknown()).min(1), z.strictObject({ from: z.number(), to: z.number(), step: z.number().gt(0) })],
  { error: 'expected a list of values or { from: 5, to: 50, step: 5 }' },
)

const days = z.union([z.literal('auto'), z.number().gt(0)], { error: 'expected a number of days, or auto' })

const walkForward = z.strictObject({
  anchored: z.boolean().default(false).describe('the in-sample stretch keeps its start; else it rolls'),
  inSampleDays: days.default('auto').describe('auto: two fifths of the data'),
  outOfSampleDays: days.default('auto').describe('auto: a tenth of the data'),
  purgeDays: z.number().min(0).default(0).describe('left out between the two'),
})

const crossValidation = z.strictObject({
  groups: z.int().min(3).max(16).default(10),
  testGroups: z.int().min(1).max(8).default(2),
  purgeDays: z
    .union([z.literal('auto'), z.number().min(0)])
    .default('auto')
    .describe('auto: the longest trade and the warm-up, at most half a group'),
  embargo: z.number().min(0).max(0.2).default(0.01).describe('share of the days, after each test stretch'),
})

export const validateSection = z
  .strictObject({
    space: z
      .record(z.string().min(1), axis)
      .default({})
      .describe('every configuration that was tried: values by key; a bare name is a parameter of the strategy'),
    triedElsewhere: z
      .int()
      .min(0)
      .default(0)
      .describe('configurations tried on this data that are not in the space: they count as trials'),
    objective: z.enum(['sharpe', 'totalReturn', 'psr']).default('sharpe').describe('what is chosen by, in sample'),
    warmupBars: z.int().min(0).default(500).describe('bars that the strategy sees before it may trade in a window'),
    walkForward: walkForward.prefault({}),
    cpcv: crossValidation.prefault({}),
    holdout: z
      .union([z.literal('off'), z.number().gt(0).lt(0.9)])
      .default(0.15)
      .describe('share of the days at the end that stay sealed'),
  })
  .superRefine(({ cpcv }, context) => {
    if (cpcv.testGroups >= cpcv.groups) {
      context.addIssue({ code: 'custom', path: ['cpcv', 'testGroups'], message: 'expected fewer than cpcv.groups' })
    }
  })

export type ValidateSection = z.output<typeof validateSection>

/** What holds where a run file has no such section. */
export function defaultValidation(): ValidateSection {
  return validateSection.parse({})
}
