/**
 * Carries a reallocation out (RULES D2): the plan's commands become orders, what becomes of them goes back to the plan.
 * One at a time: until it is over the account takes no other entry, since the money it raises is spoken for. What
 * guards a position that is sold in part is cancelled first, for it holds the base, and placed again for the rest.
 */

import { type Dec, decToNumber, toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, REJECT_NAMES, RejectCode } from '../core/fact.ts'
import { firstRowClosingAt, type Grid } from '../core/grid.ts'
import { type Instrument, notionalEven, priceUnits, type Rulebook } from '../core/instrument.ts'
import type { ApprovedOrder, Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { qualityOf } from '../rules/entry.ts'
import type { RateInBase, ReallocationStart } from '../rules/entry-request.ts'
import { mostSellable } from '../rules/executable.ts'
import { notListed } from '../rules/listing.ts'
import type { PlanCommand, PlanFact } from '../rules/plan.ts'
import { withCost } from '../rules/rate.ts'
import type { Candidate } from '../rules/reallocation.ts'
import { fundedBuy, guardAgain, makeRoom } from '../rules/reallocation-orders.ts'
import { ReallocationPlan } from '../rules/reallocation-plan.ts'
import { PortfolioSizer } from '../rules/sizing.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { guards } from './working-order.ts'

/** What the desk does for it. */
export interface Hands {
  takeId(): number
  submit(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec, profile: string | null): void
  cancelExits(instrument: number, atMs: number): void
}

/** What reallocations of a run came to. */
export interface ReallocationTally {
  planned: number
  bought: number
  cancelled: number
  sells: number
  /** What sells brought in after their costs, in quote units. */
  received: Dec
}

interface Running {
  readonly plan: ReallocationPlan
  readonly start: ReallocationStart
  /** Number of the plan's first order: what other entries are refused for. */
  readonly firstId: number
  /** What the sells have brought in so far, after their costs. */
  received: Dec
  /** The plan's command by order number. */
  readonly commands: Map<number, number>
  /** What guarded each position before, by instrument. */
  readonly guarded: Map<number, readonly ApprovedOrder[]>
}

export class Reallocator {
  readonly tally: ReallocationTally = { planned: 0, bought: 0, cancelled: 0, sells: 0, received: ZERO }
  private running: Running | null = null
  private readonly portfolio: Portfolio
  private readonly hands: Hands
  private readonly recorder: Recorder
  private readonly instruments: readonly Instrument[]
  private readonly grid: Grid
  private readonly rulebook: (instrument: number, atMs: number) => Rulebook
  private readonly rateInBase: RateInBase | null
  private readonly sizer: PortfolioSizer
  /** What the strategy thought of each position when it entered; null for nothing. */
  private readonly scores: (number | null)[]

  constructor(options: DeskOptions, portfolio: Portfolio, hands: Hands) {
    this.portfolio = portfolio
    this.hands = hands
    this.recorder = options.recorder
    this.instruments = options.instruments
    this.grid = options.grid
    this.rulebook = options.rulebook
    this.rateInBase = options.rateInBase ?? null
    this.sizer = new PortfolioSizer(options.rules.portfolio, portfolio.ledger.quoteDec)
    this.scores = options.instruments.map(() => null)
  }

  /** First order of the plan under way; 0 for none. */
  get pendingId(): number {
    return this.running?.firstId ?? 0
  }

  /** An entry was approved: its quality is what its position will be ranked by. */
  entered(instrument: number, options: SignalOptions | null): void {
    this.scores[instrument] = qualityOf(options)
  }

  /** Positions at the entry's venue that could be sold for it at the next open: spot longs that nobody is closing. */
  readonly candidates = (entry: Instrument, atMs: number): Candidate[] => {
    const { portfolio, grid } = this
    const row = firstRowClosingAt(grid, atMs, 0)
    const found: Candidate[] = []
    for (const instrument of this.instruments) {
      const { id, venue, symbol } = instrument
      const rulebook = this.rulebook(id, atMs)
      const held = this.sellable(id, rulebook, atMs)
      const close = grid.symbols[id]!.close[row]!
      if (held <= 0 || !(close > 0) || venue !== entry.venue || symbol === entry.symbol) continue
      if (portfolio.pendingExit(id) !== 0 || notListed(rulebook, atMs) !== null) continue
      const price = priceUnits(instrument, close)
      const cost = portfolio.ledger.cost[id]!
      const pnlFraction = (notionalEven(instrument, price, portfolio.ledger.quantity[id]!) - cost) / cost
      found.push({ instrument, rulebook, held, price, score: this.scores[id]!, pnlFraction })
    }
    return found
  }

  /** The most of a position that an order can sell. */
  private sellable(id: number, { step }: Rulebook, atMs: number): Dec {
    return mostSellable(this.portfolio.ledger.quantity[id]!, step, this.rateInBase?.(id, atMs, -1) ?? ZERO)
  }

  /** Sends the sells of a reallocation that the rules have approved. */
  begin(start: ReallocationStart, firstId: number, atMs: number): void {
    const { instrument, sells, need, available, costRate } = start
    const request = { sells, instrument: instrument.id, wanted: need.wanted, available, buyCostRate: costRate }
    const plan = new ReallocationPlan(request, this.sizer)
    this.running = { plan, start, firstId, received: ZERO, commands: new Map(), guarded: new Map() }
    this.tally.planned += 1
    this.recorder.reallocation(start, firstId, atMs)
    this.carryOut(this.running, atMs, false)
  }

  /** A fact about an order, after it was booked. */
  onFact(fact: Fact): void {
    const { running } = this
    const command = running?.commands.get(fact.orderId)
    if (running === null || command === undefined) return
    const told = planFact(fact, command, running.start.sells.length)
    if (told === null) return
    if (told.kind === 'fill' && command <= running.start.sells.length) {
      running.received = toDec(running.received + told.net)
      this.tally.received = toDec(this.tally.received + told.net)
    }
    running.plan.onFact(told)
    if (told.kind === 'failed' || (told.kind === 'fill' && told.complete)) this.guardRest(running, fact)
    this.carryOut(running, fact.knownMs, fact.intrabar)
  }

  /** The run is over: a plan under way comes to nothing. */
  abandon(atMs: number): void {
    if (this.running !== null && !this.bought(this.running)) this.cancelled(this.running, atMs)
    this.running = null
  }

  private carryOut(running: Running, atMs: number, intrabar: boolean): void {
    const { plan } = running
    for (const command of plan.next()) this.send(running, command, atMs, intrabar)
    const { result } = plan
    if (result === null) return
    this.running = null
    if (result.outcome === 'bought') this.tally.bought += 1
    else if (!this.bought(running)) this.cancelled(running, atMs)
    else this.tally.cancelled += 1
  }

  /** Whether the plan has come as far as sending its buy. */
  private bought({ commands, start }: Running): boolean {
    return commands.size > start.sells.length
  }

  private send(running: Running, command: PlanCommand, atMs: number, intrabar: boolean): void {
    const { start, commands, guarded, firstId } = running
    const first = commands.size === 0
    if (command.kind === 'sell') {
      const { instrument, quantity } = command
      const behind = this.portfolio.working.filter((one) => guards(one, instrument)).map(({ order }) => order)
      guarded.set(instrument, behind)
      this.hands.cancelExits(instrument, atMs)
      const id = first ? firstId : this.hands.takeId()
      commands.set(id, command.id)
      this.tally.sells += 1
      this.hands.submit(makeRoom(id, this.instruments[instrument]!, quantity, atMs), null, ZERO, null)
    } else if (command.kind === 'buy') {
      const id = this.hands.takeId()
      commands.set(id, command.id)
      const { instrument, options, profile, costRate } = start
      const money = withCost(command.valueQuote, costRate)
      const order = fundedBuy(id, instrument, money, atMs, intrabar, options?.tag ?? null)
      this.recorder.entryOrders += 1
      this.recorder.funded(instrument.id, id, running.received, money, atMs)
      this.entered(instrument.id, options)
      this.hands.submit(order, options, money, profile)
    }
  }

  /** What is left of a position after its sell has a stop and a target again. */
  private guardRest({ guarded }: Running, { instrument, knownMs, intrabar }: Fact): void {
    const before = guarded.get(instrument) ?? []
    guarded.delete(instrument)
    const left = this.sellable(instrument, this.rulebook(instrument, knownMs), knownMs)
    if (left <= 0) return
    const groups = new Map<number, number>()
    for (const guard of before) {
      const id = this.hands.takeId()
      const group = guard.ocoGroup === 0 ? 0 : (groups.get(guard.ocoGroup) ?? id)
      if (guard.ocoGroup !== 0) groups.set(guard.ocoGroup, group)
      this.hands.submit(guardAgain(guard, id, group, left, knownMs, intrabar), null, ZERO, null)
    }
  }

  /** The entry that all this was for isn't made: a refusal, with what was wanted and what came in. */
  private cancelled({ start, received }: Running, atMs: number): void {
    const { instrument, need } = start
    this.tally.cancelled += 1
    this.recorder.entryRefusals += 1
    const side: Side = 1
    const first = decToNumber(need.wanted, instrument.quoteDec)
    const second = decToNumber(received, instrument.quoteDec)
    this.recorder.refusal(
      { code: RefusalCode.reallocationFailed, instrument: instrument.id, side, first, second },
      atMs,
    )
  }
}

/** A fact as the plan takes it; null for one that changes nothing for it. */
function planFact(fact: Fact, id: number, sells: number): PlanFact | null {
  const { kind, quantity, value, fee, complete, code } = fact
  if (kind === FactKind.filled) {
    const net = toDec((id <= sells ? value : -value) - fee)
    return { kind: 'fill', id, quantity, net, complete }
  }
  // A second of the same number is refused because the first is there, and that one lives on.
  if (kind === FactKind.rejected && code === RejectCode.duplicateId) return null
  if (kind === FactKind.rejected) return { kind: 'failed', id, reason: `refused: ${REJECT_NAMES[code]}` }
  if (kind === FactKind.cancelled || kind === FactKind.expired) return { kind: 'failed', id, reason: 'ended unfilled' }
  return null
}
