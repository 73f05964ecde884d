/**
 * The session's side: looks into its folder every quarter of a second, carries out what it finds, one after the other
 * and a halt at once, and answers. A stop file, its own or the one of all sessions, is a halt that can't be resumed while it lies there.
 */

import type { Environment, Timer } from '../environment.ts'
import { type Command, commandFrom } from './command.ts'

const POLL_MS = 250

/** The folder. Every call may throw what the system says. */
export interface CommandFolder {
  /** Names of command files. */
  list(): readonly string[]
  remove(name: string): void
  answer(id: string, text: string): void
  /** Paths of the stop files that are there. */
  stopFiles(): readonly string[]
}

export interface InboxOptions {
  readonly environment: Environment
  readonly folder: CommandFolder
  /** Carries out a command and says what came of it. Must be idempotent: after a crash it is asked again. */
  readonly handle: (command: Command) => Promise<string>
  /** A stop file has appeared. */
  readonly stop: (path: string) => void
  /** The folder can't be read or written: told once until it works again. */
  readonly failed: (text: string) => void
  readonly pollMs?: number
}

export class CommandInbox {
  private readonly options: InboxOptions
  private readonly handled = new Set<string>()
  private stops: readonly string[] = []
  private timer: Timer | null = null
  private line: Promise<void> = Promise.resolve()
  private down = false
  private stopped = false

  constructor(options: InboxOptions) {
    this.options = options
  }

  /** Whether a stop file lies there. */
  get isStopped(): boolean {
    return this.stops.length > 0
  }

  /** Looks at once and from then on. Resolves when what lay there is done: a session trades only after that. */
  async start(): Promise<void> {
    await this.look()
    this.next()
  }

  stop(): void {
    this.stopped = true
    this.timer?.cancel()
  }

  private next(): void {
    if (this.stopped) return
    this.timer = this.options.environment.after(this.options.pollMs ?? POLL_MS, () => {
      void this.look()
      this.next()
    })
  }

  /** Stop files and halts don't wait for a command that takes its time. */
  private async look(): Promise<void> {
    const names = this.read()
    for (const name of names) this.handled.add(name)
    const isHalt = (name: string): boolean => commandFrom(name)!.kind === 'halt'
    const halts = names.filter(isHalt).map((name) => this.carryOut(name))
    const others = names.filter((name) => !isHalt(name))
    this.line = others.reduce((line, name) => line.then(() => this.carryOut(name)), this.line)
    await Promise.all([...halts, this.line])
  }

  private read(): readonly string[] {
    const { folder, stop, failed } = this.options
    try {
      const stops = folder.stopFiles()
      for (const path of stops) if (!this.stops.includes(path)) stop(path)
      this.stops = stops
      const names = [...folder.list()].sort()
      this.down = false
      return names.filter((name) => commandFrom(name) !== null && !this.handled.has(name))
    } catch (error) {
      if (!this.down) failed(`commands can't be read: ${(error as Error).message}`)
      this.down = true
      return []
    }
  }

  private async carryOut(name: string): Promise<void> {
    const { folder, handle } = this.options
    const command = commandFrom(name)!
    let text: string
    try {
      text = await handle(command)
    } catch (error) {
      text = `failed: ${error instanceof Error ? error.message : String(error)}`
    }
    // On a full disk the answer may be lost, but this process doesn't carry the command out twice.
    this.attempt(() => folder.answer(command.id, text))
    this.attempt(() => folder.remove(name))
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.options.failed(`a command can't be answered: ${(error as Error).message}`)
    }
  }
}
