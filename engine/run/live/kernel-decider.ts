/** The kernel as a live session drives it: the same construction as a backtest's, on columns that grow. */

import { type Dec, decFromNumber, decToNumber, parseDec, Rounding, rescale, toDec } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import { type Fact, FactKind, FactQueue } from '../../core/fact.ts'
import type { Instrument, Rulebook } from '../../core/instrument.ts'
import type { LearnedMinimum, TellMinimum } from '../../core/minimum.ts'
import { type RecordSink, RecordStream } from '../../core/record.ts'
import type { Strategy } from '../../core/strategy.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { type Continuation, GrowingColumns } from '../../kernel/growing-columns.ts'
import { GrowingGrid } from '../../kernel/growing-grid.ts'
import { Kernel } from '../../kernel/kernel.ts'
import { Recorder } from '../../kernel/recorder.ts'
import type { Rates } from '../../live/booking.ts'
import type { Decider, DecisionMark } from '../../live/decider.ts'
import type { VenueMarket } from '../../live/exchange.ts'
import { LiveVenue, type Want } from '../../live/live-venue.ts'
import type { ClosedRow } from '../../live/ports.ts'
import type { RateInBase } from '../../rules/entry-request.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { executionModels } from '../execution-models.ts'
import { sha256Hasher } from '../header.ts'
import type { Market } from '../market.ts'
import { ObservedRecorder, type RunObserver } from '../narrate/observer.ts'
import { refuseAccounts } from '../one-account.ts'
import { rulesOf } from '../rules.ts'
import { makeTerms, type Terms } from '../terms.ts'
import { makeVenues } from '../venues.ts'
import { type PeekHasher, peekHasher } from './live-hasher.ts'

export interface DeciderInput {
  readonly config: ResolvedConfig
  readonly terms: Terms
  readonly instruments: readonly Instrument[]
  /** Fresh: it keeps state. */
  readonly strategy: Strategy
  /** Rows that closed before the session, oldest first. */
  readonly history: readonly ClosedRow[]
  /** Where there are none: when the session's first row opens at the earliest, ms UTC. */
  readonly startMs?: number
  /** Where indicators go on from; null where the history is all there is. */
  readonly continuation: Continuation | null
  /** What the strategy carried at `continuation.atMs`; null for nothing. */
  readonly strategyState: Uint8Array | null
  readonly initialEquity: number
  /** Rows that the session may add. */
  readonly room: number
  readonly onMinimum?: TellMinimum
  /** Keep the decision and outcome records. */
  readonly decisions?: RecordSink
  readonly outcomes?: RecordSink
  /** Orders go to the run's simulated venue, as in a backtest: what a session is held against. */
  readonly simulated?: boolean
  /** Watches decisions and facts. */
  readonly observer?: RunObserver
}

const RATE_DECIMALS = 12

export class KernelDecider implements Decider {
  readonly instruments: readonly Instrument[]
  readonly timeframeMs: number
  readonly kernel: Kernel
  readonly recorder: Recorder
  readonly grid: GrowingGrid
  /** First row of the session. */
  readonly originRow: number
  private readonly columns: GrowingColumns
  private readonly venue = new LiveVenue()
  private readonly facts = new FactQueue()
  private readonly hasher: PeekHasher
  private readonly onFill: (fact: Fact) => void
  private markets: readonly VenueMarket[] = []
  private rates: readonly Rates[] = []
  private readonly rulebooks = new Map<string, Rulebook>()

  constructor(input: DeciderInput) {
    const { config, terms, instruments, history } = input
    refuseUnlive(config)
    this.instruments = instruments
    const { grid, columns } = grownColumns(input)
    this.grid = grid
    this.columns = columns
    this.timeframeMs = grid.timeframeMs
    this.originRow = history.length
    const facts = new FactQueue()
    // Only its terms are asked for: the market of a session is what comes.
    const market = { grid, columns: null, fine: null, funding: [], marks: [], dataHash: '' } as unknown as Market
    const made = makeTerms(terms, instruments)
    const rules = rulesOf(config, terms)
    const models = executionModels(config, market, instruments, terms, undefined)
    const initialCash = decFromNumber(input.initialEquity, instruments[0]!.quoteDec)
    const model = config.execution.ambiguous
    const common = { config, grid, instruments, terms, made, rules, initialCash, model, models, margin: null }
    const { takerRate, rateInBase, routes, all } = makeVenues(common, facts)
    this.hasher = peekHasher()
    const decisions = new RecordStream('decisions', this.hasher, input.decisions ?? null)
    const outcomes = new RecordStream('outcomes', sha256Hasher(), input.outcomes ?? null)
    const { observer, simulated = false } = input
    this.recorder =
      observer === undefined ? new Recorder(decisions, outcomes) : new ObservedRecorder(decisions, outcomes, observer)
    this.onFill = ({ instrument, atMs, value }) =>
      made.fees.filled(instrument, atMs, decToNumber(value, instruments[instrument]!.quoteDec))
    this.kernel = new Kernel({
      grid,
      columns,
      instruments,
      strategy: input.strategy,
      venue: simulated ? all[0]! : this.venue,
      facts: simulated ? facts : this.facts,
      recorder: this.recorder,
      rules,
      rulebook: (id, atMs) => this.rulebook(id, made.rulebook(id, atMs)),
      support: models.support,
      takerRate: (id, atMs) => this.takerRate(id, takerRate(id, atMs)),
      ...(rateInBase === undefined ? {} : { rateInBase: this.inBase(rateInBase) }),
      ...(routes === undefined ? {} : { routes }),
      initialCash,
      originRow: this.originRow,
      equity: null,
      ...(input.onMinimum === undefined ? {} : { onMinimum: input.onMinimum }),
    })
    this.kernel.start()
    this.catchUp(input)
  }

  /** A strategy that carries something goes on from what it carried, and looks at what came between, without a word. */
  private catchUp({ strategy, strategyState, continuation }: DeciderInput): void {
    if (strategyState === null || continuation === null) return
    if (strategy.restore === undefined) {
      throw new TandemError("the strategy has a state in the bundle, and can't take it back", { code: 'NO_RESTORE' })
    }
    strategy.restore(strategyState)
    for (let row = 0; row < this.originRow; row++) {
      if (this.grid.time[row]! + this.timeframeMs > continuation.atMs) this.kernel.watchOnly(row)
    }
  }

  get rows(): number {
    return this.grid.rows
  }

  get nextOpenMs(): number {
    return this.grid.time[this.grid.rows]!
  }

  terms(markets: readonly VenueMarket[], rates: readonly Rates[]): void {
    this.markets = markets
    this.rates = rates
    this.rulebooks.clear()
  }

  step({ openMs, candles }: ClosedRow): void {
    this.grid.append(openMs, candles)
    this.columns.advance()
    this.kernel.stepLive(this.grid.rows - 1)
  }

  hear(fact: Fact): void {
    if (fact.kind === FactKind.filled) this.onFill(fact)
    this.facts.push({ ...fact })
    this.kernel.hear(this.grid.rows)
  }

  close(instrument: number, atMs: number): void {
    this.kernel.closeNow(instrument, atMs)
  }

  minimums(): readonly LearnedMinimum[] {
    return this.kernel.desk.entries.minimums.list()
  }

  learn(minimums: readonly LearnedMinimum[]): void {
    this.kernel.desk.entries.minimums.restore(minimums)
  }

  wants(): readonly Want[] {
    return this.venue.take()
  }

  mark(): DecisionMark {
    this.recorder.decisions.flush()
    return { count: this.recorder.decisions.count, digest: this.hasher.peek() }
  }

  held(instrument: number): Dec {
    return this.kernel.portfolio.ledger.quantity[instrument]!
  }

  cost(instrument: number): Dec {
    return this.kernel.portfolio.ledger.cost[instrument]!
  }

  owned(instrument: number): Dec {
    const { quantity, dust } = this.kernel.portfolio.ledger
    return toDec(quantity[instrument]! + dust[instrument]!)
  }

  get cash(): Dec {
    return this.kernel.portfolio.ledger.cash
  }

  price(instrument: number): number {
    return this.grid.rows === 0 ? Number.NaN : this.grid.symbols[instrument]!.mark[this.grid.rows - 1]!
  }

  get equity(): number {
    let equity = this.kernel.portfolio.ledger.cashNumber()
    for (const { id, qtyDec } of this.instruments) {
      const held = this.owned(id)
      if (held !== 0) equity += decToNumber(held, qtyDec) * this.price(id)
    }
    return equity
  }

  verify(): void {
    this.kernel.portfolio.verify()
  }

  /** The run's own digests, once nothing more comes: what a backtest over the same facts has. */
  finish(): { readonly decisions: string; readonly outcomes: string } {
    this.kernel.end(this.grid.rows)
    return { decisions: this.recorder.decisions.digest(), outcomes: this.recorder.outcomes.digest() }
  }

  /** The dated record, with what the venue demands today where that is something else. */
  private rulebook(id: number, dated: Rulebook): Rulebook {
    const market = this.markets[id]
    if (market === undefined || dated.fromMs === Number.NEGATIVE_INFINITY) return dated
    const key = `${id}/${dated.fromMs}`
    let today = this.rulebooks.get(key)
    if (today === undefined) {
      today = todaysRulebook(dated, market, this.instruments[id]!)
      this.rulebooks.set(key, today)
    }
    return today
  }

  /** The venue's way of taking fees, at the dearer rate. */
  private inBase(modelled: RateInBase): RateInBase {
    return (id, atMs, side) => {
      const rate = modelled(id, atMs, side)
      return rate === 0 ? rate : this.takerRate(id, rate)
    }
  }

  /** What an entry reserves: the dearer of the model's rate and the account's own. */
  private takerRate(id: number, modelled: Dec): Dec {
    const own = this.rates[id]
    return own === undefined ? modelled : toDec(Math.max(modelled, parseDec(own.taker, RATE_DECIMALS)))
  }
}

function grownColumns({ config, history, room, continuation, startMs }: DeciderInput) {
  if (history.length === 0 && startMs === undefined) {
    throw new TandemError('a session needs candles from before its first', {
      code: 'NO_HISTORY',
      hint: 'keep the history of its symbols in the store, or let the feed give some',
    })
  }
  const timeframeMs = timeframeOf(config)
  const names = config.data.symbols.map((symbol) => ({ venue: config.data.venue, symbol }))
  const grid = new GrowingGrid(names, timeframeMs, history.length + room)
  if (startMs !== undefined && history.length === 0) grid.time[0] = startMs
  const columns = new GrowingColumns(grid, continuation)
  for (const { openMs, candles } of history) {
    grid.append(openMs, candles)
    columns.advance()
  }
  return { grid, columns }
}

function todaysRulebook(dated: Rulebook, market: VenueMarket, { pxDec, qtyDec, quoteDec }: Instrument): Rulebook {
  const own = (text: string | null, k: number, old: Dec): Dec => (text === null ? old : unitsUp(text, k))
  const today = {
    ...dated,
    tick: own(market.tick, pxDec, dated.tick),
    step: own(market.step, qtyDec, dated.step),
    minQty: own(market.minQuantity, qtyDec, dated.minQty),
    minCost: own(market.minCost, quoteDec, dated.minCost),
  }
  const keys = ['tick', 'step', 'minQty', 'minCost'] as const
  return keys.every((key) => today[key] === dated[key]) ? dated : today
}

/** Units of a decimal text, up where it is finer than they are. */
function unitsUp(text: string, k: number): Dec {
  const decimals = Math.max(k, (text.split('.')[1] ?? '').length)
  return rescale(parseDec(text, decimals), decimals, k, Rounding.ceil)
}

/** What a simulation assumes and a live session can't: refused, rather than decided on differently. */
export function refuseUnlive(config: ResolvedConfig): void {
  refuseAccounts(config, 'a live session')
  const refuse = (where: string, message: string, hint: string): never => {
    throw new TandemError(message, { code: 'NOT_LIVE', where, hint })
  }
  const { account, data, venues, costs, execution } = config
  if (account.flows !== undefined) refuse('account.flows', 'a live account’s money moves by itself', 'leave it out')
  if (venues.length !== 1 || venues[0] !== data.venue) {
    refuse('venues', 'a live session trades at one venue, by its own candles', `set venues: [${data.venue}]`)
  }
  if (data.also.length > 0) refuse('data.also', 'other series can’t be had live', 'leave data.also out')
  if (costs.spreadBps === 'abdi-ranaldo' || costs.impact > 0) {
    refuse(
      'costs',
      'costs that are estimated from bars are known only afterwards',
      'give a fixed spread, and no impact',
    )
  }
  if (execution.detail !== 'none') refuse('execution.detail', 'finer bars are played in simulations only', 'set none')
}

function timeframeOf(config: ResolvedConfig): number {
  return parseTimeframe(config.data.timeframe)
}
