/**
 * The reference job with more asked of the engine, each case with the most that it may take of the plain job's time: the
 * rules of a small account, brackets, a perpetual under margin, eight symbols, a signal on every bar.
 */

import type { CandleSeries } from '../../engine/core/candles.ts'
import { nextCrossAbove, nextFallBack } from '../../engine/core/crossing.ts'
import type { PerpetualMarginRecord } from '../../engine/core/dated.ts'
import type { FundingSeries } from '../../engine/core/funding.ts'
import type { Context, Strategy, StrategyModule } from '../../engine/core/strategy.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { execute, newRunMemory } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { strategies } from '../../strategies/registry.ts'
import { randomWalk } from './random-walk.ts'
import { FAST, JOB, type PreparedJob, SLOW } from './reference-run.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SYMBOLS = 8

/** A case, and how many times the plain job's time a bar (of a symbol) it may take. */
export const RULE_CASES = {
  'micro-cap': { label: 'gates, target, stop and emergency of MICRO_CAP', atMost: 1.5 },
  'every-bar': { label: 'a signal on every bar, under MICRO_CAP', atMost: 4 },
  brackets: { label: 'resting stop and target', atMost: 1.3 },
  perpetual: { label: 'a perpetual with funding and margin checks', atMost: 2 },
  'eight-symbols': { label: 'eight symbols, a symbol-bar', atMost: 1.6 },
} as const
export type RuleCase = keyof typeof RULE_CASES

const ACCOUNT = { account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' }, sizing: { mode: 'profile' } }
const GATES = { rules: { gates: { quality: false }, venueMinimums: false, minimums: 'off' } }

/** Prepares a case over `bars` rows; `plain` is the reference job itself, averages given. */
export async function prepareRuleCase(name: RuleCase | 'plain', bars: number): Promise<PreparedJob> {
  if (name === 'plain') return prepare({}, spot(bars, 1), await smaCross({}))
  if (name === 'brackets') return prepare({}, spot(bars, 1), await smaCross({ target: 0.01, stop: 0.005 }))
  if (name === 'micro-cap') return prepare({ ...ACCOUNT, ...GATES }, spot(bars, 1), await smaCross({}))
  if (name === 'every-bar') return prepare({ ...ACCOUNT, ...GATES }, spot(bars, 1), () => new EveryBar())
  if (name === 'eight-symbols') {
    const sizing = { mode: 'percent', fraction: 1 / SYMBOLS, by: 'quote' }
    return prepare({ sizing }, spot(bars, SYMBOLS), () => new EverySymbol())
  }
  return preparePerpetual(bars, true)
}

/** The perpetual; equity at every close is kept as a column, or goes into the running figures alone. */
export async function preparePerpetual(bars: number, keepsEquity: boolean): Promise<PreparedJob> {
  // A leverage at which the tiers are looked up and the level is near enough to matter, but isn't met all the time.
  const changes = {
    account: { ...JOB.account, leverage: 3 },
    sizing: { mode: 'percent', fraction: 1 },
    margin: { mode: 'cross' },
  }
  return prepare(changes, perpetual(bars), await smaCross({}), [TIERS], keepsEquity)
}

function prepare(
  changes: Readonly<Record<string, unknown>>,
  market: Market,
  create: () => Strategy,
  records: readonly PerpetualMarginRecord[] = [],
  keepsEquity = true,
): PreparedJob {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = resolveConfig({ ...JOB, data: { ...JOB.data, symbols }, ...changes }, 'bench')
  const instruments = makeInstruments(config, market.grid)
  const equity = keepsEquity ? new Float64Array(market.grid.rows) : null
  const memory = newRunMemory()
  const flat = plainTerms(config)
  const terms = records.length === 0 ? flat : { ...flat, margin: { venue: 'bench', records } }
  return {
    bars: market.grid.rows * symbols.length,
    initialEquity: config.account.equity,
    run: () => execute(config, market, instruments, create(), { equity, terms, memory }),
  }
}

async function smaCross(more: Readonly<Record<string, number>>): Promise<() => Strategy> {
  const module: StrategyModule = await strategies['sma-cross']!()
  const params = module.params.parse({ fast: FAST, slow: SLOW, ...more })
  return () => module.create(params)
}

function seriesOf(bars: number, symbol: string, seed: number): CandleSeries {
  const candles = randomWalk(bars, seed)
  return { venue: 'bench', symbol, timeframeMs: MINUTE_MS, candles, dataHash: `random walk ${seed}` }
}

function spot(bars: number, symbols: number): Market {
  return makeMarket(Array.from({ length: symbols }, (_, k) => seriesOf(bars, `S${k}/USD`, 7 + k)))
}

const PERPETUAL = 'S0/USD:USD'

const TIERS: PerpetualMarginRecord = {
  product: 'perp',
  venue: 'bench',
  symbols: [PERPETUAL],
  fromMs: 0,
  toMs: null,
  approximate: false,
  source: 'of our own',
  tiers: [
    { fromNotional: 0, maintenanceRate: 0.005, maxLeverage: 50 },
    { fromNotional: 1_000_000, maintenanceRate: 0.01, maxLeverage: 25 },
    { fromNotional: 10_000_000, maintenanceRate: 0.02, maxLeverage: 10 },
  ],
  cumulative: true,
  fundingHours: 8,
  maxFundingRate: null,
  liquidationFee: 0.01,
  partial: null,
  backstop: null,
}

/** A perpetual whose funding is due every eight hours, at ±1 bp. */
function perpetual(bars: number): Market {
  const series = seriesOf(bars, PERPETUAL, 7)
  const { time } = series.candles
  const first = Math.floor(time[0]! / (8 * HOUR_MS)) * 8 * HOUR_MS
  const count = Math.ceil((time[bars - 1]! - first) / (8 * HOUR_MS)) + 2
  const funding: FundingSeries = {
    venue: 'bench',
    symbol: PERPETUAL,
    time: Float64Array.from({ length: count }, (_, i) => first + i * 8 * HOUR_MS),
    rate: Float64Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 0.0001 : -0.0001)),
    dataHash: 'of our own',
  }
  return makeMarket([series], [], { funding: [funding] })
}

/** Asks for an entry on every bar, whatever there is. */
class EveryBar implements Strategy {
  private x!: Context

  setup(x: Context): void {
    this.x = x
  }

  onBar(_row: number): void {
    this.x.enter(0)
  }
}

/** The reference job on every symbol; as sma-cross it says how far it has nothing to say. */
class EverySymbol implements Strategy {
  private x!: Context
  private fast!: readonly Float64Array[]
  private slow!: readonly Float64Array[]
  /** By symbol: rows before this one are quiet, as long as it is held as it was when they were looked at. */
  private quiet!: Int32Array
  private wasHeld!: Uint8Array

  setup(x: Context): void {
    this.x = x
    this.fast = x.symbols.map((_, symbol) => x.indicator({ kind: 'sma', length: FAST, symbol }))
    this.slow = x.symbols.map((_, symbol) => x.indicator({ kind: 'sma', length: SLOW, symbol }))
    this.quiet = new Int32Array(x.symbols.length)
    this.wasHeld = new Uint8Array(x.symbols.length)
  }

  onBar(row: number): void {
    if (row === 0) return
    for (let k = 0; k < this.fast.length; k++) {
      const fast = this.fast[k]!
      const slow = this.slow[k]!
      if (fast[row]! > slow[row]!) {
        if (fast[row - 1]! <= slow[row - 1]! && this.x.position(k) === 0) this.x.enter(k)
      } else if (fast[row - 1]! > slow[row - 1]! && this.x.position(k) !== 0) this.x.exit(k)
    }
  }

  quietUntil(row: number, end: number): number {
    const { quiet, wasHeld } = this
    let until = end
    for (let k = 0; k < quiet.length; k++) {
      const held = this.x.position(k) === 0 ? 0 : 1
      if (quiet[k]! <= row || wasHeld[k] !== held) {
        const look = held === 0 ? nextCrossAbove : nextFallBack
        quiet[k] = look(this.fast[k]!, this.slow[k]!, Math.max(1, row), end)
        wasHeld[k] = held
      }
      if (quiet[k]! < until) until = quiet[k]!
    }
    return until
  }
}
