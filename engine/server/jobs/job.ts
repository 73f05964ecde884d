/** What the page may start: each is a `tandem` command in a process of its own, as somebody would type it. */

import { z } from 'zod'

const set = z.array(z.string().min(3).max(500)).max(50).default([])
const file = z.string().min(1).max(300)
const run = z.string().min(1).max(250)

export const jobRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backtest'), file, set }),
  z.strictObject({
    kind: z.literal('sweep'),
    file,
    set,
    workers: z.int().min(1).max(256).optional(),
    resume: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('validate'), run: run.optional(), file: file.optional(), set }),
  z.strictObject({
    kind: z.literal('promote'),
    run,
    out: file,
    overrides: z.record(z.string().regex(/^[A-Za-z]{1,40}$/), z.string().min(10).max(1000)).default({}),
    by: z.string().max(200).default(''),
  }),
  z.strictObject({ kind: z.literal('rebalance'), document: z.record(z.string(), z.unknown()) }),
])

export type JobRequest = z.output<typeof jobRequest>

/** Kinds that trade or promote: they need a second confirmation. */
export const CONFIRMED: readonly JobRequest['kind'][] = ['promote', 'rebalance']

export type JobState = 'queued' | 'running' | 'done' | 'refused' | 'failed' | 'cancelled' | 'interrupted'

export interface JobProgress {
  readonly done: number
  readonly total: number
  readonly perSecond: number | null
  readonly secondsLeft: number | null
}

/** A job as the page sees it. `refused` is exit code 1: it was carried out, and the answer is no. */
export interface Job {
  readonly id: string
  readonly kind: JobRequest['kind']
  readonly title: string
  /** What to type for the same thing. */
  readonly command: string
  readonly state: JobState
  readonly progress: JobProgress | null
  /** The latest lines of its log. */
  readonly lines: readonly string[]
  /** The one line that says why it failed. */
  readonly error: string | null
  readonly result: JobResult | null
  readonly createdMs: number
  readonly endedMs: number | null
}

/** What a job made: names in the list of runs, or the document itself where it makes no folder. */
export interface JobResult {
  readonly run?: string
  readonly sweep?: string
  readonly passed?: boolean
  readonly document?: unknown
}

export function isOver({ state }: Job): boolean {
  return state !== 'queued' && state !== 'running'
}
