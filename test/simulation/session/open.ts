/** Opens the real live session on the simulation's ports, as the command line does on the real ones. */

import { type Dec, formatDec, ZERO } from '../../../engine/core/dec.ts'
import { AlertDispatcher } from '../../../engine/live/alerts/dispatcher.ts'
import type { CommandFolder } from '../../../engine/live/commands/inbox.ts'
import type { ExchangePort } from '../../../engine/live/exchange.ts'
import { LiveFeed } from '../../../engine/live/feed/feed.ts'
import { krakenStream } from '../../../engine/live/feed/kraken-stream.ts'
import { type OpenLine, SocketStream } from '../../../engine/live/feed/stream.ts'
import { readJournal } from '../../../engine/live/journal-record.ts'
import { processRedactor } from '../../../engine/live/keys/redactor.ts'
import { setLeverages } from '../../../engine/live/leverages.ts'
import type { MarginView } from '../../../engine/live/liquidation.ts'
import { OrderTable } from '../../../engine/live/order-table.ts'
import type { Alerts, CandleFeed, Files } from '../../../engine/live/ports.ts'
import type { Baseline } from '../../../engine/live/reconcile.ts'
import { namingOf, type Settlement, startSession } from '../../../engine/live/recovery.ts'
import { replay } from '../../../engine/live/replay.ts'
import type { LimitsGate } from '../../../engine/live/safety/gate.ts'
import { latchedConditions, SAFETY_CODE } from '../../../engine/live/safety/recall.ts'
import { Safety } from '../../../engine/live/safety/safety.ts'
import type { Session } from '../../../engine/live/session.ts'
import { SteadyClock } from '../../../engine/live/steady-clock.ts'
import { tierUnits } from '../../../engine/market/margin-tiers.ts'
import { KernelDecider } from '../../../engine/run/live/kernel-decider.ts'
import type { Life } from '../world/life.ts'
import { MAINTENANCE, TIMEFRAME_MS } from '../world/terms.ts'
import type { Setting } from './setting.ts'
import { RandomTrader } from './strategy.ts'

export interface OpenInput {
  readonly life: Life
  readonly port: ExchangePort
  /** Where candles are streamed; null where they are asked for. */
  readonly socket: OpenLine | null
  readonly files: Files
  readonly path: string
  readonly setting: Setting
  readonly symbols: readonly string[]
  readonly commands: CommandFolder
  readonly settlement: Settlement | null
  /** Everything that leaves the process as words, and by which way. */
  readonly told: (way: 'log' | 'alert' | 'report', text: string) => void
  /** The limits stand, before anything is asked of the venue. */
  readonly guarded: (gate: LimitsGate) => void
}

export interface OpenedSession {
  readonly session: Session
  readonly gate: LimitsGate
  readonly state: 'ACTIVE' | 'HALTED'
  /** Runs until it is stopped, and closes in order. Returns why it ended. */
  run(): Promise<string>
  stop(): void
  /** Open of the row that it takes next, ms UTC. */
  nextRowMs(): number
  /** Why it is halted. */
  halts(): { readonly key: string; readonly why: string }[]
  /** Orders that the session still doesn't know the fate of. */
  unresolved(): { readonly text: string; readonly clientId: string }[]
  /** What it believes to rest at the venue, and at which prices. */
  resting(): { readonly clientId: string; readonly limitPrice: string; readonly stopPrice: string }[]
  books(): {
    readonly held: (instrument: number) => bigint
    readonly cash: bigint
    /** What in the account isn't the session's. */
    readonly baseline: Baseline
  }
}

/** Looking for a command four times a second would be most of what happens. */
const COMMANDS_MS = 2000
/** Rows that a simulated session may add. */
const ROOM = 2000
/** Why a session ended that found itself halted at its start. */
export const ENDED_HALTED = 'it is halted'

export async function openSession(input: OpenInput): Promise<OpenedSession> {
  const { life, port, socket, files, path, setting, symbols, commands, settlement, told, guarded } = input
  const decider = deciderOf(setting)
  const records = files.exists(path) ? readJournal(files.read(path), path).records : []
  const dispatcher = new AlertDispatcher({
    ...{ environment: life, session: path, redactor: processRedactor },
    channels: [{ name: 'simulated', send: async ({ text }) => told('alert', text) }],
    failed: (channel, text) => told('log', `alert not delivered by ${channel}: ${text}`),
  })
  const alerts: Alerts = {
    tell: (level, code, text) => {
      told('log', `${level} ${code}: ${processRedactor.redact(text)}`)
      dispatcher.tell(level, code, text)
    },
  }
  let session: Session | null = null
  const safety = new Safety({
    ...{ environment: life, exchange: port, limits: setting.limits, symbols, timeframeMs: TIMEFRAME_MS, alerts },
    ...{
      stopsAttached: false,
      disk: null,
      commands,
      commandsMs: COMMANDS_MS,
      silenceMs: 300_000,
      held: latchedConditions(records),
    },
    operations: {
      cancelEntries: async () =>
        session === null ? 'it has not begun' : `${session.cancelEntries()} entries taken back`,
      close: async (symbol) => {
        const instrument = symbols.indexOf(symbol)
        if (session === null || instrument < 0) return `${symbol} isn't traded here`
        await session.closeSoon(instrument)
        return 'closing at market'
      },
    },
    stalled: () => session?.lookAnew(),
    record: (event) => {
      session?.remark({ code: SAFETY_CODE, event }, true)
      if (event.kind === 'cleared' && event.condition.latched) session?.lookAnew()
    },
  })
  guarded(safety.gate)
  const steady = new SteadyClock(life)
  const live = new LiveFeed({
    ...{ environment: steady, exchange: port, symbols, timeframeMs: TIMEFRAME_MS, gaps: 'leave' },
    stream: socket === null ? null : new SocketStream({ environment: steady, protocol: krakenStream(), open: socket }),
    record: (event) => session?.remark({ code: 'CANDLE', event }),
    confirmed: safety.confirmed,
  })
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
  await safety.start()
  const started = await startSession({
    ...{ environment: steady, exchange: safety.exchange, gate: safety.gate, alerts, decider, feed },
    identity: identityOf(setting, symbols, port.venue),
    code: { tandem: 'simulation' },
    journal: { files, path },
    margin: setting.leverage === 1 ? null : marginOf(setting),
    ...{ settlement, operator: 'somebody', leverage: setting.leverage, reconcileMs: 300_000 },
    onSettled: (resting) => safety.resting(resting),
    onReport: (text) => told('report', text),
  })
  const { state } = started
  session = started.session
  const own = session
  void safety.listen()
  const run = async (): Promise<string> => {
    try {
      if (state === 'HALTED') {
        own.journal.close()
        return ENDED_HALTED
      }
      await setLeverages(steady, safety.exchange, decider, setting.leverage)
      safety.gate.marked(life.nowMs(), decider.equity)
      await own.run()
      await own.shutDown('stop')
      return 'it was closed in order'
    } finally {
      await safety.stop()
    }
  }
  return {
    ...{ session, gate: safety.gate, state, run },
    stop: () => own.stop(),
    nextRowMs: () => decider.nextOpenMs,
    halts: () => safety.conditions.all.filter(({ level }) => level === 'HALTED').map(({ key, why }) => ({ key, why })),
    unresolved: () =>
      [...own.table.open]
        .filter(({ leg }) => leg !== null && (leg.state === 'sent' || leg.state === 'unknown'))
        .map(({ id, leg }) => ({ text: `order ${id} is ${leg!.state}`, clientId: leg!.clientId })),
    resting: () =>
      [...own.table.open]
        .filter(
          ({ order, leg, amend, cancel }) =>
            leg?.state === 'live' && leg.type === order.type && (amend ?? cancel) === null,
        )
        .map(({ order, leg }) => {
          const { pxDec } = decider.instruments[order.instrument]!
          const price = (value: Dec): string => formatDec(value, pxDec)
          return { clientId: leg!.clientId, limitPrice: price(order.limitPrice), stopPrice: price(order.stopPrice) }
        }),
    books: () => ({
      held: (id) => BigInt(decider.owned(id)),
      cash: BigInt(decider.cash),
      baseline: own.baseline,
    }),
  }
}

const NO_STAGES = { partial: null, partialUnknown: false, backstop: null }

/** The venue's margin rules, as the dated records would have them. */
function marginOf({ leverage, instruments }: Setting): MarginView {
  const tier = { fromNotional: 0, maintenanceRate: MAINTENANCE, maxLeverage: 50 }
  const tiers = tierUnits([tier], instruments[0]!.quoteDec, false)
  const rules = { product: 'perp' as const, tiers, fundingMs: 3_600_000, maxFundingRate: null }
  return { mode: 'cross', leverage, rules: () => ({ ...rules, liquidationFee: ZERO, ...NO_STAGES }) }
}

function deciderOf({ config, terms, instruments, habits, history }: Setting): KernelDecider {
  return new KernelDecider({
    ...{ config, terms, instruments, history, room: ROOM, continuation: null, strategyState: null },
    strategy: new RandomTrader(habits),
    initialEquity: config.account.equity,
  })
}

function identityOf({ config }: Setting, symbols: readonly string[], venue: string) {
  return {
    ...{ account: 'main', strategy: 'random', venue, symbols, timeframeMs: TIMEFRAME_MS, mode: 'live' },
    hashes: { bundle: 'simulation' },
    equity: String(config.account.equity),
    units: {},
  }
}

/** What `verify` says of a journal that isn't right; nothing where every decision comes out again. */
export function replayJournal(bytes: Uint8Array, setting: Setting): string[] {
  const { records } = readJournal(bytes, 'journal')
  const { decisions, identical, difference } = replay(records, deciderOf(setting), new OrderTable(), namingOf)
  if (difference !== null) return [difference]
  return decisions === identical ? [] : [`${identical} of ${decisions} decisions are identical`]
}
