/** The machine that the process under test runs on: it starts it, kills it, starts it again, and damages its disk. */

import type { Bounds, Judge } from '../judge/judge.ts'
import { units } from '../venue/amount.ts'
import type { Line } from '../venue/line.ts'
import type { Draws } from '../world/draws.ts'
import { Died, Life } from '../world/life.ts'
import type { World } from '../world/world.ts'
import { type OpenedSession, openSession, replayJournal } from './open.ts'
import { type Setting, settingOf } from './setting.ts'

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
  private world!: World
  private judge!: Judge
  private setting!: Setting
  private draws!: Draws
  private life: Life | null = null
  private line: Line | null = null
  private skewMs = 0
  private isOver = false
  private isCalm = false
  private readonly seed: number
  private readonly trace: ((line: string) => void) | null

  constructor(seed: number, trace: ((line: string) => void) | null) {
    this.seed = seed
    this.trace = trace
  }

  bounds(world: World): Bounds {
    const { equity } = world.terms
    return {
      orderNotional: units((equity * 0.35).toFixed(8)),
      exposure: units((equity * 0.5).toFixed(8)),
      ordersPerMinute: 12,
    }
  }

  boot(world: World, judge: Judge): void {
    this.world = world
    this.judge = judge
    this.draws = world.draws.fork('machine')
    this.setting = settingOf(world, this.seed)
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
    if (this.life !== null) this.life.pointsLeft = Math.min(this.life.pointsLeft, this.draws.whole(0, CALLS_LEFT))
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
  }

  /** Ends the session in order. */
  async shutDown(): Promise<void> {
    this.isOver = true
    this.opened?.stop()
  }

  /** What a replay of the journal says that isn't right. */
  replayed(): string[] {
    const bytes = this.world.disk.content(JOURNAL)
    return bytes === null ? [] : replayJournal(bytes, this.setting)
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
    openSession({ life, port, files, path: JOURNAL, setting: this.setting, symbols: world.symbols, tell })
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
