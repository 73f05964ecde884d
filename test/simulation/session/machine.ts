/** The machine that the process under test runs on: it starts it, kills it, starts it again, and damages its disk. */

import type { LimitsGate } from '../../../engine/live/safety/gate.ts'
import type { Bounds, Judge } from '../judge/judge.ts'
import { units } from '../venue/amount.ts'
import type { Draws } from '../world/draws.ts'
import { Died, Life } from '../world/life.ts'
import type { Surroundings } from '../world/surroundings.ts'
import { ENDED_HALTED, type OpenedSession, openSession, replayJournal } from './open.ts'
import { LOOK_MS, Operator } from './operator.ts'

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
  operator!: Operator
  private gate: LimitsGate | null = null
  /** It ended halted: nobody starts it again but its operator. */
  private isDown = false
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
    const equity = setting.config.account.equity * setting.leverage
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
    this.operator = new Operator(this.draws.fork('operator'))
    if (world.operated) this.look()
    if (world.faults.fires('clockSkew')) this.skewMs = this.draws.whole(-1100, 1100)
    this.begin()
  }

  get state(): 'ACTIVE' | 'REDUCING' | 'HALTED' {
    return this.gate?.state ?? 'ACTIVE'
  }

  get isHaltedByHand(): boolean {
    return this.operator.isHalted
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
    // What waits for the end of one stall mustn't be overtaken by what waits for another's.
    const { life, world } = this
    if (life !== null && life.stalledUntilMs <= world.time.nowMs) life.stalledUntilMs = world.time.nowMs + ms
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
    const { port, line, socket } = world.port(life, judge, this.lives)
    this.line = line
    const files = world.disk.portFor(life)
    const tell = (text: string): void => this.trace?.(`${new Date(world.time.nowMs).toISOString()} ${text}`)
    tell(`life ${this.lives}`)
    openSession({
      ...{ life, port, socket, files, path: JOURNAL, setting: world.setting, symbols: world.symbols },
      ...{ commands: this.operator, settlement: this.operator.take() },
      told: (way, text) => {
        judge.told(way, text)
        tell(`${way}: ${text}`)
      },
      guarded: (gate) => {
        if (life.isAlive) this.gate = gate
      },
    })
      .then(async (opened) => {
        if (!life.isAlive) return
        this.opened = opened
        const why = await opened.run()
        this.isDown = why === ENDED_HALTED && this.world.operated
        this.exit(life, why, RESTART_MS)
      })
      .catch((error: unknown) => {
        if (error instanceof Died) return
        const { code } = error as { code?: string }
        const text = `${code ?? 'ERROR'}: ${error instanceof Error ? error.message : String(error)}`
        if (code === undefined) this.judge.violate('I13', `the process broke: ${(error as Error).stack ?? text}`)
        this.exit(life, text, this.opened === null ? REFUSED_MS : RESTART_MS)
      })
  }

  /** What an operator sees now and then, and does about it. */
  private look(): void {
    this.world.time.at(this.world.time.nowMs + LOOK_MS, () => {
      if (this.isOver) return
      const { opened, operator } = this
      if (this.isDown) {
        operator.decide()
        operator.leave('resume')
        this.isDown = false
        this.begin()
      } else if (opened?.session.isHalted === true) {
        // A session that found its books wrong goes on only by its operator's word, at a new start.
        operator.decide()
        operator.leave('resume')
        opened.stop()
      } else if (opened !== null && opened.gate.state !== 'ACTIVE') operator.leave('resume')
      this.look()
    })
  }

  /** An operator's word by the hour. */
  command(kind: 'halt' | 'close', symbol: string | null): boolean {
    if (!this.world.operated) return false
    this.operator.leave(kind, symbol)
    return true
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
    this.gate = null
    if (!this.isOver && !this.isDown) this.world.time.at(this.world.time.nowMs + pauseMs, () => this.begin())
  }
}
