/** The machine that the process under test runs on: it starts it, kills it, starts it again, and damages its disk. */

import type { Bounds, Judge } from '../judge/judge.ts'
import { units } from '../venue/amount.ts'
import type { Draws } from '../world/draws.ts'
import { Died, Life } from '../world/life.ts'
import type { Surroundings } from '../world/surroundings.ts'
import { type OpenedSession, openSession, replayJournal } from './open.ts'

export const JOURNAL = 'session/journal.jsonl'

/** A supervisor starts a process again after this; one that was refused waits longer. */
const RESTART_MS = 3000
const REFUSED_MS = 20_000
/** Calls that a process still makes before it dies. */
const CALLS_LEFT = 12

export class Machine {
  lives = 0
  opened: OpenedSession | null = null
  /** Why the process ended by itself, newest last. */
  readonly exits: string[] = []
  private world!: Surroundings
  private judge!: Judge
  private draws!: Draws
  private life: Life | null = null
  private line: { readonly underWay: number } | null = null
  private skewMs = 0
  private isOver = false
  private isCalm = false
  private readonly trace: ((line: string) => void) | null

  constructor(trace: ((line: string) => void) | null) {
    this.trace = trace
  }

  bounds({ setting }: Surroundings): Bounds {
    const { equity } = setting.config.account
    return {
      orderNotional: units((equity * 0.35).toFixed(8)),
      exposure: units((equity * 0.5).toFixed(8)),
      ordersPerMinute: 12,
    }
  }

  boot(world: Surroundings, judge: Judge): void {
    this.world = world
    this.judge = judge
    this.draws = world.draws.fork('machine')
    if (world.faults.fires('clockSkew')) this.skewMs = this.draws.whole(-1500, 1500)
    this.begin()
  }

  get state(): 'ACTIVE' | 'REDUCING' | 'HALTED' {
    return this.opened?.gate.state ?? 'ACTIVE'
  }

  get waiting(): { readonly timers: number; readonly calls: number } {
    return { timers: this.life?.timers ?? 0, calls: this.line?.underWay ?? 0 }
  }

  dieSoon(): void {
    if (this.life === null) return
    // A write may be cut in the middle; a death at just that moment is rare, and so is drawn by itself.
    if (this.draws.chance(0.3)) this.life.diesWriting = true
    else this.life.pointsLeft = Math.min(this.life.pointsLeft, this.draws.whole(0, CALLS_LEFT))
  }

  stall(ms: number): void {
    if (this.life !== null) this.life.stalledUntilMs = this.world.time.nowMs + ms
  }

  skew(ms: number): void {
    if (this.isCalm) return
    this.skewMs += ms
    if (this.life !== null) this.life.skewMs = this.skewMs
  }

  /** No more faults of the machine: its clock is right, nothing stands still. */
  calm(): void {
    this.isCalm = true
    this.skewMs = 0
    if (this.life === null) return
    this.life.skewMs = 0
    this.life.stalledUntilMs = 0
    this.life.pointsLeft = Number.POSITIVE_INFINITY
    this.life.diesWriting = false
  }

  /** Ends the session in order. */
  async shutDown(): Promise<void> {
    this.isOver = true
    this.opened?.stop()
  }

  /** What a replay of the journal says that isn't right. */
  replayed(): string[] {
    const bytes = this.world.disk.content(JOURNAL)
    return bytes === null ? [] : replayJournal(bytes, this.world.setting)
  }

  /** Drops the process, for good. */
  kill(): void {
    this.isOver = true
    this.life?.die()
  }

  private begin(): void {
    if (this.isOver) return
    const { world, judge } = this
    this.lives += 1
    const life = new Life(world.time, Number.POSITIVE_INFINITY, () => this.died(life))
    life.skewMs = this.skewMs
    this.life = life
    const { port, line } = world.port(life, judge, this.lives)
    this.line = line
    const files = world.disk.portFor(life)
    const tell = (text: string): void => this.trace?.(`${new Date(world.time.nowMs).toISOString()} ${text}`)
    tell(`life ${this.lives}`)
    openSession({ life, port, files, path: JOURNAL, setting: world.setting, symbols: world.symbols, tell })
      .then(async (opened) => {
        if (!life.isAlive) return
        this.opened = opened
        await opened.run()
        this.exit(life, 'it was closed in order', RESTART_MS)
      })
      .catch((error: unknown) => {
        if (error instanceof Died) return
        const { code } = error as { code?: string }
        const text = `${code ?? 'ERROR'}: ${error instanceof Error ? error.message : String(error)}`
        if (code === undefined) this.judge.violate('I13', `the process broke: ${(error as Error).stack ?? text}`)
        this.exit(life, text, this.opened === null ? REFUSED_MS : RESTART_MS)
      })
  }

  /** The process has ended by itself; a supervisor starts it again. */
  private exit(life: Life, why: string, pauseMs: number): void {
    if (!life.isAlive) return
    this.exits.push(why)
    this.trace?.(`${new Date(this.world.time.nowMs).toISOString()} exit: ${why}`)
    life.isAlive = false
    this.world.disk.surviveProcess()
    this.gone(pauseMs)
  }

  private died(life: Life): void {
    if (this.life !== life) return
    this.trace?.(`${new Date(this.world.time.nowMs).toISOString()} died`)
    if (this.world.faults.fires('powerLoss')) this.world.disk.losePower()
    else this.world.disk.surviveProcess()
    this.gone(RESTART_MS + this.draws.whole(0, 60_000))
  }

  private gone(pauseMs: number): void {
    this.life = null
    this.line = null
    this.opened = null
    if (!this.isOver) this.world.time.at(this.world.time.nowMs + pauseMs, () => this.begin())
  }
}
