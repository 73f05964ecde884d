/**
 * The hard limits of a live session. Every one is required: a limit that nobody thought about is no limit. They are
 * checked after the strategy and its rules, over everything that leaves.
 */

import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'

const amount = z.number().positive()
const fraction = z.number().gt(0).lt(1)

export const limitsSchema = z.strictObject({
  symbols: z.array(z.string().min(1)).min(1).describe('symbols that may be traded, each by name'),
  maxOrderNotional: amount.describe('most that one order may be worth, in quote'),
  maxPosition: amount.describe("most that one symbol's position may be worth, pending orders included, in quote"),
  maxGrossExposure: amount.describe('most that all positions may be worth, pending orders included, in quote'),
  maxLeverage: z
    .number()
    .min(1)
    .describe('most gross exposure over equity, and most leverage that an order may ask for'),
  maxOpenOrders: z.int().min(1).describe('orders that may rest or be under way at once'),
  maxOrdersPerMinute: z.int().min(1),
  maxOrdersPerDay: z.int().min(1).describe('in a UTC day'),
  priceCollar: fraction.describe('how far beyond the last mark an order may buy or sell, as a fraction'),
  maxDailyLoss: fraction.describe("of the UTC day's first equity; beyond it the session is halted"),
  minLiquidationDistance: fraction.describe('from the mark to the liquidation price, as a fraction of the mark'),
})

export type Limits = z.output<typeof limitsSchema>

/** What a promoted bundle allows at most. */
export interface BundleLimits {
  readonly maxDailyLoss: number
  readonly maxLeverage: number
  readonly maxOrdersPerDay: number
}

/**
 * Limits of a parsed configuration; `where` is named in errors. Throws `BAD_LIMITS` in one line that names the key:
 * missing, unknown, out of range, or looser than the bundle was promoted with.
 */
export function parseLimits(input: unknown, where: string, bundle: BundleLimits | null = null): Limits {
  const given = input === undefined || input === null ? {} : input
  const result = limitsSchema.safeParse(given)
  if (!result.success) {
    const [issue] = result.error.issues
    const unknown = issue!.code === 'unrecognized_keys' ? [issue!.keys[0]!] : []
    const path = ['limits', ...issue!.path, ...unknown].join('.')
    const missing = isMissing(given, issue!.path)
    const message = unknown.length > 0 ? 'unknown limit' : missing ? 'this limit is missing' : issue!.message
    throw badLimits(path, message, where, missing ? meaningOf(issue!.path[0]) : `limits: ${LIMIT_KEYS.join(', ')}`)
  }
  for (const key of ['maxDailyLoss', 'maxLeverage', 'maxOrdersPerDay'] as const) {
    if (bundle !== null && result.data[key] > bundle[key]) {
      const message = `${result.data[key]} is looser than the ${bundle[key]} that the bundle was promoted with`
      throw badLimits(`limits.${key}`, message, where, 'tighten it, or promote again with another policy')
    }
  }
  return result.data
}

export const LIMIT_KEYS = Object.keys(limitsSchema.shape) as readonly (keyof Limits)[]

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  if (path.length !== 1 || typeof input !== 'object' || input === null) return false
  const value = (input as Record<PropertyKey, unknown>)[path[0]!]
  return value === undefined || value === null
}

function meaningOf(key: PropertyKey | undefined): string {
  const text = limitsSchema.shape[key as keyof Limits]?.meta()?.description
  return text === undefined ? 'every limit is required' : `every limit is required; this one: ${text}`
}

function badLimits(key: string, message: string, where: string, hint: string): TandemError {
  return new TandemError(`${key}: ${message}`, { code: 'BAD_LIMITS', where, hint })
}
