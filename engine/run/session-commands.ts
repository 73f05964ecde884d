/** What `tandem halt`, `resume` and `close` do: leave a command in a live session's folder and wait for its answer. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TandemError } from '../core/errors.ts'
import type { CommandKind } from '../live/commands/command.ts'
import { answerTo, leaveCommand } from '../live/commands/real-folder.ts'

/** What became of a command in one session. */
export interface CommandOutcome {
  readonly session: string
  /** Whether the session took it within the time. */
  readonly taken: boolean
  /** Its answer; null where it gave none. */
  readonly answer: string | null
  readonly afterMs: number
}

export interface CommandRequest {
  readonly runs: string
  /** A session's name, or its folder; null for all of them (`halt`), or the only one. */
  readonly session: string | null
  readonly kind: CommandKind
  readonly symbol: string | null
  readonly waitMs: number
}

const POLL_MS = 50

/** Throws `NO_SESSION` where there is none of that name, or several and none is named. */
export async function sendCommand(request: CommandRequest): Promise<readonly CommandOutcome[]> {
  const { kind, symbol, waitMs } = request
  const folders = sessionFolders(request)
  return Promise.all(
    folders.map(async (folder) => {
      const startMs = Date.now()
      const id = leaveCommand(folder, kind, symbol, startMs)
      for (;;) {
        const answer = answerTo(folder, id)
        const afterMs = Date.now() - startMs
        const session = nameOf(folder)
        if (answer !== null) return { session, taken: true, answer: answer === 'taken' ? null : answer, afterMs }
        if (afterMs >= waitMs) return { session, taken: false, answer: null, afterMs }
        await sleep(POLL_MS)
      }
    }),
  )
}

function sessionFolders({ runs, session, kind }: CommandRequest): readonly string[] {
  const live = join(runs, 'live')
  if (session !== null) {
    const found = [join(live, session), session].find(isSession)
    if (found !== undefined) return [found]
    throw noSession(`there is no session '${session}'`, live, known(live))
  }
  const all = known(live)
  if (all.length === 0) throw noSession('there is no live session', live, all)
  if (all.length > 1 && kind !== 'halt') throw noSession(`there are ${all.length} sessions`, live, all)
  return all.map((name) => join(live, name))
}

function known(live: string): readonly string[] {
  try {
    return readdirSync(live).filter((name) => isSession(join(live, name)))
  } catch {
    return []
  }
}

/** A session is a folder with a journal; beside those there may be a stop file. */
function isSession(folder: string): boolean {
  return existsSync(join(folder, 'journal.jsonl'))
}

function nameOf(folder: string): string {
  return folder
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .at(-1)!
}

function noSession(message: string, where: string, names: readonly string[]): TandemError {
  const hint = names.length === 0 ? 'sessions are made by tandem live' : `name one of ${names.join(', ')}`
  return new TandemError(message, { code: 'NO_SESSION', where, hint })
}
