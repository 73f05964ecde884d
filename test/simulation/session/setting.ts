/** What a simulated session is configured with: a run file, dated terms and limits, in place of files. */

import type { RulebookRecord } from '../../../engine/core/dated.ts'
import type { Instrument } from '../../../engine/core/instrument.ts'
import type { ClosedRow } from '../../../engine/live/ports.ts'
import type { Limits } from '../../../engine/live/safety/limits.ts'
import { type ResolvedConfig, resolveConfig } from '../../../engine/run/config/index.ts'
import type { Terms } from '../../../engine/run/terms.ts'
import { text } from '../venue/amount.ts'
import { TIMEFRAME_MS } from '../world/terms.ts'
import type { World } from '../world/world.ts'
import type { TraderHabits } from './strategy.ts'

export interface Setting {
  readonly config: ResolvedConfig
  readonly terms: Terms
  readonly instruments: readonly Instrument[]
  readonly history: readonly ClosedRow[]
  readonly limits: Limits
  readonly habits: TraderHabits
  readonly leverage: number
}

export interface SettingInput {
  readonly symbols: readonly string[]
  /** Each symbol's terms, the first for all the rest. */
  readonly market: {
    readonly tick: string
    readonly step: string
    readonly minQuantity: string
    readonly minCost: string
  }
  readonly markets?: readonly SettingInput['market'][]
  /** 1 where nothing is borrowed; more trades perpetuals. */
  readonly leverage?: number
  /** Decimals of money in the books; 8 where it isn't given. */
  readonly quoteDec?: number
  readonly equity: number
  readonly habits: Omit<TraderHabits, 'seed' | 'size' | 'shorts'>
  readonly history: readonly ClosedRow[]
  readonly seed: string
}

export function settingFor(input: SettingInput): Setting {
  const { symbols, equity, market, markets, history, habits, seed, quoteDec = 8, leverage = 1 } = input
  const venue = leverage > 1 ? 'krakenfutures' : 'kraken'
  const config = resolveConfig(
    {
      strategy: { name: 'sma-cross' },
      data: { venue, symbols, timeframe: '1m' },
      account: { quote: 'USD', equity, profile: 'none', leverage, shorting: leverage > 1 },
      sizing: { mode: 'percent', fraction: 0.3 },
      costs: { fees: { maker: 0.0025, taker: 0.004 } },
      rules: { emergencyLoss: 0.03, venueMinimums: true },
    },
    'simulation',
  )
  const rulebooks = symbols.map((symbol, i) => rulebook(symbol, venue, markets?.[i] ?? market))
  return {
    config,
    terms: { fees: { kind: 'flat', maker: 0.0025, taker: 0.004 }, rulebooks, spread: 0, slippage: 0 },
    instruments: symbols.map((symbol, id) => instrument(symbol, id, markets?.[id] ?? market, quoteDec)),
    history,
    limits: limitsOf(symbols, equity, leverage),
    habits: { ...habits, seed, size: equity * leverage * 0.25, shorts: leverage > 1 },
    leverage,
  }
}

export function settingOf(world: World, seed: number): Setting {
  const { symbols, terms, exchange } = world
  const { equity, every, brackets, resting, weights, amends, quoteDec, leverage } = terms
  const markets = symbols.map((symbol) => {
    const { tick, step, minQuantity, minCost } = exchange.terms(symbol)
    return { tick: text(tick), step: text(step), minQuantity: text(minQuantity), minCost: text(minCost) }
  })
  return settingFor({
    ...{
      symbols,
      equity,
      quoteDec,
      leverage,
      market: markets[0]!,
      markets,
      history: historyOf(world),
      seed: `simulation/${seed}`,
    },
    habits: { every, brackets, resting, weights, amends },
  })
}

/** Limits that orders do run into, now and then. */
function limitsOf(symbols: readonly string[], ownEquity: number, leverage: number): Limits {
  const equity = ownEquity * leverage
  return {
    symbols: [...symbols],
    maxOrderNotional: equity * 0.35,
    maxPosition: equity * 0.6,
    maxGrossExposure: equity * 0.5,
    maxLeverage: leverage,
    maxOpenOrders: 8,
    maxOrdersPerMinute: 12,
    maxOrdersPerDay: 1000,
    priceCollar: 0.05,
    maxDailyLoss: 0.5,
    minLiquidationDistance: 0.01,
  }
}

function rulebook(symbol: string, venue: string, market: SettingInput['market']): RulebookRecord {
  const { tick, step, minQuantity, minCost } = market
  return {
    ...{ venue, symbol, fromMs: 0, toMs: null, tick, step, minQty: minQuantity, minCost, minBuyCost: '0' },
    ...{ significantDigits: null, listedMs: null, delistedMs: null, approximate: false, source: 'simulation' },
  }
}

function instrument(symbol: string, id: number, { tick }: SettingInput['market'], quoteDec: number): Instrument {
  const [base, quote] = symbol.split(':')[0]!.split('/') as [string, string]
  const isPerpetual = symbol.includes(':')
  return {
    ...{ id, account: 'main', venue: isPerpetual ? 'krakenfutures' : 'kraken', symbol, base, quote },
    kind: isPerpetual ? ('perpetual' as const) : ('spot' as const),
    ...{ pxDec: Math.max(2, (tick.split('.')[1] ?? '').length), qtyDec: 8, quoteDec },
  }
}

/** Rows that had closed when the session was made. */
function historyOf({ candles, symbols, time }: World): ClosedRow[] {
  const last = Math.floor(time.nowMs / TIMEFRAME_MS) * TIMEFRAME_MS
  const rows: ClosedRow[] = []
  for (const { openMs } of candles.all(symbols[0]!)) {
    if (openMs >= last) break
    rows.push({
      openMs,
      candles: symbols.map((symbol) => candles.all(symbol).find((one) => one.openMs === openMs) ?? null),
      late: [],
    })
  }
  return rows
}
