/** Both ends of a session's commands on a real disk. */

import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replaceFile } from '../file-lock.ts'
import { ANSWER_FOLDER, COMMAND_FOLDER, type CommandKind, commandFileName, STOP_FILE } from './command.ts'
import type { CommandFolder } from './inbox.ts'

/** Answers that are kept. */
const ANSWERS_KEPT = 100

/** The folder of the session that lies in `session`; its parent's stop file is the one of all sessions. */
export function realCommandFolder(session: string): CommandFolder {
  const [commands, answers] = [join(session, COMMAND_FOLDER), join(session, ANSWER_FOLDER)]
  return {
    list: () => namesIn(commands),
    remove: (name) => rmSync(join(commands, name), { force: true }),
    answer(id, text) {
      mkdirSync(answers, { recursive: true })
      for (const old of namesIn(answers).slice(0, -ANSWERS_KEPT)) rmSync(join(answers, old), { force: true })
      replaceFile(join(answers, id), text)
    },
    stopFiles: () => [join(session, STOP_FILE), join(dirname(session), STOP_FILE)].filter((path) => existsSync(path)),
  }
}

/** Leaves a command; on disk when it returns. Returns its id. */
export function leaveCommand(session: string, kind: CommandKind, symbol: string | null, nowMs: number): string {
  const commands = join(session, COMMAND_FOLDER)
  mkdirSync(commands, { recursive: true })
  const id = `${String(nowMs).padStart(14, '0')}-${randomBytes(4).toString('hex')}`
  closeSync(openSync(join(commands, commandFileName({ kind, symbol, id })), 'wx'))
  return id
}

/** What the session answered; `taken` where it took the command and the answer was lost; null where it hasn't yet. */
export function answerTo(session: string, id: string): string | 'taken' | null {
  const early = answerIn(session, id)
  if (early !== null) return early
  if (namesIn(join(session, COMMAND_FOLDER)).some((name) => name.startsWith(`${id}.`))) return null
  // The session answers before it removes the command: both may have come between the two looks.
  return answerIn(session, id) ?? 'taken'
}

function answerIn(session: string, id: string): string | null {
  try {
    return readFileSync(join(session, ANSWER_FOLDER, id), 'utf8')
  } catch {
    return null
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
