/** What other engines computed (reference.json, made by make-reference.py), typed, and how its digests are formed. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { PeerSetup, PeerSizing, PeerTrade } from './peer-sizing.ts'

/** Names of the runs. `…AtClose` are engines told to size at the signal's close, as backtrader does and tandem. */
export const PEER_RUNS = ['backtrader', 'backtestingAtClose', 'vectorbtAtClose', 'backtesting', 'vectorbt'] as const
export type PeerRunName = (typeof PEER_RUNS)[number]

export interface PeerRun {
  readonly engine: 'backtrader' | 'backtesting' | 'vectorbt'
  readonly sizing: PeerSizing
  readonly finalEquity: number
  readonly closedTrades: number
  readonly openTrades: number
  /** Sum of the trades' sizes in base, open one included. */
  readonly sumSize: number
  readonly tradesSha256: string
  /** The first and the last three trades; of the synthetic series, `trades` has all. */
  readonly firstTrades: readonly PeerTrade[]
  readonly lastTrades: readonly PeerTrade[]
  readonly trades: readonly PeerTrade[] | null
}

export interface PeerSection {
  readonly bars: number
  readonly from: number
  readonly to: number
  readonly entrySignals: number
  readonly exitSignals: number
  readonly runs: Readonly<Record<PeerRunName, PeerRun>>
}

export interface PeerReference {
  readonly made: string
  readonly versions: Readonly<Record<string, string>>
  readonly setup: PeerSetup & { readonly fast: number; readonly slow: number }
  /** The series of synthetic-series.ts. */
  readonly synthetic: PeerSection
  /** Binance BTC/USDT 1h, 52,106 rows, only in numbers derived from it. */
  readonly real: PeerSection
}

type TradeRow = readonly [number, number, number | null, number | null, number]
type RawRun = Omit<PeerRun, 'trades' | 'firstTrades' | 'lastTrades'> & {
  readonly trades?: readonly TradeRow[]
  readonly firstTrades?: readonly TradeRow[]
  readonly lastTrades?: readonly TradeRow[]
}
type RawSection = Omit<PeerSection, 'runs'> & { readonly runs: Readonly<Record<PeerRunName, RawRun>> }

function toTrades(rows: readonly TradeRow[]): PeerTrade[] {
  return rows.map(([entryTime, entryPrice, exitTime, exitPrice, size]) => {
    return { entryTime, entryPrice, exitTime, exitPrice, size }
  })
}

function toRun(raw: RawRun): PeerRun {
  const trades = raw.trades === undefined ? null : toTrades(raw.trades)
  const firstTrades = trades?.slice(0, 3) ?? toTrades(raw.firstTrades ?? [])
  const lastTrades = trades?.slice(-3) ?? toTrades(raw.lastTrades ?? [])
  return { ...raw, trades, firstTrades, lastTrades }
}

function toSection(raw: RawSection): PeerSection {
  const runs = Object.fromEntries(PEER_RUNS.map((name) => [name, toRun(raw.runs[name])]))
  return { ...raw, runs: runs as Record<PeerRunName, PeerRun> }
}

/** Reads reference.json. */
export function loadReference(): PeerReference {
  const raw = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8'))
  return { ...raw, synthetic: toSection(raw.synthetic), real: toSection(raw.real) }
}

/**
 * SHA-256 (hex) over one line a trade: entry time, entry price, exit time, exit price, size, with commas; prices to 2
 * decimals, sizes to 6, an exit that didn't happen empty. So coarse that a last bit's difference doesn't show.
 */
export function tradesDigest(trades: readonly PeerTrade[]): string {
  const hash = createHash('sha256')
  for (const { entryTime, entryPrice, exitTime, exitPrice, size } of trades) {
    const exit = `${exitTime ?? ''},${exitPrice?.toFixed(2) ?? ''}`
    hash.update(`${entryTime},${entryPrice.toFixed(2)},${exit},${size.toFixed(6)}\n`)
  }
  return hash.digest('hex')
}
