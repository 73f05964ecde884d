/**
 * Whoever looks after a session: leaves commands in its folder, and when it has halted with books that differ, looks at the
 * account and says how that is settled. What it has been told outlives the process, as files do.
 */

import { type CommandKind, commandFileName } from '../../../engine/live/commands/command.ts'
import type { CommandFolder } from '../../../engine/live/commands/inbox.ts'
import type { Settlement } from '../../../engine/live/recovery.ts'
import type { Draws } from '../world/draws.ts'

/** Looks this often, and lets the session go on this long after a halt at the latest. */
export const LOOK_MS = 120_000

export class Operator implements CommandFolder {
  /** What the next start is told of a difference; null for nothing. */
  settlement: Settlement | null = null
  /** How often each way was chosen. */
  readonly settled = { adopt: 0, ignore: 0, flatten: 0 }
  private readonly draws: Draws
  private readonly names = new Set<string>()
  private readonly halts = new Set<string>()
  private readonly resumes = new Set<string>()
  private count = 0
  /** A halt was answered, and nobody has said since that it may go on. */
  isHalted = false

  constructor(draws: Draws) {
    this.draws = draws
  }

  leave(kind: CommandKind, symbol: string | null = null): void {
    this.count += 1
    if (kind === 'resume') this.isHalted = false
    const id = `${String(this.count).padStart(14, '0')}-0a`
    if (kind === 'halt') this.halts.add(id)
    if (kind === 'resume') this.resumes.add(id)
    this.names.add(commandFileName({ kind, symbol, id }))
  }

  /** Books differ: a person has looked, and decides. */
  decide(): void {
    this.settlement = this.draws.pick(['adopt', 'ignore', 'flatten'] as const)
    this.settled[this.settlement] += 1
  }

  /** The start that was told has begun. */
  take(): Settlement | null {
    const { settlement } = this
    this.settlement = null
    return settlement
  }

  list(): readonly string[] {
    return [...this.names]
  }

  remove(name: string): void {
    this.names.delete(name)
  }

  answer(id: string, text: string): void {
    // One that failed was said to have failed.
    if (this.resumes.delete(id)) this.isHalted = false
    if (this.halts.delete(id) && text.startsWith('halted')) this.isHalted = true
  }

  stopFiles(): readonly string[] {
    return []
  }
}
