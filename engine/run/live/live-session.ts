/** `tandem live`: a bundle, a mode, and the session that follows. The only place where the mode is known. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatDec } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import type { LearnedMinimum } from '../../core/minimum.ts'
import type { Environment } from '../../live/environment.ts'
import type { ExchangePort, VenueMarket } from '../../live/exchange.ts'
import { type JournalPoint, RESERVE_BYTES } from '../../live/journal.ts'
import { readJournal } from '../../live/journal-record.ts'
import { nodeFiles } from '../../live/node-files.ts'
import type { Alerts, CandleFeed, ClosedRow, OrderGate } from '../../live/ports.ts'
import {
  type OpenBody,
  type SessionIdentity,
  type Settlement,
  type Started,
  startSession,
} from '../../live/recovery.ts'
import type { SessionOptions } from '../../live/session-options.ts'
import { tandemVersion } from '../installation.ts'
import type { MinimumsFile } from '../minimums.ts'
import { rulesOf } from '../rules.ts'
import type { FromBundle } from './from-bundle.ts'
import type { KernelDecider } from './kernel-decider.ts'
import { marginView } from './margin-view.ts'
import { hashOf, packRows, readBytes, type SessionPaths, writeSessionStart } from './session-folder.ts'
import { freshDecider, sessionParts } from './verify-session.ts'

export type Mode = 'paper' | 'testnet' | 'live'

/** How the candles before a session's first row came to be what they are. */
export type Beginning = 'whole' | 'snapshots' | 'cold'

/** What a session begins with, when it is new. */
export interface NewSession {
  readonly bundle: FromBundle
  readonly mode: Mode
  /** What names the account: an API key's id, or a name on paper. */
  readonly account: string
  readonly history: readonly ClosedRow[]
  readonly beginning: Beginning
  readonly startMs: number
  readonly units: OpenBody['identity']['units']
  readonly equity: number
}

/** Ports of a session, once its exchange is there. */
export interface LivePorts {
  readonly environment: Environment
  readonly exchange: ExchangePort
  readonly feed: CandleFeed
  readonly gate: OrderGate
  readonly alerts: Alerts
  readonly onRow?: (row: ClosedRow) => void
  /** Told of every boundary of the journal. */
  readonly journalAt?: (point: JournalPoint) => void
  readonly more?: Partial<SessionOptions>
}

/** Room for rows beyond those that are there: two years of them, within reason. */
export function roomFor(timeframeMs: number): number {
  return Math.min(600_000, Math.max(20_000, Math.ceil((2 * 366 * 86_400_000) / timeframeMs)))
}

export function identityOf(made: NewSession): SessionIdentity {
  const { bundle, mode, account, history, beginning, startMs, units, equity } = made
  const { config, content } = bundle
  const symbols = config.data.symbols
  return {
    account: hashOf(account).slice(0, 16),
    strategy: content.strategy.name,
    venue: config.data.venue,
    symbols: [...symbols],
    timeframeMs: bundle.timeframeMs,
    mode,
    startMs,
    hashes: {
      bundle: bundle.hash,
      config: content.hashes.config,
      strategy: content.hashes.strategy,
      rulebook: content.hashes.rulebook,
      fees: content.hashes.fees,
      history: hashOf(packRows(history, symbols.length)),
      continuation: beginning,
    },
    equity: String(equity),
    units,
  }
}

/** The first record of a session that is there already; null for a new one. */
export function openingOf(paths: SessionPaths): OpenBody | null {
  if (!existsSync(paths.journal)) return null
  const { records } = readJournal(readBytes(paths.journal), paths.journal)
  return records[0]?.kind === 'OPEN' ? (records[0].body as OpenBody) : null
}

/** Writes the folder of a new session. Its journal is begun by the start itself. */
export function beginFolder(paths: SessionPaths, made: NewSession, atMs: number): void {
  const { bundle, mode, history } = made
  const identity = identityOf(made)
  const summary = { name: bundle.content.name, mode, createdMs: atMs, runId: bundle.content.runId, identity }
  writeSessionStart(paths, bundle.text, packRows(history, identity.symbols.length), summary)
}

export interface StartInput {
  readonly paths: SessionPaths
  readonly identity: SessionIdentity
  readonly ports: LivePorts
  readonly settlement: Settlement | null
  readonly operator: string
  /** Where what refusals teach of least orders is kept, and read again; absent for nowhere. */
  readonly minimums?: MinimumsFile
}

export interface LiveStart extends Started {
  readonly decider: KernelDecider
}

/** Starts or goes on with the session in a folder. */
export async function startInFolder(input: StartInput): Promise<LiveStart> {
  const { paths, identity, ports, settlement, operator } = input
  const body = { identity } as OpenBody
  // What the journal's past taught is in the file already, unless somebody has reset it.
  let isPast = true
  const told = { onMinimum: (one: LearnedMinimum) => (isPast ? undefined : input.minimums?.record(one)) }
  const decider = await freshDecider(paths, body, roomFor(identity.timeframeMs), told)
  const { parts } = await sessionParts(paths, body)
  const { more, onRow, journalAt, ...rest } = ports
  const started = await startSession({
    ...rest,
    ...(onRow === undefined ? {} : { onRow }),
    ...more,
    decider,
    leverage: parts.config.account.leverage,
    margin: await marginView(parts.config, decider.instruments),
    identity,
    code: { tandem: tandemVersion(), node: process.version },
    journal: {
      files: nodeFiles,
      path: paths.journal,
      reserveBytes: identity.mode === 'paper' ? 0 : RESERVE_BYTES,
      ...(journalAt === undefined ? {} : { at: journalAt }),
    },
    settlement,
    operator,
    minimums: () => {
      isPast = false
      return knownMinimums(parts, decider, input.minimums)
    },
    onReport: (text) => nodeFiles.replace(paths.report, Buffer.from(text, 'utf8')),
  })
  return { ...started, decider }
}

/** What the configuration says of least orders, and the file of the session's pairs, which wins. */
function knownMinimums(
  { config, terms }: Pick<FromBundle, 'config' | 'terms'>,
  decider: KernelDecider,
  file: MinimumsFile | undefined,
): readonly LearnedMinimum[] {
  const { rules, data } = config
  if (file === undefined || !rules.learnMinimums) return decider.minimums()
  const stored = file.list().filter(({ venue, symbol }) => venue === data.venue && data.symbols.includes(symbol))
  const { learned } = rulesOf(config, terms)
  return [...learned.filter(({ symbol }) => !stored.some((one) => one.symbol === symbol)), ...stored]
}

/** What a session has come to, for people and for `--json`. */
export interface SessionSummary {
  readonly session: string
  readonly mode: string
  readonly state: string
  readonly rows: number
  readonly decisions: number
  /** Digest over all decisions, as a backtest over the same facts has it. */
  readonly digest: string
  readonly head: string
  readonly trades: number
  readonly fees: number
  readonly equity: number
  readonly positions: Readonly<Record<string, string>>
  readonly openOrders: number
  readonly replayed: { readonly decisions: number; readonly identical: number } | null
}

export function summaryOf(paths: SessionPaths, started: LiveStart, mode: Mode, state: string): SessionSummary {
  const { decider, session, replayed } = started
  const { portfolio } = decider.kernel
  const mark = decider.mark()
  const positions = decider.instruments
    .filter(({ id }) => decider.held(id) !== 0)
    .map(({ id, symbol, qtyDec }) => [symbol, formatDec(decider.held(id), qtyDec)] as const)
  const quoteUnit = 10 ** decider.instruments[0]!.quoteDec
  return {
    session: paths.folder,
    mode,
    state,
    rows: decider.rows - decider.originRow,
    decisions: mark.count,
    digest: decider.finish().decisions,
    head: session.journal.head,
    trades: session.table.trades.size,
    fees: portfolio.ledger.feesPaid / quoteUnit,
    equity: decider.equity,
    positions: Object.fromEntries(positions),
    openOrders: [...session.table.open].filter(({ out }) => out).length,
    replayed: replayed === null ? null : { decisions: replayed.decisions, identical: replayed.identical },
  }
}

/** Markets of a paper session: what the dated rulebooks say decides there. */
export function freeMarkets(symbols: readonly string[]): VenueMarket[] {
  return symbols.map((symbol) => ({
    symbol,
    tick: null,
    step: null,
    minQuantity: null,
    minCost: null,
    leverages: [1],
    status: 'online',
  }))
}

/** The folder of a session: named by its bundle and mode where no name is given. */
export function folderFor(runs: string, name: string | undefined, bundle: FromBundle, mode: Mode): string {
  const own = name ?? `${bundle.content.name.replace(/[^\w.-]+/g, '-')}-${mode}-${bundle.hash.slice(0, 8)}`
  if (/^[\w.-]+$/.test(own)) return join(runs, 'live', own)
  throw new TandemError(`'${own}' can't name a session`, {
    code: 'BAD_SESSION_NAME',
    where: '--session',
    hint: 'use letters, digits, dots and dashes',
  })
}
