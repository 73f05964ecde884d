/** `tandem stage`: the stage of a session with real money, and the way on. */

import { readFileSync } from 'node:fs'
import type { StageState } from '../../promote/stages.ts'
import { paritySession } from '../parity/parity.ts'
import { fromSession } from './from-bundle.ts'
import { requireSession } from './session-folder.ts'
import { advanceStage, readStage } from './stage-file.ts'

/** Share of trades that session and simulation must both have made: the policy's default for parity. */
const ALIKE = 0.98

export interface StageAnswer {
  readonly session: string
  /** Null for a session that never traded with real money. */
  readonly state: StageState | null
  /** Why it wasn't moved on; null where it was, or nobody asked. */
  readonly refusal: string | null
}

/** With `advance` the session's parity is looked at first; a running session takes its new stage at the next start. */
export async function stageOf(runs: string, session: string, advance: boolean, nowMs: number): Promise<StageAnswer> {
  const paths = requireSession(runs, session)
  const state = readStage(paths)
  if (!advance) return { session, state, refusal: null }
  const bundle = await fromSession(readFileSync(paths.bundle, 'utf8'), paths.bundle, paths.folder)
  const { sameDecisions, trades } = await paritySession(paths, session)
  const both = trades.filter((one) => one.in === 'both').length
  const parity = sameDecisions || (trades.length > 0 && both >= ALIKE * trades.length)
  return { session, ...advanceStage(paths, bundle, nowMs, parity) }
}
