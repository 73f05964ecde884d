/** Paper trading on an exchange's own candles as they close: a real feed, a simulated venue, the same journal. */

import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { lockAccount } from '../../live/account-lock.ts'
import { openPublic } from '../../live/ccxt/open.ts'
import type { Environment } from '../../live/environment.ts'
import type { PublicExchange } from '../../live/exchange.ts'
import { LiveFeed } from '../../live/feed/feed.ts'
import { nodeFiles } from '../../live/node-files.ts'
import type { Alerts } from '../../live/ports.ts'
import type { SessionIdentity, Settlement } from '../../live/recovery.ts'
import type { Session } from '../../live/session.ts'
import { realEnvironment } from './clocks.ts'
import { type FromBundle, instrumentsWith } from './from-bundle.ts'
import { gatherHistory } from './gather-history.ts'
import {
  beginFolder,
  folderFor,
  freeMarkets,
  identityOf,
  type LiveStart,
  type NewSession,
  openingOf,
  roomFor,
  type SessionSummary,
  startInFolder,
  summaryOf,
} from './live-session.ts'
import { simVenueOf } from './paper.ts'
import { PaperExchange } from './paper-exchange.ts'
import { paperHands } from './paper-hands.ts'
import { type SessionPaths, sessionPaths } from './session-folder.ts'
import { SessionLines } from './session-lines.ts'
import { unitsFor } from './session-units.ts'
import { SimExchange } from './sim-exchange.ts'
import { tellingVenueErrors } from './venue-error.ts'

export interface PaperOptions {
  readonly store: string
  readonly runs: string
  readonly session?: string
  readonly url?: string
  readonly equity?: number
  readonly settlement?: Settlement | null
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Begins a session on paper, or goes on with the one that is there. */
export async function tradeOnPaper(bundle: FromBundle, options: PaperOptions): Promise<SessionSummary> {
  const { config } = bundle
  const { venue } = config.data
  const environment = realEnvironment
  const paths = sessionPaths(folderFor(options.runs, options.session, bundle, 'paper'))
  mkdirSync(paths.folder, { recursive: true })
  const lock = await lockAccount('paper', resolve(paths.folder))
  const { url } = options
  const market = await openPublic({ venue, environment, ...(url === undefined ? {} : { url }) })
  try {
    return await tellingVenueErrors(() => onPaper(bundle, { ...options, market, environment, paths }))
  } finally {
    await market.close()
    await lock.release()
  }
}

export interface OnPaper extends PaperOptions {
  readonly market: PublicExchange
  readonly environment: Environment
  readonly paths: SessionPaths
  /** Between two looks for a command, ms; the inbox's own where absent. */
  readonly commandsMs?: number
}

/** The session itself, on a market and a clock. */
export async function onPaper(bundle: FromBundle, on: OnPaper): Promise<SessionSummary> {
  const { config, timeframeMs } = bundle
  const { symbols, gaps } = config.data
  const { environment, market, paths, log } = on
  const identity = openingOf(paths)?.identity ?? (await newOnPaper(bundle, on))
  if (identity.hashes['bundle'] !== bundle.hash || identity.mode !== 'paper') {
    throw new TandemError('this session was begun with another bundle or mode', {
      code: 'OTHER_SESSION',
      where: paths.folder,
      hint: 'name another one with --session',
    })
  }
  await market.markets(symbols)
  const instruments = instrumentsWith(config, identity.units)
  const paper = await PaperExchange.open({
    environment,
    files: nodeFiles,
    path: paths.exchange,
    make: (clock) => simulated(bundle, identity, clock),
  })
  const lines = new SessionLines(environment, log)
  const alerts: Alerts = { tell: (level, code, text) => lines.alert(level, code, text) }
  const hands = paperHands({ ...on, symbols, alerts })
  let session: Session | null = null
  const feed = new LiveFeed({
    ...{ environment, exchange: market, symbols, timeframeMs, gaps, stream: null },
    record: (event) => session?.remark({ code: 'CANDLE', event }),
  })
  const started = await startInFolder({
    paths,
    identity,
    ports: {
      environment,
      exchange: paper.port,
      feed,
      gate: hands.gate,
      alerts,
      onRow: (row) => paper.begin(row),
      more: {
        reconcileMs: 0,
        onFill: (fill) => lines.fill(fill, instruments[fill.order.instrument]!),
      },
    },
    settlement: on.settlement ?? null,
    operator: 'paper',
  })
  session = started.session
  hands.listen(session)
  try {
    return await untilStopped(started, on, lines)
  } finally {
    hands.stop()
    paper.close()
  }
}

async function untilStopped(started: LiveStart, on: OnPaper, lines: SessionLines): Promise<SessionSummary> {
  const { paths, signal } = on
  const { session, state, replayed } = started
  if (state === 'HALTED') {
    lines.say(`halted: see ${paths.report}`)
    session.journal.close()
    return summaryOf(paths, started, 'paper', 'HALTED')
  }
  const stop = (): void => session.stop()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const so = replayed === null ? 'on paper' : 'on paper again'
  lines.begun(paths.folder, so, [], started)
  await session.run()
  lines.ending(started)
  await session.shutDown('it was told to stop')
  return summaryOf(paths, started, 'paper', session.isHalted ? 'HALTED' : 'CLOSED')
}

/** Gathers what a new session begins with, and writes its folder. */
async function newOnPaper(bundle: FromBundle, { market, environment, paths, store, equity }: OnPaper) {
  const { config, timeframeMs } = bundle
  await market.markets(config.data.symbols)
  const { rows, beginning } = await gatherHistory(bundle, market, store, environment.nowMs())
  if (rows.length === 0) {
    throw new TandemError('the venue has no candles from before now', {
      code: 'NO_HISTORY',
      where: config.data.venue,
      hint: 'keep the history of the symbols in the store, or start once a candle has closed',
    })
  }
  const made: NewSession = {
    bundle,
    mode: 'paper',
    account: 'paper',
    history: rows,
    beginning,
    startMs: rows.at(-1)!.openMs + timeframeMs,
    units: await unitsFor(bundle, rows, store),
    equity: equity ?? config.account.equity,
  }
  beginFolder(paths, made, environment.nowMs())
  return identityOf(made)
}

function simulated({ config, terms, timeframeMs }: FromBundle, identity: SessionIdentity, environment: Environment) {
  const instruments = instrumentsWith(config, identity.units)
  const input = { config, terms, instruments, initialEquity: Number(identity.equity) }
  return new SimExchange({
    environment,
    venue: config.data.venue,
    instruments,
    timeframeMs,
    fromMs: identity.startMs!,
    room: roomFor(timeframeMs),
    markets: freeMarkets(config.data.symbols),
    rates: { maker: '0', taker: '0' },
    make: (own, facts) => simVenueOf(input, own, facts),
  })
}
