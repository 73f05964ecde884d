/**
 * The promotion policy: which gates a result must pass and how a live session may leave its bands. A YAML file with this
 * schema changes it; what it leaves out has the defaults here. They are policy, not science, and are labelled so.
 */

import { z } from 'zod'
import { TandemError } from '../core/errors.ts'

const probability = z.number().gt(0).lt(1)

/** A gate's limits, or `off`. */
function gate<S extends z.ZodRawShape>(shape: S) {
  return z.union([z.strictObject(shape), z.literal('off')], { error: 'expected the limits of the gate, or off' })
}

const gatesSection = z.strictObject({
  lookAhead: gate({ cuts: z.int().min(1).default(24).describe('bars after which the data is cut off') }).prefault({}),
  backtestLength: gate({
    annualSharpe: z.number().gt(0).default(1).describe('what the best of so many worthless trials may not reach'),
  }).prefault({}),
  trades: gate({ atLeast: z.int().min(1).default(30).describe('closed trades') }).prefault({}),
  deflatedSharpe: gate({ atLeast: probability.default(0.95) }).prefault({}),
  overfitting: gate({
    atMost: probability
      .default(0.2)
      .describe('probability of backtest overfitting; 0.05 is the strict textbook level, 0.5 is noise'),
    blocks: z.int().min(2).multipleOf(2).default(16),
  }).prefault({}),
  walkForward: gate({
    atLeast: probability.default(0.95).describe('probabilistic Sharpe ratio of the stitched out-of-sample returns'),
  }).prefault({}),
  superiorAbility: gate({
    atMost: probability.default(0.05).describe("Hansen's p-value against cash and against holding"),
    resamples: z.int().min(100).default(1000),
  }).prefault({}),
  holm: gate({ atMost: probability.default(0.05).describe('p-value of the Sharpe ratio, adjusted by Holm') }).prefault(
    {},
  ),
  neighbourhood: gate({
    atLeast: z.number().min(0).max(1).default(0.7).describe('median Sharpe ratio of grid neighbours over the chosen'),
  }).prefault({}),
  costs: gate({
    factor: z.number().gt(1).default(1.5).describe('fees, spread and slippage times this must still earn'),
  }).prefault({}),
  noEdge: gate({
    atMost: probability.default(0.2).describe('share of synthetic markets without edge on which it may earn clearly'),
    markets: z.int().min(5).default(20),
  }).prefault({}),
  drawdown: gate({
    atMost: probability.default(0.35).describe('drawdown that 95 % of reshuffled trades stay within, as a fraction'),
    samples: z.int().min(100).default(2000),
  }).prefault({}),
  holdout: gate({
    atLeast: z.number().default(0).describe('return over the sealed stretch, where it was opened'),
  }).prefault({}),
  parity: gate({
    atLeast: probability.default(0.98).describe('share of paper decisions that the backtest made too'),
  }).prefault({}),
})

const stage = z.strictObject({
  minDays: z.number().min(0),
  minTrades: z.int().min(0),
  capitalFraction: z.number().min(0).max(1).describe('most of the account that the stage may use'),
})

const stagesSection = z.strictObject({
  paper: stage.default({ minDays: 14, minTrades: 10, capitalFraction: 0 }),
  testnet: stage.default({ minDays: 3, minTrades: 3, capitalFraction: 0 }),
  canary: stage.default({ minDays: 28, minTrades: 20, capitalFraction: 0.1 }),
  full: stage.default({ minDays: 0, minTrades: 0, capitalFraction: 1 }),
})

const limitsSection = z.strictObject({
  maxDrawdown: probability.default(0.35).describe('live stops here, whatever the bands say'),
  maxDailyLoss: probability.default(0.1),
  maxLeverage: z.number().min(1).default(1),
  maxOrdersPerDay: z.int().min(1).default(500),
})

export const policySchema = z.strictObject({
  name: z.string().min(1).default('tandem defaults'),
  gates: gatesSection.prefault({}),
  stages: stagesSection.prefault({}),
  limits: limitsSection.prefault({}),
  bands: z
    .strictObject({
      coverage: probability.default(0.99).describe('share of stretches of the backtest that lie inside the bands'),
      days: z.int().min(1).default(14).describe('length of a stretch'),
      slippageFactor: z.number().min(1).default(3).describe('slippage over that of the cost model'),
    })
    .prefault({}),
})

export type Policy = z.output<typeof policySchema>
export type GateName = keyof Policy['gates']

/** The policy of a parsed YAML document; `where` is named in errors. Throws `BAD_POLICY`. */
export function parsePolicy(input: unknown, where: string): Policy {
  const result = policySchema.safeParse(input ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue!.code === 'unrecognized_keys' ? [issue!.keys[0]!] : []
  const path = [...issue!.path, ...unknown].join('.')
  const message = unknown.length > 0 ? 'unknown key' : issue!.message
  throw new TandemError(`${path === '' ? '' : `${path}: `}${message}`, {
    code: 'BAD_POLICY',
    where,
    hint: 'tandem schema --policy prints what may stand there',
  })
}

/** Every default. */
export function defaultPolicy(): Policy {
  return policySchema.parse({})
}

/** JSON Schema (draft 2020-12) of a policy file, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return { title: 'tandem promotion policy', ...z.toJSONSchema(policySchema, { io: 'input' }) }
}
