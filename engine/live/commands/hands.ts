/** An operator's hands on a session, wired: commands and stop files from its folder, carried out on its conditions. */

import type { Environment } from '../environment.ts'
import type { Alerts } from '../ports.ts'
import type { Breakers } from '../safety/breakers.ts'
import type { Conditions } from '../safety/conditions.ts'
import { type CommandTargets, commandHandler, type SessionOperations, stopFileHandler } from './apply.ts'
import { type CommandFolder, CommandInbox } from './inbox.ts'

/** A command with its answer, for the journal; null before it is carried out. */
export interface CommandRecord {
  readonly kind: 'command'
  readonly id: string
  readonly what: string
  readonly answer: string | null
}

export interface HandsOptions {
  readonly environment: Environment
  readonly commands: CommandFolder
  /** By which commands are looked for; default: `environment`. */
  readonly commandClock?: Environment
  /** Between two looks, ms; the inbox's own where absent. */
  readonly commandsMs?: number
  readonly conditions: Conditions
  readonly breakers: Breakers
  readonly operations: SessionOperations
  readonly alerts: Alerts
  readonly record: (command: CommandRecord) => void
}

export function handsOn(options: HandsOptions): CommandInbox {
  const { environment, commandClock = environment, commands, commandsMs, alerts, record } = options
  const { conditions, breakers, operations } = options
  const targets: CommandTargets = {
    ...{ conditions, breakers, operations },
    nowMs: () => environment.nowMs(),
    isStopped: () => inbox.isStopped,
    record: ({ id, kind, symbol }, answer) =>
      record({ kind: 'command', id, what: symbol === null ? kind : `${kind} ${symbol}`, answer }),
  }
  const inbox = new CommandInbox({
    environment: commandClock,
    folder: commands,
    ...(commandsMs === undefined ? {} : { pollMs: commandsMs }),
    handle: commandHandler(targets),
    stop: stopFileHandler(targets),
    failed: (text) => alerts.tell('warn', 'COMMANDS', text),
  })
  return inbox
}
