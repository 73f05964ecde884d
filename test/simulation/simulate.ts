/**
 * One seed: a world, a session in it that dies and comes back, faults for a while (nothing wrong may happen), then none
 * (everything must settle). What is returned is the same on every machine.
 */

import type { FaultKind } from './faults.ts'
import { Judge, type Violation } from './judge/judge.ts'
import { knowSecrets } from './judge/secrets.ts'
import { settled } from './judge/settled.ts'
import type { SimulateOptions } from './options.ts'
import { JOURNAL, Machine } from './session/machine.ts'
import { traced } from './trace.ts'
import { withoutRealTime } from './world/bans.ts'
import { describeTerms, TIMEFRAME_MS } from './world/terms.ts'
import { World } from './world/world.ts'

export interface SimulationResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** How often each kind of fault fired. */
  readonly counts: ReadonlyMap<FaultKind, number>
  readonly simulatedMs: number
  /** Everything that was drawn, to be printed with a failure. */
  readonly faults: string
  readonly sums: Readonly<Record<string, number>>
}

/** Where these are drawn the venue shows candles that weren't. */
const ROW_FAULTS: readonly FaultKind[] = ['candleRevised']
/** What these have done may show much later: an order that rests fills when the market comes to it. */
const BLURRED: readonly FaultKind[] = ['cancelLost', 'secondBot']
const STREAM_FAULTS: readonly FaultKind[] = ['streamSilent', 'streamRepeated', 'feedFrozen']

/** After the last fault everything must have settled within this. */
const CALM_MS = 600_000
/** Between two looks whether it has. */
const QUIET_MS = 20_000

export async function simulate(options: SimulateOptions, trace: ((line: string) => void) | null) {
  const breaches: string[] = []
  knowSecrets()
  return await withoutRealTime(breaches, async () => await simulated(options, breaches, trace))
}

async function simulated(
  options: SimulateOptions,
  breaches: string[],
  trace: ((line: string) => void) | null,
): Promise<SimulationResult> {
  const machine = new Machine(trace)
  const world = new World(options.seed, options, machine)
  const { time, faults, exchange, disk } = world
  const strange = world.terms.stream ? [...ROW_FAULTS, ...STREAM_FAULTS] : ROW_FAULTS
  const showsTruth = !strange.some((kind) => faults.rates.has(kind))
  const judge = new Judge({
    time,
    exchange: world.witness,
    bounds: machine.bounds(world),
    machine,
    durable: () => disk.durable(JOURNAL),
    files: () => disk,
    quoteDec: world.terms.quoteDec,
    rows: {
      ...{ timeframeMs: TIMEFRAME_MS, symbols: world.symbols, nowMs: () => time.nowMs },
      closes: (symbol) =>
        world.candles
          .all(symbol)
          .slice(-4)
          .map(({ close }) => close),
      truth: (symbol) => (showsTruth ? world.candles.all(symbol) : null),
    },
    margin: world.margin,
    forgotten: (clientId) => world.forgotten(clientId),
    strangers: () => (BLURRED.some((kind) => faults.fired(kind)) ? null : world.strangers),
  })
  const startMs = time.nowMs
  machine.boot(world, judge)
  world.others.start()
  const isOver = (): boolean => judge.violations.length > 0
  const check = (): void => judge.check()
  const faultsUntilMs = startMs + options.minutes * 60_000
  await time.run(faultsUntilMs, check, isOver)
  if (!isOver()) {
    world.calm()
    machine.calm()
    await time.run(faultsUntilMs + CALM_MS / 5, check, isOver)
    // From here on nothing new happens: what has happened must be known soon.
    world.walk.stop()
    let open = settled(world, machine, judge)
    for (let atMs = time.nowMs; open.length > 0 && atMs < faultsUntilMs + CALM_MS && !isOver(); ) {
      atMs += QUIET_MS
      await time.run(atMs, check, isOver)
      open = settled(world, machine, judge)
    }
    if (!isOver()) for (const { invariant, text } of open) judge.violate(invariant, text)
  }
  if (!isOver()) {
    await machine.shutDown()
    await time.run(time.nowMs + CALM_MS, check, isOver)
    for (const text of machine.replayed()) judge.violate('I8', text)
  }
  for (const text of breaches) judge.violate('I8', text)
  for (const text of disk.misuses) judge.violate('I2', text)
  machine.kill()
  if (trace !== null) for (const line of traced(world, JOURNAL)) trace(line)
  world.countShapes()
  return {
    seed: options.seed,
    violations: judge.violations,
    counts: faults.counts,
    simulatedMs: time.nowMs - startMs,
    faults: `${faults.described}; ${describeTerms(world.terms)}`,
    sums: {
      events: time.count,
      lives: machine.lives,
      orders: exchange.orders.length,
      trades: exchange.trades.length,
      records: judge.journal.records.length,
      ...machine.operator.settled,
    },
  }
}
