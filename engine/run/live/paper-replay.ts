/** Paper trading on stored candles: the whole session, journal and all, as fast as it goes. */

import { existsSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { parseDateMs, parseEndMs } from '../config/index.ts'
import { unitsOf } from '../header.ts'
import { loadMarket, type Market, makeInstruments } from '../market.ts'
import { JumpingClock } from './clocks.ts'
import { type FromBundle, instrumentsWith, marketRows } from './from-bundle.ts'
import {
  beginFolder,
  folderFor,
  freeMarkets,
  identityOf,
  type NewSession,
  type SessionSummary,
  startInFolder,
  summaryOf,
} from './live-session.ts'
import { simVenueOf } from './paper.ts'
import { paperGate, silentAlerts } from './paper-gate.ts'
import { ReplayFeed } from './replay-feed.ts'
import { sessionPaths } from './session-folder.ts'
import { SimExchange } from './sim-exchange.ts'

export interface PaperReplayOptions {
  readonly store: string
  readonly runs: string
  readonly session?: string
  /** First and last day; default: the candles that the bundle was promoted on, from the first. */
  readonly from?: string
  readonly to?: string
  readonly equity?: number
  readonly log: (line: string) => void
}

/** Throws `SESSION_EXISTS` where the session's folder is there already: a replay is done once. */
export async function replayOnPaper(bundle: FromBundle, options: PaperReplayOptions): Promise<SessionSummary> {
  const paths = sessionPaths(folderFor(options.runs, options.session, bundle, 'paper'))
  if (existsSync(paths.journal)) {
    throw new TandemError('this session is there already', {
      code: 'SESSION_EXISTS',
      where: paths.folder,
      hint: 'name another one with --session, or remove its folder',
    })
  }
  const { market, first } = await replayMarket(bundle, options)
  const { config, timeframeMs } = bundle
  const { grid } = market.columns
  const rows = marketRows(market, first, grid.rows)
  const isCold = first === 0
  const made: NewSession = {
    bundle,
    mode: 'paper',
    account: 'paper',
    history: marketRows(market, 0, first),
    beginning: isCold ? 'cold' : 'whole',
    startMs: rows[0]!.openMs,
    units: unitsOf(makeInstruments(config, grid)),
    equity: options.equity ?? config.account.equity,
  }
  const identity = identityOf(made)
  const clock = new JumpingClock(made.startMs)
  beginFolder(paths, made, clock.nowMs())
  const instruments = instrumentsWith(config, identity.units)
  const exchange = new SimExchange({
    environment: clock,
    venue: config.data.venue,
    instruments,
    timeframeMs,
    fromMs: made.startMs,
    room: rows.length + 1,
    markets: freeMarkets(identity.symbols),
    rates: { maker: '0', taker: '0' },
    make: (own, facts) =>
      simVenueOf({ config, terms: bundle.terms, instruments, initialEquity: made.equity }, own, facts),
  })
  let stop: () => void = () => {}
  const feed = new ReplayFeed(clock, rows, timeframeMs, () => stop())
  const started = await clock.until(
    startInFolder({
      paths,
      identity,
      ports: {
        environment: clock,
        exchange,
        feed,
        gate: paperGate(() => clock.nowMs()),
        alerts: silentAlerts,
        onRow: (row) => exchange.begin(row),
        // What happens between two rows the simulated venue tells with the rows: nothing is to be polled for.
        more: { reconcileMs: 0, patience: lazyPatience(timeframeMs) },
      },
      settlement: null,
      operator: 'paper',
    }),
  )
  const { session } = started
  stop = () => session.stop()
  await clock.until(session.run())
  await clock.until(session.shutDown('the candles are at their end'))
  return summaryOf(paths, started, 'paper', session.isHalted ? 'HALTED' : 'CLOSED')
}

function lazyPatience(timeframeMs: number) {
  const ms = timeframeMs
  return { callMs: 10_000, deadlineMs: 5_000, lagMs: 10_000, watchMs: 86_400_000, pollMs: ms, idleMs: ms }
}

/** The candles to replay, and the first row of the session among them. */
async function replayMarket(
  { config, content }: FromBundle,
  { store, from, to }: PaperReplayOptions,
): Promise<{ market: Market; first: number }> {
  const data = to === undefined ? config.data : { ...config.data, to }
  const market = await loadMarket({ ...config, data }, store)
  const { grid } = market.columns
  if (to === undefined && market.dataHash !== content.hashes.data) {
    throw new TandemError('the candles in the store are not those that the bundle was promoted on', {
      code: 'OTHER_DATA',
      where: store,
      hint: 'bring them back, or name the days to replay with --from and --to',
    })
  }
  if (from === undefined) return { market, first: 0 }
  const fromMs = parseDateMs(from)
  if (fromMs === null || (to !== undefined && parseEndMs(to) === null)) {
    throw new TandemError(`'${fromMs === null ? from : to}' is no date`, {
      code: 'BAD_DATE',
      where: fromMs === null ? '--from' : '--to',
      hint: 'write 2024-01-31',
    })
  }
  const first = grid.time.subarray(0, grid.rows).findIndex((openMs) => openMs >= fromMs)
  if (first !== -1) return { market, first }
  throw new TandemError('there are no candles from then on', {
    code: 'NO_DATA',
    where: '--from',
    hint: 'tandem data list',
  })
}
