/** How the commands that speak to live sessions show what came of it. */

import type { CommandOutcome } from '../run/session-commands.ts'
import type { CommandResult } from './command.ts'
import type { Output } from './output.ts'

/** How long an answer is waited for, ms. */
export const ANSWER_MS = 10_000

/** One line a session; 1 where one of them didn't take it. */
export function showOutcomes(output: Output, outcomes: readonly CommandOutcome[]): CommandResult {
  output.result({ sessions: outcomes }, () => outcomes.map(lineOf).join(''))
  return outcomes.every(({ taken }) => taken) ? 0 : 1
}

function lineOf({ session, taken, answer, afterMs }: CommandOutcome): string {
  if (taken) return `${session}: ${answer ?? 'done, but its answer was lost'} (${(afterMs / 1000).toFixed(1)} s)\n`
  return `${session}: no answer within ${(afterMs / 1000).toFixed(0)} s; if it isn't running, it will do so before anything else at its next start\n`
}
