/**
 * Start is recovery: whether the session is new or was killed, the same steps lead to it. Nothing is sent before the
 * journal's decisions have been made again and compared, and the venue's books agree with ours.
 */

import type { TandemError } from '../core/errors.ts'
import { FactKind, RejectCode } from '../core/fact.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import { AccountView } from './account-view.ts'
import { exact, textOf } from './amounts.ts'
import type { Rates } from './booking.ts'
import { clientIdOf, type IdSource, sessionPrefix } from './client-id.ts'
import { ask, endFact, PATIENCE } from './context.ts'
import { pause } from './environment.ts'
import type { ExchangeAbilities, ExchangePort, KeyRights, VenueMarket } from './exchange.ts'
import { LIQUIDATED } from './forced.ts'
import { Journal, type JournalOptions } from './journal.ts'
import type { JournalRecord } from './journal-record.ts'
import { OrderTable } from './order-table.ts'
import { pickUpPairs } from './pairs.ts'
import { type Baseline, baselineOf, type Difference, haltReport } from './reconcile.ts'
import { type Replay, replay } from './replay.ts'
import type { Naming } from './sender.ts'
import { Session } from './session.ts'
import { type SessionOptions, sessionError } from './session-options.ts'
import { setByVenue } from './start-clock.ts'
import { SteadyClock } from './steady-clock.ts'

/** How an operator settles a difference that nothing explains. */
export type Settlement = 'adopt' | 'ignore' | 'flatten'

/** What names a session, and is written into its first record: none of it may change afterwards. */
export interface SessionIdentity {
  readonly account: string
  readonly strategy: string
  readonly venue: string
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly mode: string
  /** First row's open at the earliest, ms UTC. */
  readonly startMs?: number
  /** Hashes of the bundle, the resolved configuration, the strategy's code and the candles before the session. */
  readonly hashes: Readonly<Record<string, string>>
  readonly equity: string
  readonly units: Readonly<Record<string, readonly [number, number, number]>>
}

export interface OpenBody {
  readonly epoch: number
  readonly atMs: number
  readonly identity: SessionIdentity
  readonly code: Readonly<Record<string, string>>
  readonly ids: IdSource
  readonly abilities: ExchangeAbilities
  readonly markets: readonly VenueMarket[]
  readonly rates: readonly Rates[]
  readonly baseline: Baseline
  readonly sinceMs: number
}

export type StartOptions = Omit<
  SessionOptions,
  'journal' | 'table' | 'clientId' | 'prefix' | 'markets' | 'rates' | 'baseline' | 'sinceMs' | 'account'
> & {
  readonly identity: SessionIdentity
  /** Versions of what runs, for the record. */
  readonly code: Readonly<Record<string, string>>
  readonly journal: JournalOptions
  /** What is known of least orders elsewhere, asked for once the journal has been replayed; absent for nothing. */
  readonly minimums?: () => readonly LearnedMinimum[]
  /** How a difference is to be settled, where there is one; null halts. */
  readonly settlement: Settlement | null
  /** Who said so. */
  readonly operator?: string
}

export interface Started {
  readonly session: Session
  /** What the replay of the journal came to; null for a new session. */
  readonly replayed: Replay | null
  /** Whether the venue's books agree, or how they didn't. */
  readonly differences: readonly Difference[]
  readonly state: 'ACTIVE' | 'HALTED'
}

/** Makes a session ready to run. Throws where it may not begin at all: then nothing was sent. */
export async function startSession(given: StartOptions): Promise<Started> {
  const environment = given.environment instanceof SteadyClock ? given.environment : new SteadyClock(given.environment)
  const options = { ...given, environment }
  const { exchange, decider, identity } = options
  const venue = await askVenue(options, environment)
  const account = new AccountView(
    environment,
    exchange,
    decider.instruments.some(({ kind }) => kind !== 'spot'),
  )
  const table = new OrderTable()
  const { files, path } = options.journal
  const isNew = !files.exists(path) || files.read(path).length === 0
  let replayed: Replay | null = null
  let journal: Journal
  let first: OpenBody | null = null
  let baseline: Baseline
  let epoch = 1
  if (isNew) {
    baseline = await freshBaseline(options, account)
    if (files.exists(path)) files.remove(path)
    journal = Journal.create(options.journal)
  } else {
    const opened = Journal.open(options.journal)
    journal = opened.journal
    const openings = opened.records.filter(({ kind }) => kind === 'OPEN')
    first = openingOf(opened.records, identity, path)
    epoch = openings.length + 1
    baseline = baselineFrom(opened.records)
    replayed = replay(opened.records, decider, table, namingOf)
    if (replayed.difference !== null) throw notIdentical(replayed, path)
  }
  const atMs = environment.nowMs()
  const ids: IdSource = first?.ids ?? {
    account: identity.account,
    strategy: identity.strategy,
    // The moment of its birth makes a session's ids its own; from here on it is only read.
    genesis: `${identity.hashes['bundle'] ?? ''}|${atMs}`,
  }
  const { markets, rates } = venue
  const sinceMs = first?.sinceMs ?? atMs
  const { abilities } = exchange
  const body: OpenBody = {
    epoch,
    atMs,
    identity,
    code: options.code,
    ids,
    abilities,
    markets,
    rates,
    baseline,
    sinceMs,
  }
  journal.append('OPEN', body)
  journal.sync()
  decider.terms(markets, rates)
  const prefix = abilities.clientIdForm === 'text' ? sessionPrefix(ids) : null
  const clientId = (orderId: number, leg: number): string => clientIdOf(ids, orderId, leg, abilities)
  const session = new Session({
    ...{ ...options, journal, table, clientId, prefix, markets, rates, baseline, sinceMs, account },
  })
  if (options.minimums !== undefined) session.learn(options.minimums())
  if (replayed !== null) await pickUp(session, replayed)
  return await reconciled(session, replayed, options)
}

/** How a session names its legs, from its OPEN record. */
export function namingOf({ body }: JournalRecord): Naming {
  const { ids, abilities } = body as OpenBody
  return { clientId: (id, leg) => clientIdOf(ids, id, leg, abilities), pairs: abilities.pairs ?? 'both' }
}

/** The session's terms at its venue, and whether this key may trade there. */
async function askVenue(options: StartOptions, environment: SteadyClock) {
  const { exchange, identity } = options
  if (exchange.abilities.lookup === 'none') {
    throw sessionError(
      'NO_LOOKUP',
      `${exchange.venue} can't say what became of an order by our own id`,
      'trade there by hand: after a lost answer nobody could know',
    )
  }
  await setByVenue(environment, exchange, () => answered(options, () => exchange.serverTimeMs()))
  if (exchange.abilities.keyRights) checkRights(exchange, await answered(options, () => exchange.keyRights()))
  const listed = await answered(options, () => exchange.markets(identity.symbols))
  const markets = identity.symbols.map((symbol) => {
    const market = listed.find((one) => one.symbol === symbol)
    if (market === undefined)
      throw sessionError('UNKNOWN_SYMBOL', `${exchange.venue} has no market ${symbol}`, 'check the symbol')
    if (market.status === 'closed')
      throw sessionError('MARKET_CLOSED', `${symbol} is closed at ${exchange.venue}`, 'try again later')
    return market
  })
  const rates: Rates[] = []
  for (const symbol of identity.symbols) rates.push(await answered(options, () => exchange.fees(symbol)))
  return { markets, rates }
}

function checkRights(exchange: ExchangePort, { query, trade, withdraw }: KeyRights): void {
  const make = 'make a key that may query and trade, and nothing else'
  if (withdraw === true)
    throw sessionError('KEY_CAN_WITHDRAW', `this key of ${exchange.venue} may withdraw money`, make)
  if (trade === false || query === false) {
    throw sessionError(
      'KEY_RIGHTS',
      `this key of ${exchange.venue} may not ${trade === false ? 'trade' : 'query'}`,
      make,
    )
  }
}

/** What a call says, or its error; no answer in time is one, too. */
async function answered<T>({ environment, patience = PATIENCE }: StartOptions, call: () => Promise<T>): Promise<T> {
  const answer = await ask({ environment, patience }, call)
  if (!answer.ok) throw answer.error
  return answer.value
}

/** What the account holds beside the session's own money. Throws where that money isn't there. */
async function freshBaseline({ decider, patience = PATIENCE }: StartOptions, account: AccountView): Promise<Baseline> {
  const { balances, positions } = await account.read(patience.callMs)
  const { instruments } = decider
  const { quote } = instruments[0]!
  const open = positions.find(({ symbol }) => instruments.some((one) => one.symbol === symbol && one.kind !== 'spot'))
  if (open !== undefined && Number(open.quantity) !== 0) {
    throw sessionError(
      'POSITION_OPEN',
      `the account already holds ${open.quantity} of ${open.symbol}`,
      'close it first, or use a sub-account: a new session begins flat',
    )
  }
  const baseline = baselineOf(instruments, { balances, positions }, decider.cash, (id) => decider.owned(id))
  const short = baseline[quote]
  if (short !== undefined && exact(short) < 0n) {
    throw sessionError(
      'INSUFFICIENT_BALANCE',
      `the account has ${short.slice(1)} ${quote} less than the session's equity`,
      'give --equity, or move money there',
    )
  }
  return baseline
}

/** The newest baseline that the journal knows of. */
function baselineFrom(records: readonly JournalRecord[]): Baseline {
  let baseline: Baseline = {}
  for (const { kind, body } of records) {
    if (kind === 'OPEN') baseline = (body as OpenBody).baseline
    if (kind === 'RESUME') baseline = (body as { baseline?: Baseline }).baseline ?? baseline
  }
  return baseline
}

function openingOf(records: readonly JournalRecord[], identity: SessionIdentity, where: string): OpenBody {
  const first = records[0]
  if (first?.kind !== 'OPEN')
    throw sessionError('BAD_JOURNAL', "the journal doesn't begin with an opening", 'begin a new session', where)
  const body = first.body as OpenBody
  const [was, is] = [JSON.stringify(sorted(body.identity)), JSON.stringify(sorted(identity))]
  if (was === is) return body
  const key = (Object.keys(identity) as (keyof SessionIdentity)[]).find(
    (one) => JSON.stringify(sorted(body.identity[one])) !== JSON.stringify(sorted(identity[one])),
  )
  throw sessionError(
    'OTHER_SESSION',
    `this session was begun with another ${key ?? 'identity'}`,
    'begin a new one with --new, once its positions are closed',
    where,
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]))
}

function notIdentical({ difference }: Replay, where: string): TandemError {
  return sessionError(
    'NOT_IDENTICAL',
    `the journal's decisions don't come out again: ${difference}`,
    'run the version and the bundle that it was written with',
    where,
  )
}

/**
 * Takes up what a crash left: what was decided and not written is written; what may have been sent is looked up; what
 * never was is dropped where it would open a position, since the next decision sees the account as it is.
 */
async function pickUp(session: Session, { leftover, undecided }: Replay): Promise<void> {
  if (undecided || leftover.length > 0) session.recovered(leftover, true)
  const atMs = session.environment.nowMs()
  for (const order of [...session.table.open]) {
    const { leg } = order
    if (leg === null) continue
    const body = { op: 'submit', id: order.id, leg: leg.leg, atMs, code: 'RESTART' }
    if (leg.state === 'sent') session.note('UNKNOWN', body)
    // Its end was seen, and what it meant was not written: look again.
    if (leg.state === 'ended' && order.cancel !== 'resize') leg.state = 'live'
    leg.nextLookMs = 0
    if (leg.state === 'new' && !order.order.reduceOnly) {
      session.hear(endFact(FactKind.rejected, order, atMs, RejectCode.unavailable), { order })
    }
  }
  pickUpPairs(session)
  session.journal.sync()
  await known(session)
}

/** Waits until the fate of every order is known, as long as that can take. */
async function known(session: Session): Promise<void> {
  const { patience, environment, table } = session
  const endMs = environment.nowMs() + 3 * (patience.deadlineMs + patience.lagMs)
  for (;;) {
    await session.watcher.look()
    const open = [...table.open].some(({ leg }) => leg?.state === 'unknown')
    if (!open || environment.nowMs() > endMs) return
    await pause(environment, 2_000)
  }
}

async function reconciled(session: Session, replayed: Replay | null, options: StartOptions): Promise<Started> {
  if (replayed !== null) await session.settle()
  const found = await session.compare()
  if (found === null) {
    throw sessionError(
      'VENUE_SILENT',
      `${session.exchange.venue} doesn't tell the account's balances`,
      'try again later',
    )
  }
  const { environment } = session
  if (found.length === 0) {
    if (replayed !== null) {
      session.note('RESUME', { who: 'recovery', atMs: environment.nowMs() })
      session.journal.sync()
    }
    // A liquidated session has the venue's books: what is left of its positions goes on being looked after.
    const isHalted = session.isHalted && session.haltCode !== LIQUIDATED
    return { session, replayed, differences: [], state: isHalted ? 'HALTED' : 'ACTIVE' }
  }
  if (options.settlement === null) {
    session.unexplained(found)
    return { session, replayed, differences: found, state: 'HALTED' }
  }
  await settleBy(session, options.settlement, found, options.operator ?? 'operator')
  const state = options.settlement === 'flatten' ? 'HALTED' : 'ACTIVE'
  if (state === 'HALTED') {
    options.onReport?.(haltReport('FLATTENED', 'positions were closed by the operator', found, environment.nowMs()))
  }
  return { session, replayed, differences: found, state }
}

/** Settles differences by an operator's word. */
async function settleBy(
  session: Session,
  choice: Settlement,
  found: readonly Difference[],
  who: string,
): Promise<void> {
  const atMs = session.environment.nowMs()
  // What isn't there any more can't be closed: before a flattening our books give it up.
  const isGone = ({ instrument, difference }: Difference): boolean =>
    instrument >= 0 && Number(difference) * session.decider.held(instrument) < 0
  const isAdopted = (one: Difference): boolean => choice === 'adopt' || (choice === 'flatten' && isGone(one))
  const baseline: Record<string, string> = { ...session.baseline }
  for (const one of found) if (!isAdopted(one)) baseline[one.what] = sum(baseline[one.what] ?? '0', one.difference)
  session.note('RESUME', { who, choice, atMs, found, baseline })
  session.baseline = baseline
  session.adopt(found.filter(isAdopted), atMs)
  session.journal.sync()
  if (choice !== 'flatten') return
  for (const { id } of session.instruments) if (session.decider.held(id) !== 0) await session.close(id)
  session.halt('FLATTENED', 'positions were closed by the operator')
}

function sum(a: string, b: string): string {
  return textOf(exact(a) + exact(b))
}
