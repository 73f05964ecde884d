/** Paper trading on an exchange's own candles as they close: a real feed, a simulated venue, the same journal. */

import { existsSync, mkdirSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { openPublic } from '../../live/ccxt/open.ts'
import { LiveFeed } from '../../live/feed/feed.ts'
import type { Alerts } from '../../live/ports.ts'
import { realEnvironment } from './clocks.ts'
import { type FromBundle, instrumentsWith } from './from-bundle.ts'
import { gatherHistory } from './gather-history.ts'
import {
  beginFolder,
  folderFor,
  freeMarkets,
  identityOf,
  type NewSession,
  roomFor,
  type SessionSummary,
  startInFolder,
  summaryOf,
} from './live-session.ts'
import { simVenueOf } from './paper.ts'
import { paperGate } from './paper-gate.ts'
import { sessionPaths } from './session-folder.ts'
import { unitsFor } from './session-units.ts'
import { SimExchange } from './sim-exchange.ts'

export interface PaperOptions {
  readonly store: string
  readonly runs: string
  readonly session?: string
  readonly url?: string
  readonly equity?: number
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Throws `SESSION_EXISTS`: the simulated venue is gone with its process, so a session on paper is one process. */
export async function tradeOnPaper(bundle: FromBundle, options: PaperOptions): Promise<SessionSummary> {
  const { config, timeframeMs } = bundle
  const { venue, symbols, gaps } = config.data
  const environment = realEnvironment
  const paths = sessionPaths(folderFor(options.runs, options.session, bundle, 'paper'))
  if (existsSync(paths.journal)) {
    throw new TandemError('this session is there already', {
      code: 'SESSION_EXISTS',
      where: paths.folder,
      hint: 'name another one with --session: what rested at a simulated venue ended with its process',
    })
  }
  mkdirSync(paths.folder, { recursive: true })
  const { url } = options
  const market = await openPublic({ venue, environment, ...(url === undefined ? {} : { url, paced: false }) })
  const { rows, beginning } = await gatherHistory(bundle, market, options.store, environment.nowMs())
  const made: NewSession = {
    bundle,
    mode: 'paper',
    account: 'paper',
    history: rows,
    beginning,
    startMs: rows.at(-1)!.openMs + timeframeMs,
    units: await unitsFor(bundle, rows, options.store),
    equity: options.equity ?? config.account.equity,
  }
  const identity = identityOf(made)
  beginFolder(paths, made, environment.nowMs())
  const instruments = instrumentsWith(config, identity.units)
  const input = { config, terms: bundle.terms, instruments, initialEquity: made.equity }
  const exchange = new SimExchange({
    environment,
    venue,
    instruments,
    timeframeMs,
    fromMs: made.startMs,
    room: roomFor(timeframeMs),
    markets: freeMarkets(symbols),
    rates: { maker: '0', taker: '0' },
    make: (own, facts) => simVenueOf(input, own, facts),
  })
  const alerts: Alerts = { tell: (level, code, text) => options.log(`${level} ${code}: ${text}`) }
  const feed = new LiveFeed({
    ...{ environment, exchange: market, symbols, timeframeMs, gaps, stream: null },
    record: (event) => options.log(`candles: ${JSON.stringify(event)}`),
  })
  const started = await startInFolder({
    paths,
    identity,
    ports: {
      environment,
      exchange,
      feed,
      gate: paperGate(),
      alerts,
      onRow: (row) => exchange.begin(row),
      more: { reconcileMs: 0 },
    },
    settlement: null,
    operator: 'paper',
  })
  const { session } = started
  const stop = (): void => session.stop()
  if (options.signal.aborted) stop()
  options.signal.addEventListener('abort', stop, { once: true })
  options.log(`${paths.folder}: on paper from ${new Date(made.startMs).toISOString()}`)
  await session.run()
  await session.shutDown('it was told to stop')
  return summaryOf(paths, started, 'paper', session.isHalted ? 'HALTED' : 'CLOSED')
}
