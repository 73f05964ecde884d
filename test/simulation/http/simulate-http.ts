/** One seed over HTTP: the session behind ccxt's client, the practice exchange with its faults, crashes in between. */

import type { Violation } from '../judge/judge.ts'
import { Judge } from '../judge/judge.ts'
import { settled } from '../judge/settled.ts'
import { JOURNAL, Machine } from '../session/machine.ts'
import { HttpWorld } from './http-world.ts'

export interface HttpResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: Readonly<Record<string, number>>
  readonly faults: string
  readonly lives: number
  readonly orders: number
  readonly trades: number
}

const CALM_MS = 600_000
const STEP_MS = 60_000

export async function simulateHttp(seed: number, minutes: number, trace: ((line: string) => void) | null) {
  const world = await HttpWorld.make(seed, minutes)
  try {
    return await simulated(world, seed, minutes, trace)
  } finally {
    await world.close()
  }
}

async function simulated(
  world: HttpWorld,
  seed: number,
  minutes: number,
  trace: ((line: string) => void) | null,
): Promise<HttpResult> {
  const machine = new Machine(trace)
  const { time, disk, witness } = world
  const bounds = machine.bounds(world)
  const judge = new Judge({
    ...{ time, exchange: witness, bounds, machine, durable: () => disk.durable(JOURNAL), quoteDec: 8, rows: null },
    ...{ margin: null, files: () => disk, forgotten: () => 0 },
    strangers: () => (world.mayHalt ? null : []),
  })
  machine.boot(world, judge)
  crashNow(world, machine, minutes)
  const isOver = (): boolean => judge.violations.length > 0
  const check = (): void => judge.check()
  // Looked at in the midst of minutes: at their turn orders fill that nobody can have heard of yet.
  const calmMs = time.nowMs + minutes * 60_000 + STEP_MS / 2
  await time.run(calmMs, check, isOver)
  world.calm()
  machine.calm()
  let open = settled(world, machine, judge)
  while (!isOver() && time.nowMs < calmMs + CALM_MS && (open.length > 0 || time.nowMs < calmMs + 2 * STEP_MS)) {
    await time.run(time.nowMs + STEP_MS, check, isOver)
    open = settled(world, machine, judge)
  }
  if (!isOver()) for (const { invariant, text } of open) judge.violate(invariant, text)
  if (!isOver()) {
    await machine.shutDown()
    await time.run(time.nowMs + STEP_MS, check, isOver)
    for (const text of machine.replayed()) judge.violate('I8', text)
  }
  machine.kill()
  if (trace !== null) for (const line of (disk.content(JOURNAL)?.toString('utf8') ?? '').split('\n')) trace(line)
  const rates = Object.entries(world.rates).map(([name, rate]) => `${name} ${rate}`)
  return {
    ...{ seed, violations: judge.violations, counts: world.wire.counts(), faults: rates.join(', ') },
    ...{ lives: machine.lives, orders: witness.orders.length, trades: witness.trades.length },
  }
}

/** The process dies now and then, at some call. */
function crashNow({ time, draws }: HttpWorld, machine: Machine, minutes: number): void {
  const when = draws.fork('crashes')
  const often = when.pick([0, 2, 6])
  for (let i = 0; i < often; i++) {
    time.at(time.nowMs + when.whole(1, minutes * 60_000), () => machine.dieSoon())
  }
}
