/**
 * `tandem parity`: a live session against the simulator over the same rows, from the session's own files. Both run the
 * same engine from the same start; one hears the venue's facts, the other those of the simulated venue.
 */

import { type Dec, decToNumber, parseDec, toDec } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type JournalRecord, readJournal } from '../../live/journal-record.ts'
import { OrderTable } from '../../live/order-table.ts'
import { namingOf, type OpenBody } from '../../live/recovery.ts'
import { type InputBody, replay } from '../../live/replay.ts'
import type { DeciderInput, KernelDecider } from '../live/kernel-decider.ts'
import { readBytes, type SessionPaths } from '../live/session-folder.ts'
import { freshDecider } from '../live/verify-session.ts'
import type { RunObserver } from '../narrate/observer.ts'
import { type Attribution, attribute, CAUSES, type Causes, worth } from './attribute.ts'
import { type MeasuredCosts, measuredCosts } from './measured.ts'
import { type ParityInput, type ParitySide, type ParityTrade, SideCollector } from './sides.ts'

/** A trade of one or both; money in quote. */
export interface ShownTrade {
  readonly symbol: string
  readonly side: 'long' | 'short'
  readonly entryTimeMs: number
  readonly exitTimeMs: number | null
  readonly in: 'both' | 'live' | 'simulated'
  readonly livePnl: number | null
  readonly simulatedPnl: number | null
  readonly difference: number
  readonly causes: Causes
}

export interface Parity {
  readonly session: string
  readonly quote: string
  readonly fromMs: number
  readonly toMs: number
  readonly rows: number
  /** Whether the simulation made the session's decisions, byte for byte. */
  readonly sameDecisions: boolean
  readonly digest: { readonly live: string; readonly simulated: string }
  readonly initialEquity: number
  readonly liveEquity: number
  readonly simulatedEquity: number
  /** Of the results of all trades, which is the sum of `causes`. */
  readonly difference: number
  readonly causes: Causes
  /** What of the difference in equity no trade's result explains. */
  readonly outside: number
  readonly trades: readonly ShownTrade[]
  readonly refused: number
  readonly late: number
  readonly costs: MeasuredCosts
}

/** Rows that the engines leave room for beyond the journal's. */
const ROOM = 16

/** Throws `NOT_IDENTICAL` where the journal doesn't replay: then there's nothing to hold against anything. */
export async function paritySession(paths: SessionPaths, session: string): Promise<Parity> {
  const { records } = readJournal(readBytes(paths.journal), paths.journal)
  const first = records[0]
  if (first?.kind !== 'OPEN') {
    throw new TandemError("the journal doesn't begin with an opening", { code: 'BAD_JOURNAL', where: paths.journal })
  }
  const opening = first.body as OpenBody
  const room = records.filter(({ kind }) => kind === 'INPUT').length + ROOM
  const make = (watched: Watched) => freshDecider(paths, opening, room, watched)
  return await parityOf(session, records, paths.journal, make)
}

/** What an engine is made with beside what the session began with. */
export type Watched = Pick<DeciderInput, 'simulated' | 'observer'>

/** The same, from a journal's records; `make` gives a fresh engine as the session began with it. */
export async function parityOf(
  session: string,
  records: readonly JournalRecord[],
  where: string,
  make: (watched: Watched) => Promise<KernelDecider>,
): Promise<Parity> {
  const opening = records[0]!.body as OpenBody
  const [mine, theirs] = [new SideCollector(), new SideCollector()]
  const live = await make({ observer: observerOf(mine) })
  const replayed = replay(records, live, new OrderTable(), namingOf)
  if (replayed.difference !== null) {
    throw new TandemError(`the session doesn't replay: ${replayed.difference}`, {
      code: 'NOT_IDENTICAL',
      where,
      hint: 'tandem verify tells more',
    })
  }
  const simulated = await make({ simulated: true, observer: observerOf(theirs) })
  simulated.terms(opening.markets, opening.rates)
  for (const { kind, body } of records) {
    if (kind !== 'INPUT') continue
    const input = body as InputBody
    if ('openMs' in input) simulated.step(rowOf(input))
    // What was known of least orders when the session began isn't what the simulation is judged by.
    else if (input.command === 'minimums') simulated.learn(input.minimums)
  }
  const digest = { live: live.finish().decisions, simulated: simulated.finish().decisions }
  return shown(session, inputOf(live, simulated, mine, theirs, opening), live, opening, records, digest)
}

type RowBody = Extract<InputBody, { openMs: number }>

function rowOf({ openMs, candles, late }: RowBody) {
  const bars = candles.map((one) =>
    one === null ? null : { openMs, open: one[0], high: one[1], low: one[2], close: one[3], volume: one[4] },
  )
  return { openMs, late, candles: bars }
}

function inputOf(
  live: KernelDecider,
  simulated: KernelDecider,
  mine: SideCollector,
  theirs: SideCollector,
  { markets }: OpenBody,
): ParityInput {
  const { grid, instruments, timeframeMs } = live
  return {
    instruments,
    steps: instruments.map(({ id, qtyDec }) => stepOf(markets[id]?.step ?? null, qtyDec)),
    timeframeMs,
    time: grid.time,
    rows: grid.rows,
    open: grid.symbols.map(({ open }) => open),
    mark: grid.symbols.map(({ mark }) => mark),
    simulated: sideOf(simulated, theirs),
    live: sideOf(live, mine),
  }
}

/** The lot step in base units, at least one of them. */
function stepOf(text: string | null, qtyDec: number): number {
  if (text === null || (text.split('.')[1] ?? '').length > qtyDec) return 1
  return Math.max(1, parseDec(text, qtyDec))
}

function sideOf({ kernel, instruments, grid }: KernelDecider, { orders, fills }: SideCollector): ParitySide {
  const { ledger, trades } = kernel.portfolio
  let finalEquity: number = ledger.cash
  for (const instrument of instruments) {
    const owned = toDec(ledger.quantity[instrument.id]! + ledger.dust[instrument.id]!)
    finalEquity += worth(instrument, owned, grid.symbols[instrument.id]!.mark[grid.rows - 1]!)
  }
  return { trades: [...trades.closed(), ...trades.stillOpen()], orders, fills, finalEquity }
}

function observerOf(collector: SideCollector): RunObserver {
  const nothing = (): void => {}
  return {
    order: collector.order,
    fact: collector.fact,
    refusal: nothing,
    cancel: nothing,
    route: nothing,
    reallocation: nothing,
    funded: nothing,
    profile: nothing,
    entry: nothing,
  }
}

function shown(
  session: string,
  input: ParityInput,
  live: KernelDecider,
  opening: OpenBody,
  records: readonly JournalRecord[],
  digest: Parity['digest'],
): Parity {
  const result = attribute(input)
  const money = moneyOf(input.instruments[0]!)
  const late = records.filter(
    ({ kind, body }) => kind === 'INPUT' && ((body as { late?: string[] }).late?.length ?? 0) > 0,
  )
  return {
    session,
    quote: input.instruments[0]!.quote,
    fromMs: input.time[live.originRow]!,
    toMs: input.time[input.rows - 1]! + input.timeframeMs,
    rows: input.rows - live.originRow,
    sameDecisions: digest.live === digest.simulated,
    digest,
    initialEquity: Number(opening.identity.equity),
    liveEquity: money(input.live.finalEquity),
    simulatedEquity: money(input.simulated.finalEquity),
    difference: money(result.difference),
    causes: inMoney(result.total, money),
    outside: money(result.outside),
    trades: shownTrades(result, money),
    refused: records.filter(({ kind, body }) => kind === 'REJECT' && (body as { op?: string }).op === 'submit').length,
    late: late.length,
    costs: measuredCosts(input),
  }
}

function shownTrades({ trades }: Attribution, money: (units: number) => number): ShownTrade[] {
  return trades.map(({ live, simulated, livePnl, simulatedPnl, difference, causes }) => {
    const { record, symbol, isOpen } = (live ?? simulated) as ParityTrade
    return {
      symbol,
      side: record.side > 0 ? 'long' : 'short',
      entryTimeMs: record.entryMs,
      exitTimeMs: isOpen ? null : record.exitMs,
      in: live === null ? 'simulated' : simulated === null ? 'live' : 'both',
      livePnl: live === null ? null : money(livePnl),
      simulatedPnl: simulated === null ? null : money(simulatedPnl),
      difference: money(difference),
      causes: inMoney(causes, money),
    }
  })
}

function inMoney(causes: Causes, money: (units: number) => number): Causes {
  return Object.fromEntries(CAUSES.map((cause) => [cause, money(causes[cause])])) as unknown as Causes
}

function moneyOf({ quoteDec }: Instrument): (units: number) => number {
  return (units) => decToNumber(units as Dec, quoteDec)
}
