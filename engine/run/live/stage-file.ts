/** The stage of a session at an exchange: a file in its folder, watched while it runs, and moved on by its user. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { replaceFile } from '../../live/file-lock.ts'
import type { Alerts } from '../../live/ports.ts'
import type { Conditions } from '../../live/safety/conditions.ts'
import { firstStage, STAGES, type StageRules, type StageState, stageStep } from '../../promote/stages.ts'
import type { FromBundle } from './from-bundle.ts'
import type { Mode } from './live-session.ts'
import type { SessionPaths } from './session-folder.ts'
import { StageWatch } from './stage-watch.ts'

const stateSchema = z.strictObject({
  stage: z.enum(STAGES),
  bundle: z.string(),
  earlier: z.array(z.string()),
  sinceMs: z.number(),
  closedTrades: z.int().min(0),
  runningOff: z.string().nullable(),
  halted: z.string().nullable(),
})

function fileOf({ folder }: SessionPaths): string {
  return join(folder, 'stage.json')
}

/** Null where the session has none yet. Throws `BAD_STAGE`. */
export function readStage(paths: SessionPaths): StageState | null {
  const file = fileOf(paths)
  if (!existsSync(file)) return null
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    const hint = 'bring the file back, or remove it: the session begins as a canary again'
    throw new TandemError('this is no stage', { code: 'BAD_STAGE', where: file, hint, cause })
  }
}

function keep(paths: SessionPaths, state: StageState): void {
  replaceFile(fileOf(paths), `${JSON.stringify(state, null, 2)}\n`)
}

export interface StageHands {
  readonly alerts: Alerts
  readonly conditions: Conditions
  readonly capCapital: (fraction: number) => void
  readonly closeAll: () => void
}

interface Where {
  readonly mode: Mode
  /** Another address than the venue's own: nothing there is real money. */
  readonly url?: string
  readonly environment: { nowMs(): number }
}

/**
 * Watches a session with real money, which begins as a canary; null where nothing is at stake. A session that was halted
 * or sent back to paper may not trade for real.
 */
export function stageWatch(
  { content, hash }: FromBundle,
  paths: SessionPaths,
  { mode, url, environment }: Where,
  { alerts, conditions, capCapital, closeAll }: StageHands,
): StageWatch | null {
  if (mode !== 'live' || url !== undefined) return null
  const rules: StageRules = { stages: content.stages, limits: content.limits, hasTestnet: true }
  const state = readStage(paths) ?? { ...firstStage(hash, environment.nowMs()), stage: 'canary' as const }
  if (state.halted !== null || state.stage === 'paper' || state.stage === 'testnet') {
    throw new TandemError(
      `this session may not trade with real money: ${state.halted ?? `it was demoted to ${state.stage}`}`,
      {
        code: 'DEMOTED',
        where: fileOf(paths),
        hint: 'go on with --mode paper or testnet, or validate and promote again',
      },
    )
  }
  keep(paths, state)
  capCapital(rules.stages[state.stage].capitalFraction)
  const operations = { capCapital, closeAll, keep: (next: StageState) => keep(paths, next) }
  return new StageWatch({ rules, expected: content.expected, state, alerts, conditions, operations })
}

/** Moves a session on to its next stage, where its days, trades and parity allow it. Returns the new state or why not. */
export function advanceStage(
  paths: SessionPaths,
  { content }: FromBundle,
  atMs: number,
  parity: boolean | null,
): { readonly state: StageState; readonly refusal: string | null } {
  const state = readStage(paths)
  if (state === null) {
    const hint = 'stages begin with --mode live'
    throw new TandemError('this session has no stage', { code: 'NO_STAGE', where: paths.folder, hint })
  }
  const rules: StageRules = { stages: content.stages, limits: content.limits, hasTestnet: true }
  const step = stageStep(state, { kind: 'advance', atMs, parity }, rules)
  if (step.refusal === null) keep(paths, step.state)
  return { state: step.state, refusal: step.refusal }
}
