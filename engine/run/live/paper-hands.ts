/** An operator's hands on a paper session: commands, stop files and what they raise, by the code that live sessions use. */

import { existsSync, readFileSync } from 'node:fs'
import { handsOn } from '../../live/commands/hands.ts'
import { realCommandFolder } from '../../live/commands/real-folder.ts'
import type { Environment } from '../../live/environment.ts'
import { readJournal } from '../../live/journal-record.ts'
import type { Alerts, OrderGate } from '../../live/ports.ts'
import { Breakers } from '../../live/safety/breakers.ts'
import { Conditions } from '../../live/safety/conditions.ts'
import { followEvent } from '../../live/safety/follow.ts'
import { latchedConditions } from '../../live/safety/recall.ts'
import type { Session } from '../../live/session.ts'
import { operationsOf, recordIn } from './operated.ts'
import { paperGate } from './paper-gate.ts'
import type { SessionPaths } from './session-folder.ts'

export interface PaperHandsOptions {
  readonly environment: Environment
  readonly paths: Pick<SessionPaths, 'folder' | 'journal'>
  readonly symbols: readonly string[]
  readonly alerts: Alerts
  /** Between two looks for a command, ms; the inbox's own where absent. */
  readonly commandsMs?: number
}

export interface PaperHands {
  readonly gate: OrderGate
  /** What was commanded while nobody was there is carried out, then what comes; a halt holds when it returns. */
  listen(session: Session): void
  stop(): void
}

/** What was halted when the session ended is halted still. */
export function paperHands({ environment, paths, symbols, alerts, commandsMs }: PaperHandsOptions): PaperHands {
  const { folder, journal } = paths
  let session: Session | null = null
  const operations = operationsOf(() => session, symbols)
  const record = recordIn(() => session)
  const conditions = new Conditions((event) => {
    record(event)
    followEvent(event, alerts, operations)
  })
  if (existsSync(journal)) conditions.restore(latchedConditions(readJournal(readFileSync(journal), journal).records))
  const [breakers, commands] = [new Breakers(conditions), realCommandFolder(folder)]
  const inbox = handsOn({
    ...{ environment, commands, conditions, breakers, operations, alerts, record },
    ...(commandsMs === undefined ? {} : { commandsMs }),
  })
  return {
    gate: paperGate(() => environment.nowMs(), conditions),
    listen(begun) {
      session = begun
      void inbox.start()
    },
    stop: () => inbox.stop(),
  }
}
