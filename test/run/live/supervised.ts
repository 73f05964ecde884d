/** A session at an exchange as `tandem live` runs it, with all that watches over it, on a clock that jumps. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alert } from '../../../engine/live/alerts/alert.ts'
import type { ExchangePort, VenueCandle } from '../../../engine/live/exchange.ts'
import type { ClosedRow } from '../../../engine/live/ports.ts'
import { parseLimits } from '../../../engine/live/safety/limits.ts'
import { type BundleContent, sealBundle } from '../../../engine/promote/bundle.ts'
import { bundleText } from '../../../engine/promote/bundle-file.ts'
import { builtinStrategies } from '../../../engine/run/builtin.ts'
import { resolveConfig } from '../../../engine/run/config/index.ts'
import { JumpingClock } from '../../../engine/run/live/clocks.ts'
import { type FromBundle, fromBundle, instrumentsWith, type Units } from '../../../engine/run/live/from-bundle.ts'
import { freeMarkets } from '../../../engine/run/live/live-session.ts'
import { simVenueOf } from '../../../engine/run/live/paper.ts'
import { atExchange } from '../../../engine/run/live/real-session.ts'
import { type SessionPaths, sessionPaths } from '../../../engine/run/live/session-folder.ts'
import { unitsFor } from '../../../engine/run/live/session-units.ts'
import { SimExchange } from '../../../engine/run/live/sim-exchange.ts'
import { loadStrategy } from '../../../engine/run/strategy-loader.ts'
import { CONTENT, freshKey } from '../../promote/samples.ts'

export const MINUTE_MS = 60_000
const SYMBOL = 'BTC/USD'
/** Candles from before the session. */
const BEFORE = 3

const LIMITS = {
  ...{ symbols: [SYMBOL], maxOrderNotional: 1e6, maxPosition: 1e6, maxGrossExposure: 1e6, maxLeverage: 1 },
  ...{ maxOpenOrders: 20, maxOrdersPerMinute: 60, maxOrdersPerDay: 500, priceCollar: 0.1, maxDailyLoss: 0.4 },
  minLiquidationDistance: 0.1,
}

export interface BundleScript {
  readonly fromMs: number
  readonly content?: Partial<BundleContent>
  readonly rules?: Readonly<Record<string, unknown>>
}

export interface Script extends BundleScript {
  /** Closes by the minute, from `fromMs` on. */
  readonly closes: readonly number[]
  /** While true the venue gives no candles. */
  readonly silent?: (nowMs: number) => boolean
  /** Called at each candle's close, before anybody hears of it. */
  readonly onMinute?: (minute: number, paths: SessionPaths) => void
  /** Replaces what the venue answers. */
  readonly venue?: (exchange: SimExchange) => Partial<ExchangePort>
}

export interface Supervised {
  readonly alerts: readonly Alert[]
  /** What it said. */
  readonly lines: readonly string[]
  readonly state: string
  readonly trades: number
  readonly paths: SessionPaths
}

/** Runs a session that buys at once and holds, over the script's minutes; its folder is gone when `look` returns. */
export async function supervised<T>(script: Script, look: (seen: Supervised) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-supervised-'))
  try {
    return look(await run(script, folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(script: Script, folder: string): Promise<Supervised> {
  const bundle = await bundleOf(script, folder)
  const rows = rowsOf(script)
  // Until it has begun, files are read: time stands still.
  let begun: () => void = () => {}
  let beginning: Promise<void> | null = new Promise((resolve) => {
    begun = () => {
      beginning = null
      resolve()
    }
  })
  const clock = new JumpingClock(script.fromMs, () => beginning)
  const sim = await exchangeOf(bundle, clock, script.fromMs, rows)
  const alerts: Alert[] = []
  const lines: string[] = []
  const paths = sessionPaths(join(folder, 'runs/live/watched'))
  for (const [minute, row] of rows.slice(BEFORE).entries()) {
    clock.after(row.openMs - script.fromMs, () => sim.begin(row))
    clock.after(row.openMs + MINUTE_MS - script.fromMs, () => script.onMinute?.(minute, paths))
  }
  const end = new AbortController()
  clock.after((script.closes.length + 1) * MINUTE_MS, () => end.abort())
  const summary = await clock.until(
    atExchange(bundle, {
      ...{ mode: 'live', store: join(folder, 'store'), runs: join(folder, 'runs'), session: 'watched', virtual: false },
      ...{ settings: {}, settingsFile: 'settings.yaml', settlement: null, operator: 'test', allowUnproven: false },
      ...{ keyCannotWithdraw: true, find: async () => ({}), signal: end.signal, account: 'account' },
      log: (line) => {
        lines.push(line)
        if (line.includes('rows so far')) begun()
      },
      limits: parseLimits(LIMITS, 'settings.yaml'),
      alerting: { silenceMinutes: 10 },
      exchange: withCandles(sim, rows, clock, script),
      environment: clock,
      practice: null,
      channels: [{ name: 'list', send: async (alert) => void alerts.push(alert) }],
    }).finally(begun),
  )
  return { alerts, lines, state: summary.state, trades: summary.trades, paths }
}

/** A promoted bundle of a strategy that buys at once and holds. */
export async function bundleOf({ fromMs, content, rules }: BundleScript, folder: string): Promise<FromBundle> {
  const beginMs = fromMs - BEFORE * MINUTE_MS
  const config = resolveConfig(
    {
      name: 'watched',
      strategy: { name: 'buy-and-hold' },
      data: { venue: 'kraken', symbols: [SYMBOL], timeframe: '1m' },
      account: { quote: 'USD', equity: 10_000, profile: 'none' },
      sizing: { mode: 'percent', fraction: 0.05 },
      ...(rules === undefined ? {} : { rules }),
    },
    'supervised',
  )
  const { hash } = await loadStrategy({ name: 'buy-and-hold' }, { registry: await builtinStrategies() })
  const made: BundleContent = {
    ...CONTENT,
    name: 'watched',
    config: JSON.parse(JSON.stringify(config)),
    hashes: { ...CONTENT.hashes, strategy: hash },
    strategy: { name: 'buy-and-hold', source: null },
    origin: { fromMs: beginMs - 60 * MINUTE_MS, toMs: beginMs, bars: 60, indicators: [], strategyState: null },
    ...content,
  }
  const key = freshKey()
  const file = join(folder, 'live.yaml')
  writeFileSync(file, bundleText(sealBundle(JSON.parse(JSON.stringify(made)), key)))
  return await fromBundle(file, { trust: [key.publicKey] }, folder)
}

/** The script's minutes, and some before them. */
export function rowsOf({ closes, fromMs }: Pick<Script, 'closes' | 'fromMs'>): ClosedRow[] {
  const all = [...Array.from({ length: BEFORE }, () => closes[0]!), ...closes]
  return all.map((close, k) => {
    const open = all[k - 1] ?? close
    const openMs = fromMs + (k - BEFORE) * MINUTE_MS
    const candle = { openMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 5 }
    return { openMs, candles: [candle], late: [] }
  })
}

async function exchangeOf(
  bundle: FromBundle,
  clock: JumpingClock,
  fromMs: number,
  rows: readonly ClosedRow[],
): Promise<SimExchange> {
  const units: Units = await unitsFor(bundle, rows, 'nowhere')
  const { config, terms } = bundle
  const instruments = instrumentsWith(config, units)
  return new SimExchange({
    ...{ environment: clock, venue: 'kraken', instruments, timeframeMs: MINUTE_MS, fromMs, room: rows.length + 1 },
    markets: freeMarkets([SYMBOL]),
    rates: { maker: '0', taker: '0' },
    make: (own, facts) => simVenueOf({ config, terms, instruments, initialEquity: config.account.equity }, own, facts),
  })
}

/** The simulated exchange with candles of its own, the last one still forming. */
function withCandles(
  sim: SimExchange,
  rows: readonly ClosedRow[],
  clock: JumpingClock,
  { silent, venue }: Script,
): ExchangePort {
  const candles = async (_: string, __: number, sinceMs: number): Promise<readonly VenueCandle[]> => {
    if (silent?.(clock.nowMs()) === true) throw new Error('the venue is silent')
    return rows
      .filter(({ openMs }) => openMs >= sinceMs && openMs <= clock.nowMs())
      .map((row) => row.candles[0] as VenueCandle)
  }
  const own: Partial<ExchangePort> = { candles, ...venue?.(sim) }
  return new Proxy(sim, {
    get: (target, name) => {
      const member: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target)
      return typeof member === 'function' && !(name in own) ? member.bind(target) : member
    },
  }) as unknown as ExchangePort
}
