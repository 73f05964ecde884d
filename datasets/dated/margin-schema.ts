/** The schema of margin records as their files write them. Loaded only when such a file is read. */

import { z } from 'zod'
import type { MarginRecord } from '../../engine/core/dated.ts'
import { instant } from './schemas.ts'

const fraction = z
  .number({ error: 'expected a fraction, 0.005 for 0.5 %' })
  .min(0, { error: 'expected a fraction from 0' })
  .max(1, { error: 'expected a fraction of at most 1, 0.005 for 0.5 %' })
/** Hours that divide a day, so that times don't depend on where one counts from. */
const hours = z.literal([1, 2, 3, 4, 6, 8, 12, 24], {
  error: 'expected hours that divide a day: 1, 2, 3, 4, 6, 8, 12, 24',
})

const shared = {
  venue: z.string(),
  from: instant,
  to: instant.nullable().default(null),
  approximate: z.boolean({ error: 'expected true or false' }).default(false),
  source: z.string(),
  symbols: z
    .array(z.string().regex(/^[\w.-]+\/[\w:.-]+$/, { error: 'expected BASE/QUOTE or BASE/QUOTE:SETTLE' }))
    .min(1),
}

const tier = z
  .tuple([z.number().min(0), fraction, z.number().min(1).max(1000)], {
    error: 'expected [notional from, maintenance rate, highest leverage]',
  })
  .transform(([fromNotional, maintenanceRate, maxLeverage]) => ({ fromNotional, maintenanceRate, maxLeverage }))

const perpetual = z.strictObject({
  ...shared,
  product: z.literal('perp'),
  tiers: z.array(tier).min(1),
  cumulative: z.boolean(),
  fundingHours: hours,
  maxFundingRate: fraction.nullable().default(null),
  liquidationFee: fraction,
  partial: z
    .strictObject({
      aboveNotional: z.number().min(0),
      share: fraction,
      cooldownMs: z.int().min(0),
      fee: fraction.optional(),
    })
    .nullable()
    .default(null),
  partialUnknown: z.literal(true).optional(),
  backstop: fraction.nullable().default(null),
})

const spot = z.strictObject({
  ...shared,
  product: z.literal('spot'),
  leverages: z.array(z.number().min(1).max(1000)).min(1),
  callLevel: fraction,
  stopLevel: fraction,
  longFee: fraction,
  shortFee: fraction,
  rolloverHours: hours,
})

export const marginSchema = z
  .discriminatedUnion('product', [perpetual, spot], { error: 'expected product: perp or spot' })
  .superRefine((record, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (record.to !== null && record.to <= record.from) issue(['to'], 'expected a time after from')
    if (record.product === 'spot') {
      if (record.stopLevel > record.callLevel) issue(['stopLevel'], 'expected at most callLevel')
      return
    }
    record.tiers.forEach((one, i) => {
      const before = record.tiers[i - 1]
      if (before === undefined ? one.fromNotional !== 0 : one.fromNotional <= before.fromNotional) {
        issue(['tiers', i, 0], before === undefined ? 'expected the first tier from 0' : 'expected notionals to rise')
      }
      if (before !== undefined && one.maintenanceRate < before.maintenanceRate) {
        issue(['tiers', i, 1], 'expected rates not to fall')
      }
      if (one.maintenanceRate * one.maxLeverage >= 1) {
        issue(['tiers', i, 1], 'at the highest leverage the position would be liquidated at once')
      }
    })
  })
  .transform(({ from, to, ...rest }): MarginRecord => ({ ...rest, fromMs: from, toMs: to }))
