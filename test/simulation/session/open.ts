/** Opens the real live session on the simulation's ports, as the command line does on the real ones. */

import type { ExchangePort } from '../../../engine/live/exchange.ts'
import { LiveFeed } from '../../../engine/live/feed/feed.ts'
import { readJournal } from '../../../engine/live/journal-record.ts'
import { OrderTable } from '../../../engine/live/order-table.ts'
import type { Alerts, Files } from '../../../engine/live/ports.ts'
import { namingOf, startSession } from '../../../engine/live/recovery.ts'
import { replay } from '../../../engine/live/replay.ts'
import type { LimitsGate } from '../../../engine/live/safety/gate.ts'
import { Safety } from '../../../engine/live/safety/safety.ts'
import type { Session } from '../../../engine/live/session.ts'
import { KernelDecider } from '../../../engine/run/live/kernel-decider.ts'
import type { Life } from '../world/life.ts'
import { TIMEFRAME_MS } from '../world/terms.ts'
import type { Setting } from './setting.ts'
import { RandomTrader } from './strategy.ts'

export interface OpenInput {
  readonly life: Life
  readonly port: ExchangePort
  readonly files: Files
  readonly path: string
  readonly setting: Setting
  readonly symbols: readonly string[]
  readonly tell: (text: string) => void
}

export interface OpenedSession {
  readonly session: Session
  readonly gate: LimitsGate
  /** Runs until it is stopped, and closes in order. */
  run(): Promise<void>
  stop(): void
  /** Why it is halted. */
  halts(): { readonly key: string; readonly why: string }[]
  /** Orders that the session still doesn't know the fate of. */
  unresolved(): { readonly text: string; readonly clientId: string }[]
  books(): { readonly held: (instrument: number) => bigint; readonly cash: bigint }
}

/** Rows that a simulated session may add. */
const ROOM = 2000

export async function openSession({
  life,
  port,
  files,
  path,
  setting,
  symbols,
  tell,
}: OpenInput): Promise<OpenedSession> {
  const decider = deciderOf(setting)
  const alerts: Alerts = { tell: (level, code, text) => tell(`${level} ${code} ${text}`) }
  const safety = new Safety({
    ...{ environment: life, exchange: port, limits: setting.limits, symbols, timeframeMs: TIMEFRAME_MS, alerts },
    ...{ stopsAttached: false, disk: null, commands: null, silenceMs: 300_000 },
    operations: { cancelEntries: async () => 'nobody commands', close: async () => 'nobody commands' },
    // The session looks at everything before it sends anything, at every turn.
    stalled: () => undefined,
    record: (event) => tell(JSON.stringify(event)),
  })
  await safety.start()
  const { gate } = safety
  gate.marked(life.nowMs(), decider.equity)
  const { session } = await startSession({
    ...{ environment: life, exchange: safety.exchange, gate, alerts, decider },
    feed: new LiveFeed({
      ...{ environment: life, exchange: port, symbols, timeframeMs: TIMEFRAME_MS, gaps: 'leave', stream: null },
      record: (event) => tell(JSON.stringify(event)),
      confirmed: safety.confirmed,
    }),
    identity: identityOf(setting, symbols),
    code: { tandem: 'simulation' },
    journal: { files, path },
    settlement: null,
    leverage: 1,
    reconcileMs: 300_000,
  })
  return {
    session,
    gate,
    run: async () => {
      await session.run()
      await session.shutDown('stop')
    },
    stop: () => session.stop(),
    halts: () => safety.conditions.all.filter(({ level }) => level === 'HALTED').map(({ key, why }) => ({ key, why })),
    unresolved: () =>
      [...session.table.open]
        .filter(({ leg }) => leg !== null && (leg.state === 'sent' || leg.state === 'unknown'))
        .map(({ id, leg }) => ({ text: `order ${id} is ${leg!.state}`, clientId: leg!.clientId })),
    books: () => ({
      // Both the books and the exchange count in units of 1e-8.
      held: (id) => BigInt(decider.owned(id)),
      cash: BigInt(decider.cash),
    }),
  }
}

function deciderOf({ config, terms, instruments, habits, history }: Setting): KernelDecider {
  return new KernelDecider({
    ...{ config, terms, instruments, history, room: ROOM, continuation: null, strategyState: null },
    strategy: new RandomTrader(habits),
    initialEquity: config.account.equity,
  })
}

function identityOf({ config }: Setting, symbols: readonly string[]) {
  return {
    ...{ account: 'main', strategy: 'random', venue: 'kraken', symbols, timeframeMs: TIMEFRAME_MS, mode: 'live' },
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
