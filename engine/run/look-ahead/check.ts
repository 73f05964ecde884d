/**
 * The look-ahead check of a run. The watched run catches any read of a later row on the spot. The prefix re-runs are the
 * proof: with the data cut off after a bar, or with another future, every decision up to that bar must be the same.
 * Two more runs show what a strategy brings along: one after another market was run (data kept from run to run) and one
 * with its symbols' names hidden (a label in them). What is found is named by bar, column and line of the strategy.
 */

import { FIELDS } from '../../core/candles.ts'
import { TandemError } from '../../core/errors.ts'
import type { AmendOptions, Context, ExitOptions, SignalOptions, Strategy } from '../../core/strategy.ts'
import { LookAheadError, utcText } from '../../kernel/watched.ts'
import { ByteStore } from '../byte-store.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { execute } from '../execute.ts'
import { ForwardedContext, forwarded } from '../forwarded-context.ts'
import { type Market, makeInstruments } from '../market.ts'
import { strategyLine } from '../strategy-line.ts'
import type { Terms } from '../terms.ts'
import { cutRows, firstDifferentRow, prefix } from './decisions.ts'
import { cut, poisoned, seriesOf, withoutFuture } from './markets.ts'

export interface LookAheadOptions {
  /** Most bars to cut after; decisions are chosen evenly beyond that. Default 12. */
  readonly cuts?: number
  /**
   * The strategy from a module that has seen nothing yet, for the prefix re-runs: they go from short to long, so that
   * it never has seen what it must not know. Default: `create`.
   */
  readonly fresh?: () => Strategy
}

/** What was looked at. */
export interface LookAheadReport {
  readonly cuts: number
  readonly poisoned: number
}

/** How many futures are changed: each costs as much as a cut. */
const POISONED = 8

const KEEPS = 'after it has run on other data: it keeps something from run to run'

type Decide = (market: Market, create: () => Strategy) => Uint8Array

/** Throws LOOK_AHEAD (exit code 1), naming bar, column and line, if decisions use what wasn't known yet. */
export function checkLookAhead(
  config: ResolvedConfig,
  market: Market,
  terms: Terms,
  create: () => Strategy,
  { cuts = 12, fresh = create }: LookAheadOptions = {},
): LookAheadReport {
  // The whole run's units for every cut of it: they must not depend on what comes later.
  const instruments = makeInstruments(config, market.grid)
  const decide: Decide = (on, make) => {
    const decisions = new ByteStore()
    execute(config, on, instruments, make(), { terms, decisions: decisions.add, equity: null })
    return decisions.bytes()
  }
  const whole = decide(market, create)
  // Before the re-runs, since it names the very read; after the first run, since that one must have seen nothing.
  watchedRun(() => execute(config, market, instruments, create(), { terms, checked: true, equity: null }))
  const rows = cutRows(whole, market, cuts)
  const subject: Subject = { market, create, fresh, decide, whole }
  for (const row of rows) expectSame(subject, row, decide(cut(market, row + 1), fresh), 'cut')
  const step = Math.max(1, Math.floor(rows.length / POISONED))
  const futures = rows.filter((_, i) => i % step === 0)
  for (const row of futures) expectSame(subject, row, decide(poisoned(market, row), create), 'poison')
  const end = market.grid.rows - 1
  for (const row of futures.slice(0, 2)) decide(poisoned(market, row), create)
  expectEqual(subject, end, decide(market, create), KEEPS)
  if (fresh !== create) expectEqual(subject, end, decide(market, fresh), KEEPS)
  expectEqual(
    subject,
    end,
    decide(market, () => nameless(create())),
    "when its symbols' names are hidden from it",
  )
  return { cuts: rows.length, poisoned: futures.length }
}

interface Subject {
  readonly market: Market
  readonly create: () => Strategy
  readonly fresh: () => Strategy
  readonly decide: Decide
  readonly whole: Uint8Array
}

/** The watched run, with the line that read ahead. */
function watchedRun(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof LookAheadError)) throw error
    const line = strategyLine(error)
    throw line === null ? error : new LookAheadError(error.peek, `strategy, ${line}`)
  }
}

function expectSame(subject: Subject, row: number, other: Uint8Array, how: 'cut' | 'poison'): void {
  const { market, whole } = subject
  const untilMs = market.grid.time[row]! + market.grid.timeframeMs
  const different = firstDifferentRow(market, prefix(whole, untilMs), prefix(other, untilMs))
  if (different === null) return
  const remembers = [subject.create, subject.fresh].some((make) => !equals(subject.decide(market, make), whole))
  if (remembers) refuse(subject, different, `decisions change ${KEEPS}`)
  const column = guilty(subject, row)
  const what = how === 'cut' ? 'is taken away' : 'is another'
  refuse(subject, different, `decisions up to bar ${row} (${utc(market, row)}) change when ${column} after it ${what}`)
}

function equals(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other)
}

function expectEqual(subject: Subject, row: number, other: Uint8Array, when: string): void {
  const { market, whole } = subject
  const untilMs = market.grid.time[row]! + market.grid.timeframeMs
  const different = firstDifferentRow(market, prefix(whole, untilMs), prefix(other, untilMs))
  if (different !== null) refuse(subject, different, `decisions change ${when}`)
}

function refuse(subject: Subject, row: number, what: string): never {
  const line = signalLine(subject, row)
  const first = `first at bar ${row} (${utc(subject.market, row)})`
  throw new TandemError(`look-ahead: ${what}, ${first}`, {
    code: 'LOOK_AHEAD',
    where: line === null ? 'strategy' : `strategy, ${line}`,
    hint: 'something it computes uses what it could not know',
    exitCode: 1,
  })
}

function utc(market: Market, row: number): string {
  return utcText(market.grid.time[row] ?? Number.NaN)
}

/** The name of the column whose future decides; `the data` where no single one does. */
function guilty({ market, create, decide, whole }: Subject, row: number): string {
  const untilMs = market.grid.time[row]! + market.grid.timeframeMs
  const expected = prefix(whole, untilMs)
  for (const [at, series] of seriesOf(market).entries()) {
    for (const field of FIELDS) {
      const other = decide(withoutFuture(market, at, field, row), create)
      if (!prefix(other, untilMs).equals(expected)) return `${field} of ${series.symbol}`
    }
  }
  return 'the data'
}

/** The line of the strategy that gave a signal at a row, or the nearest one before it, or else the first after it. */
function signalLine({ market, create, decide }: Subject, row: number): string | null {
  const noted: { line: string | null } = { line: null }
  let now = 0
  decide(market, () =>
    forwarded(
      create(),
      (x) =>
        new SignalLines(x, (error) => {
          if (now <= row || noted.line === null) noted.line = strategyLine(error)
        }),
      (at) => {
        now = at
      },
    ),
  )
  return noted.line
}

/** Notes where signals come from. */
class SignalLines extends ForwardedContext {
  private readonly note: (error: Error) => void

  constructor(inner: Context, note: (error: Error) => void) {
    super(inner)
    this.note = note
  }

  override enter(symbol: number, options?: SignalOptions): void {
    this.note(new Error())
    super.enter(symbol, options)
  }

  override exit(symbol: number, options?: ExitOptions): void {
    this.note(new Error())
    super.exit(symbol, options)
  }

  override amend(symbol: number, options: AmendOptions): void {
    this.note(new Error())
    super.amend(symbol, options)
  }

  override target(weights: Float64Array): void {
    this.note(new Error())
    super.target(weights)
  }
}

/** The strategy with names that say nothing but how many symbols there are. */
function nameless(inner: Strategy): Strategy {
  return forwarded(
    inner,
    (x) =>
      new ForwardedContext(
        x,
        x.symbols.map((_, k) => `S${k}/X`),
      ),
  )
}
