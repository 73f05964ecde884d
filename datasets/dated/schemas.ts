/** Schemas of dated records as their files write them. Loaded only when such a file is read. */

import { z } from 'zod'
import type { FeeRecord, RulebookRecord } from '../../engine/core/dated.ts'
import { instantMs, refuse } from './file.ts'

/** Rates beyond this are percent taken for fractions. */
const RATE_MAX = 0.05

export const instant = z.string({ error: 'expected a date, YYYY-MM-DD' }).transform((text, context): number => {
  const ms = instantMs(text)
  if (ms !== null) return ms
  context.addIssue({ code: 'custom', message: `'${text}' is not a date, write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ` })
  return z.NEVER
})
const decimal = z
  .string({ error: 'expected a decimal number in quotes' })
  .regex(/^\d{1,15}(\.\d{1,20})?$/, { error: 'expected a decimal number in quotes, such as "0.0001"' })
const positive = decimal.refine((text) => /[1-9]/.test(text), { error: 'expected more than 0' })
const rate = z
  .number({ error: 'expected a fraction, 0.0026 for 0.26 %' })
  .min(-RATE_MAX, { error: `expected a fraction of at least ${-RATE_MAX}` })
  .max(RATE_MAX, { error: `expected a fraction of at most ${RATE_MAX}, 0.0026 for 0.26 %` })
const flag = z.boolean({ error: 'expected true or false' }).default(false)
const pair = z.string().regex(/^[\w*.-]+\/[\w*:.-]+$/, { error: 'expected BASE/QUOTE, * for any' })

const shared = {
  venue: z.string(),
  from: instant,
  to: instant.nullable().default(null),
  approximate: flag,
  source: z.string(),
}

const tier = z
  .tuple([z.number().min(0), rate, rate], { error: 'expected [volume from, maker, taker]' })
  .transform(([minVolume, maker, taker]) => ({ minVolume, maker, taker }))

export const feeSchema = z
  .strictObject({
    ...shared,
    product: z.enum(['spot', 'perp'], { error: 'expected spot or perp' }),
    pairs: z.array(pair).min(1).nullable().default(null),
    windowDays: z.int().min(1).max(366),
    volumeTiming: z.enum(['fill', 'hour', 'day'], { error: 'expected fill, hour or day' }),
    volumeWeight: z.number().min(0).max(10).default(1),
    feeAsset: z.enum(['quote', 'base', 'received'], { error: 'expected quote, base or received' }),
    rebate: flag,
    tiers: z.array(tier).min(1),
  })
  .superRefine(({ from, to, tiers, rebate }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (to !== null && to <= from) issue(['to'], 'expected a time after from')
    tiers.forEach((one, i) => {
      if (i === 0 ? one.minVolume !== 0 : one.minVolume <= tiers[i - 1]!.minVolume) {
        issue(['tiers', i, 0], i === 0 ? 'expected the first tier from 0' : 'expected volumes to rise')
      }
      if (!rebate && one.maker < 0) issue(['tiers', i, 1], 'a negative fee needs rebate: true')
      if (!rebate && one.taker < 0) issue(['tiers', i, 2], 'a negative fee needs rebate: true')
    })
  })
  .transform(({ from, to, ...rest }): FeeRecord => ({ ...rest, fromMs: from, toMs: to }))

export const rulebookSchema = z
  .strictObject({
    ...shared,
    symbol: z.string().regex(/^[\w.-]+\/[\w:.-]+$/, { error: 'expected BASE/QUOTE' }),
    tick: positive,
    step: positive,
    minQty: decimal,
    minCost: decimal,
    minBuyCost: decimal.default('0'),
    significantDigits: z.int().min(1).max(15).nullable().default(null),
    listed: instant.nullable().default(null),
    delisted: instant.nullable().default(null),
  })
  .superRefine(({ from, to, listed, delisted }, context) => {
    const issue = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
    if (to !== null && to <= from) issue('to', 'expected a time after from')
    if (listed !== null && delisted !== null && delisted <= listed) issue('delisted', 'expected a time after listed')
  })
  .transform(
    ({ from, to, listed, delisted, ...rest }): RulebookRecord => ({
      ...rest,
      fromMs: from,
      toMs: to,
      listedMs: listed,
      delistedMs: delisted,
    }),
  )

export const presetSchema = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  venues: z.record(
    z.string(),
    z.strictObject({ maker: rate.min(0), taker: rate.min(0), spread: rate.min(0) }, { error: 'expected costs' }),
  ),
})

/** Parses with a schema; the first issue becomes the refusal, its path below `key`. Throws `BAD_DATED_DATA`. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, file: string, key: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const stray = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const steps = (stray === undefined ? issue.path : [...issue.path, stray])
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
  throw refuse(file, `${key}${steps}`.replace(/^\./, ''), stray === undefined ? lower(issue.message) : 'unknown key')
}

/** Zod's own messages without their preamble. */
function lower(message: string): string {
  return message.replace(/^Invalid input: /, '')
}
