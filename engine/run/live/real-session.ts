/** A session at an exchange: its own keys, limits, lock and feed, until it is told to stop. */

import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { loadFees } from '../../../datasets/dated/dated.ts'
import { TandemError } from '../../core/errors.ts'
import { lockAccount } from '../../live/account-lock.ts'
import type { AlertChannel } from '../../live/alerts/alert.ts'
import { alertChannels, fieldOf, parseAlerts } from '../../live/alerts/config.ts'
import { AlertDispatcher } from '../../live/alerts/dispatcher.ts'
import { Heartbeat } from '../../live/alerts/heartbeat.ts'
import { refuseUnproven } from '../../live/ccxt/evidence.ts'
import { abilitiesOf, openExchange } from '../../live/ccxt/open.ts'
import { TRADING } from '../../live/ccxt/operations.ts'
import { realCommandFolder } from '../../live/commands/real-folder.ts'
import { PATIENCE, type SendPoint } from '../../live/context.ts'
import type { Environment } from '../../live/environment.ts'
import type { ExchangePort } from '../../live/exchange.ts'
import { FEED_TIMING, LiveFeed } from '../../live/feed/feed.ts'
import { krakenStream } from '../../live/feed/kraken-stream.ts'
import { type CandleStream, SocketStream } from '../../live/feed/stream.ts'
import { openWebsocket } from '../../live/feed/websocket.ts'
import type { JournalPoint } from '../../live/journal.ts'
import { readJournal } from '../../live/journal-record.ts'
import type { Credentials } from '../../live/keys/credentials.ts'
import { checkRights } from '../../live/keys/find.ts'
import { processRedactor } from '../../live/keys/redactor.ts'
import { setLeverages } from '../../live/leverages.ts'
import type { Alerts, CandleFeed } from '../../live/ports.ts'
import type { Settlement } from '../../live/recovery.ts'
import { type BundleLimits, parseLimits } from '../../live/safety/limits.ts'
import { realDisk } from '../../live/safety/real-disk.ts'
import { latchedConditions, startsOf } from '../../live/safety/recall.ts'
import { Safety } from '../../live/safety/safety.ts'
import { refuseCrashLoop } from '../../live/safety/starts.ts'
import type { Session } from '../../live/session.ts'
import { SteadyClock } from '../../live/steady-clock.ts'
import { MinimumsFile } from '../minimums.ts'
import { realEnvironment } from './clocks.ts'
import { type FromBundle, instrumentsWith } from './from-bundle.ts'
import { gatherHistory } from './gather-history.ts'
import type { KernelDecider } from './kernel-decider.ts'
import {
  beginFolder,
  folderFor,
  identityOf,
  type LiveStart,
  type Mode,
  openingOf,
  type SessionSummary,
  startInFolder,
  summaryOf,
} from './live-session.ts'
import { operationsOf, recordIn } from './operated.ts'
import { PracticeClock } from './practice-clock.ts'
import { readBytes, sessionPaths } from './session-folder.ts'
import { SessionLines } from './session-lines.ts'
import { unitsFor } from './session-units.ts'
import { stageWatch } from './stage-file.ts'
import { tellingVenueErrors } from './venue-error.ts'

export interface RealOptions {
  readonly mode: Exclude<Mode, 'paper'>
  readonly store: string
  readonly runs: string
  readonly session?: string
  /** Another origin than the venue's own: a practice exchange. */
  readonly url?: string
  /** The exchange's clock stands still until it is moved, and this session moves it. */
  readonly virtual: boolean
  /** The parsed settings file: `limits`, `alerts`, `key`; and its name. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly settingsFile: string
  readonly equity?: number
  readonly settlement: Settlement | null
  readonly operator: string
  readonly allowUnproven: boolean
  /** The user vouches for it, where the venue doesn't tell. */
  readonly keyCannotWithdraw: boolean
  readonly find: (name: string) => Promise<Credentials>
  readonly log: (line: string) => void
  /** Aborted: the session closes in order. */
  readonly signal: AbortSignal
  /** Told of every boundary of the journal and of sending, for tests that end the process there. */
  readonly at?: (point: JournalPoint | SendPoint) => void
}

/** A read that would wait longer than this for the venue's budget isn't worth waiting for: the session looks again. */
const MOST_WAIT_MS = 8_000

export async function runAtExchange(bundle: FromBundle, options: RealOptions): Promise<SessionSummary> {
  const { mode, settings, settingsFile, url } = options
  const { venue } = bundle.config.data
  if (!bundle.config.rules.venueMinimums) {
    throw new TandemError("orders that ignore the venue's steps and minimums can't be sent", {
      code: 'NOT_LIVE',
      where: 'rules.venueMinimums',
      hint: 'promote a run with venueMinimums: true',
    })
  }
  const limits = parseLimits(settings['limits'], settingsFile, bundle.content.limits as BundleLimits)
  const alerting = parseAlerts(settings['alerts'], settingsFile)
  if (url === undefined) refuseUnproven(venue, TRADING, options.allowUnproven)
  const keyName = typeof settings['key'] === 'string' ? settings['key'] : venue
  const keys = await options.find(keyName)
  const practice = options.virtual ? await PracticeClock.at(url ?? '') : null
  const environment = practice?.environment ?? realEnvironment
  const lock = await lockAccount(venue, keys.apiKey ?? keys.walletAddress ?? keyName)
  try {
    const opened = await openExchange({
      venue,
      keys,
      environment: practice === null ? environment : practice.wire,
      nonceFolder: nonceFolder(),
      // Venues that don't tell the account's fees are taken at their dated schedule.
      scheduledFees: abilitiesOf(venue).fees === false ? await loadFees([venue]) : [],
      ...(url === undefined ? {} : { url }),
      // Where a standing clock is moved, no time passes in which a budget could drain.
      paced: practice === null,
      mostWaitMs: MOST_WAIT_MS,
      testnet: mode === 'testnet' && url === undefined,
    })
    try {
      const exchange = practice === null ? opened : practice.keeping(opened)
      if (url === undefined && !exchange.abilities.keyRights) {
        // A venue that tells is asked at the start; for one that doesn't the user must have looked.
        const unknown = { query: null, trade: null, withdraw: null }
        checkRights(unknown, keyName, { trades: true, confirmed: options.keyCannotWithdraw })
      }
      const account = keys.apiKey ?? keyName
      const opening = { ...options, account, limits, alerting, exchange, environment, practice }
      const work = tellingVenueErrors(() => atExchange(bundle, opening))
      return practice === null ? await work : await practice.clock.until(work)
    } finally {
      await opened.close()
    }
  } finally {
    await lock.release()
  }
}

/** A session's venue, opened, and what its settings say. */
export interface Opened extends RealOptions {
  readonly account: string
  readonly limits: ReturnType<typeof parseLimits>
  readonly alerting: ReturnType<typeof parseAlerts>
  readonly exchange: ExchangePort
  readonly environment: Environment
  readonly practice: PracticeClock | null
  /** Where alerts go, instead of where the settings say. */
  readonly channels?: readonly AlertChannel[]
}

/** The session with all that watches over it, until it is told to stop. */
export async function atExchange(bundle: FromBundle, opened: Opened): Promise<SessionSummary> {
  const { mode, exchange, environment, practice, log } = opened
  const { config, timeframeMs } = bundle
  const paths = sessionPaths(folderFor(opened.runs, opened.session, bundle, mode))
  mkdirSync(paths.folder, { recursive: true })
  const identity = openingOf(paths)?.identity ?? (await newSession(bundle, opened, paths))
  if (identity.hashes['bundle'] !== bundle.hash) {
    throw new TandemError('this session was begun with another bundle', {
      code: 'OTHER_SESSION',
      where: paths.folder,
      hint: 'name another one with --session',
    })
  }
  const lines = new SessionLines(environment, log)
  const instruments = instrumentsWith(config, identity.units)
  const records = existsSync(paths.journal) ? readJournal(readBytes(paths.journal), paths.journal).records : []
  refuseCrashLoop(startsOf(records), environment.nowMs(), paths.folder)
  const channels = opened.channels ?? (practice === null ? await alertChannels(opened.alerting, opened.find) : [])
  const dispatcher = new AlertDispatcher({
    environment,
    session: paths.folder,
    channels,
    redactor: processRedactor,
    failed: (channel, text) => lines.say(`alert not delivered by ${channel}: ${text}`),
  })
  const alerts: Alerts = {
    tell: (level, code, text) => {
      lines.alert(level, code, text)
      dispatcher.tell(level, code, text)
    },
  }
  let session: Session | null = null
  const safety = new Safety({
    environment,
    exchange,
    limits: opened.limits,
    symbols: config.data.symbols,
    timeframeMs,
    alerts,
    stopsAttached: false,
    disk: practice === null ? realDisk(paths.folder) : null,
    commands: realCommandFolder(paths.folder),
    // A halt is somebody's, whose second is a real one however fast the practice exchange's days pass.
    commandClock: practice === null ? environment : practice.wire,
    operations: operationsOf(() => session, config.data.symbols),
    stalled: () => session?.lookAnew(),
    record: recordIn(() => session),
    silenceMs: opened.alerting.silenceMinutes * 60_000,
    held: latchedConditions(records),
    onMarked: (atMs, equity) => stages?.marked({ atMs, equity, ...tradesSoFar() }),
  })
  const stages = stageWatch(bundle, paths, opened, {
    alerts,
    conditions: safety.conditions,
    capCapital: (fraction) => safety.gate.capCapital(fraction),
    closeAll: () => config.data.symbols.forEach((_, instrument) => void session?.closeSoon(instrument)),
  })
  const tradesSoFar = () => {
    const { kernel } = (session as Session).decider as KernelDecider
    return { closedTrades: kernel.portfolio.trades.closedCount, slippageBps: null }
  }
  // Whoever sets this machine's clock doesn't close a candle, nor make a deadline longer.
  const steady = new SteadyClock(environment)
  const live = new LiveFeed({
    environment: steady,
    exchange,
    symbols: config.data.symbols,
    timeframeMs,
    gaps: config.data.gaps,
    stream: candleStream(opened, steady),
    record: (event) => session?.remark({ code: 'CANDLE', event }),
    confirmed: safety.confirmed,
    // A market that stands still has nothing to settle: its candles are closed when their time is over.
    ...(practice === null ? {} : { timing: { ...FEED_TIMING, settleMs: 0, auditRows: 0 } }),
  })
  // The session tells the alerts of trouble; a hole that can't be repaired is the gate's business, too.
  const feed: CandleFeed = {
    start: (fromMs, listener) =>
      live.start(fromMs, {
        row: (row) => listener.row(row),
        trouble: (code, text) => {
          safety.feed.trouble(code, text)
          listener.trouble(code, text)
        },
      }),
    stop: () => live.stop(),
  }
  let heart: Heartbeat | null = null
  try {
    await safety.start()
    heart = await heartbeat(opened, safety, lines)
    const started = await startInFolder({
      paths,
      identity,
      ports: {
        environment: steady,
        exchange: safety.exchange,
        feed,
        gate: safety.gate,
        alerts,
        ...(opened.at === undefined ? {} : { journalAt: opened.at }),
        more: {
          onSettled: (resting) => safety.resting(resting),
          onFill: (fill) => lines.fill(fill, instruments[fill.order.instrument]!),
          ...(opened.at === undefined ? {} : { at: opened.at }),
          ...(practice === null ? {} : { patience: { ...PATIENCE, pollMs: timeframeMs, idleMs: timeframeMs } }),
        },
      },
      settlement: opened.settlement,
      operator: opened.operator,
      minimums: new MinimumsFile(opened.store),
    })
    session = started.session
    void safety.listen()
    return await untilStopped(started, safety, opened, paths, lines)
  } finally {
    heart?.stop()
    await safety.stop()
    await dispatcher.drain(DRAIN_MS)
  }
}

/** Kraken's candles by websocket where the settings say so; all others by polling. */
function candleStream({ settings, exchange, url, practice }: Opened, environment: Environment): CandleStream | null {
  if (settings['feed'] !== 'stream' || practice !== null) return null
  if (exchange.venue !== 'kraken') {
    const hint = 'leave feed: out, and candles are polled'
    throw new TandemError(`candles of ${exchange.venue} aren't streamed`, { code: 'NO_STREAM', where: 'feed', hint })
  }
  const own = url === undefined ? undefined : `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/v2`
  return new SocketStream({ environment, protocol: krakenStream(own), open: openWebsocket })
}

/** Asks the URL of the settings' heartbeat key while the session isn't halted; null without one. */
async function heartbeat({ alerting, environment, practice, find }: Opened, { gate }: Safety, lines: SessionLines) {
  if (alerting.heartbeat === undefined || practice !== null) return null
  const { key, everyMinutes } = alerting.heartbeat
  const at = { url: await fieldOf(key, 'url', find), everyMs: everyMinutes * 60_000 }
  const heart = new Heartbeat(
    environment,
    at,
    () => gate.state !== 'HALTED',
    (text) => lines.say(`heartbeat: ${text}`),
  )
  heart.start()
  return heart
}

/** Alerts of the end still go out within this time. */
const DRAIN_MS = 10_000

async function untilStopped(
  started: LiveStart,
  safety: Safety,
  { mode, signal, practice, exchange, environment }: Opened,
  paths: ReturnType<typeof sessionPaths>,
  lines: SessionLines,
): Promise<SessionSummary> {
  const { session, decider, state } = started
  if (state === 'HALTED') {
    lines.say(`halted: see ${paths.report}`)
    session.journal.close()
    return summaryOf(paths, started, mode, 'HALTED')
  }
  await setLeverages(environment, exchange, decider, session.leverage)
  safety.gate.marked(environment.nowMs(), decider.equity)
  const stop = (): void => session.stop()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  if (practice !== null) environment.after(practice.endMs - environment.nowMs() + 1000, stop)
  lines.begun(paths.folder, safety.gate.state, safety.conditions.all, started)
  await session.run()
  lines.ending(started)
  await session.shutDown(signal.aborted ? 'it was told to stop' : 'the candles are at their end')
  return summaryOf(paths, started, mode, session.isHalted ? 'HALTED' : 'CLOSED')
}

/** Gathers what a new session begins with, and writes its folder. */
async function newSession(
  bundle: FromBundle,
  { mode, exchange, environment, store, equity, account }: Opened,
  paths: ReturnType<typeof sessionPaths>,
) {
  const { config, timeframeMs } = bundle
  const nowMs = environment.nowMs()
  const isCold = nowMs <= bundle.content.origin.fromMs
  // A rehearsal of the bundle's own candles begins where they do.
  // A venue is asked for its markets before anything else.
  if (!isCold) await exchange.markets(config.data.symbols)
  const { rows, beginning } = isCold
    ? { rows: [], beginning: 'cold' as const }
    : await gatherHistory(bundle, exchange, store, nowMs)
  const startMs = rows.length === 0 ? nowMs : rows.at(-1)!.openMs + timeframeMs
  const units = await unitsFor(bundle, rows, store)
  const made = {
    bundle,
    mode,
    account,
    history: rows,
    beginning,
    startMs,
    units,
    equity: equity ?? config.account.equity,
  }
  beginFolder(paths, made, nowMs)
  return identityOf(made)
}

/** Nonces of a key must be the same for all of this user's processes. */
function nonceFolder(): string {
  const base = process.env['XDG_STATE_HOME']
  const folder = join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'tandem', 'nonces')
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
