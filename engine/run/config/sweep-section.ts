/** The `sweep:` section of a run file: which configurations are tried, and what is looked for among them. */

import { z } from 'zod'

/** Values of one key: a list, equal steps, or a stretch that is sampled. */
const axis = z.union(
  [
    z.array(z.unknown()).min(1),
    z.strictObject({ from: z.number(), to: z.number(), step: z.number().gt(0) }),
    z.strictObject({
      min: z.number(),
      max: z.number(),
      scale: z.enum(['linear', 'log']).default('linear'),
      integer: z.boolean().default(false),
    }),
  ],
  {
    error:
      'expected a list of values, { from: 5, to: 50, step: 5 } or { min: 0.1, max: 0.9 } (which may have scale: log, integer: true)',
  },
)

const expressions = z.union([z.string().min(1), z.array(z.string().min(1))], {
  error: "expected an expression such as 'fast < slow', or a list of them",
})

const objective = z.union(
  [z.string().min(1), z.strictObject({ maximize: z.string().min(1) }), z.strictObject({ minimize: z.string().min(1) })],
  { error: 'expected a metric or an expression, { maximize: … } or { minimize: … }' },
)

const keepSection = z.strictObject({
  trades: z.enum(['none', 'best', 'all']).default('best').describe('whose trades are kept'),
  best: z.int().min(1).default(10).describe('how many trials are the best ones'),
  returns: z
    .enum(['auto', 'all', 'none'])
    .default('auto')
    .describe('returns by day of every trial, which validation needs; auto: while they are below 50 million numbers'),
})

const tpeSection = z.strictObject({
  generation: z.int().min(1).default(32).describe('trials that are chosen together'),
  startup: z.int().min(2).default(64).describe('random trials before the first choice'),
  candidates: z.int().min(1).default(24).describe('candidates of which each trial is the most promising'),
  gamma: z.number().gt(0).lt(1).default(0.15).describe('share of the trials that counts as good'),
})

const halvingSection = z.strictObject({
  rungs: z
    .int()
    .min(2)
    .max(12)
    .default(4)
    .describe('windows, each as many times longer as eta says; the last is whole'),
  eta: z.int().min(2).max(10).default(3).describe('one in so many goes on to the next window'),
})

export const sweepSection = z
  .strictObject({
    method: z
      .enum(['grid', 'random', 'latin-hypercube', 'sobol', 'list', 'tpe', 'halving'])
      .default('grid')
      .describe('how configurations are chosen from the space'),
    space: z
      .record(z.string().min(1), axis)
      .optional()
      .describe('values by key: any key of this file as a path; a bare name is a parameter of the strategy'),
    list: z
      .array(z.record(z.string().min(1), z.unknown()))
      .min(1)
      .optional()
      .describe('for method list: each trial'),
    samples: z.int().min(1).optional().describe('how many trials a sampling method draws'),
    seed: z.int().min(0).default(1),
    where: expressions.default([]).describe('conditions between the values, such as fast < slow'),
    objective: z
      .union([objective, z.array(objective).min(1)], {
        error: 'expected a metric or an expression, { maximize: … } or { minimize: … }, or a list of them',
      })
      .default('sharpe')
      .describe('what the best have most of; several give a Pareto front'),
    constraints: expressions.default([]).describe('what a trial must satisfy to be among the best'),
    minTrades: z.int().min(0).default(0).describe('fewest closed trades of a trial that is to be among the best'),
    keep: keepSection.prefault({}),
    tpe: tpeSection.prefault({}),
    halving: halvingSection.prefault({}),
  })
  .superRefine((sweep, context) => {
    for (const { path, message } of contradictions(sweep))
      context.addIssue({ code: 'custom', path: [...path], message })
  })

export type SweepSection = z.output<typeof sweepSection>
export type SpaceAxis = z.output<typeof axis>
export type SweepObjective = z.output<typeof objective>

interface Parts {
  readonly method: string
  readonly space?: Readonly<Record<string, z.output<typeof axis>>> | undefined
  readonly list?: readonly unknown[] | undefined
  readonly samples?: number | undefined
}

/** Methods that draw `samples` points. */
const SAMPLING = ['random', 'latin-hypercube', 'sobol', 'tpe', 'halving']

function* contradictions(sweep: Parts): Generator<{ path: readonly (string | number)[]; message: string }> {
  const { method, space, list, samples } = sweep
  if (method === 'list') {
    if (list === undefined) yield { path: ['list'], message: 'expected a list of trials for method list' }
    return
  }
  if (space === undefined || Object.keys(space).length === 0) {
    yield { path: ['space'], message: 'expected at least one key with its values' }
    return
  }
  if (SAMPLING.includes(method) && samples === undefined) {
    yield { path: ['samples'], message: `expected how many trials ${method} draws` }
  }
  for (const [key, one] of Object.entries(space)) {
    const path = ['space', key]
    if (Array.isArray(one)) continue
    if ('from' in one) {
      if (one.to < one.from) yield { path, message: 'expected to: at or above from:' }
    } else if (method === 'grid') {
      yield { path, message: 'expected a list or { from, to, step }: a grid needs separate values' }
    } else if (one.max <= one.min) yield { path, message: 'expected max: above min:' }
    else if (one.scale === 'log' && one.min <= 0) yield { path, message: 'expected min: above 0 for scale: log' }
  }
}
