/** What commands do. Each says what came of it; carried out twice it does no more than once. */

import type { Breakers } from '../safety/breakers.ts'
import type { Conditions } from '../safety/conditions.ts'
import type { Command } from './command.ts'

/** What only the session can do. Each resolves when the venue has been told, or says why not; rejects never. */
export interface SessionOperations {
  /** Cancels every order that could enlarge a position; what protects one stays. */
  cancelEntries(why: string): Promise<string>
  /** Cancels what rests in the symbol and closes its position at market. */
  close(symbol: string, why: string): Promise<string>
}

export interface CommandTargets {
  readonly conditions: Conditions
  readonly breakers: Breakers
  readonly operations: SessionOperations
  readonly nowMs: () => number
  /** Whether a stop file lies there. */
  readonly isStopped: () => boolean
  /** Each command and its answer, for the journal; before and after it is carried out. */
  readonly record: (command: Command, answer: string | null) => void
}

export const HALT_COMMAND = 'HALT_COMMAND'

/** A `handle` for the inbox. */
export function commandHandler(targets: CommandTargets): (command: Command) => Promise<string> {
  return async (command) => {
    record(targets, command, null)
    const answer = await answerOf(targets, command)
    record(targets, command, answer)
    return answer
  }
}

/** A stop file was found: the same as a halt. */
export function stopFileHandler(targets: CommandTargets): (path: string) => void {
  return (path) => {
    raise(targets, `the stop file ${path}`)
    void targets.operations.cancelEntries('a stop file')
  }
}

/** On a full disk the journal can't be written; the command is carried out all the same. */
function record(targets: CommandTargets, command: Command, answer: string | null): void {
  try {
    targets.record(command, answer)
  } catch {
    // The journal raises its own condition.
  }
}

async function answerOf(targets: CommandTargets, { kind, symbol }: Command): Promise<string> {
  const { conditions, operations, breakers, isStopped } = targets
  if (kind === 'close') return operations.close(symbol!, 'tandem close')
  if (kind === 'halt') {
    const already = conditions.all.some(({ key }) => key === HALT_COMMAND)
    raise(targets, 'tandem halt')
    const cancelled = await operations.cancelEntries('tandem halt')
    return `${already ? 'halted already' : 'halted'}; ${cancelled}`
  }
  if (isStopped()) return 'not resumed: remove the stop file first'
  const gone = conditions.resume('tandem resume')
  breakers.resumed()
  const left = conditions.all.map(({ why }) => why)
  const now = left.length === 0 ? conditions.state : `still ${conditions.state}: ${left.join('; ')}`
  return gone.length === 0 ? `nothing to resume; ${now}` : `resumed (${gone.join(', ')}); ${now}`
}

function raise({ conditions, nowMs }: CommandTargets, why: string): void {
  conditions.raise({ key: HALT_COMMAND, level: 'HALTED', why, sinceMs: nowMs(), latched: true })
}
