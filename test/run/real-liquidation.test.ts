/**
 * Goal: on real falls a leveraged long is liquidated at the price that the venue's formula gives, on the right bar; with
 * less leverage it isn't. Method: one long, bought before the fall; price and bar computed here in doubles, from the
 * entry fill alone, with Binance's tiers of the day. The minutes are FTX's, for which no margin tiers are kept.
 */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { loadMargin } from '../../datasets/dated/dated.ts'
import type { CandleSeries } from '../../engine/core/candles.ts'
import type { PerpetualMarginRecord } from '../../engine/core/dated.ts'
import type { FundingSeries } from '../../engine/core/funding.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { simulate } from '../../engine/run/backtest.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { type Market, makeMarket } from '../../engine/run/market.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { readCandleFile } from '../conformance/candle-file.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

const SYMBOL = 'BTC/USDT:USDT'
const FEE = 0.0005
const EQUITY = 10_000

class BuyOnce implements Strategy {
  private readonly row: number
  private x!: Context

  constructor(row: number) {
    this.row = row
  }

  setup(x: Context): void {
    this.x = x
  }

  onBar(row: number): void {
    if (row === this.row) this.x.enter(0)
  }
}

function series(file: string, timeframeMs: number): CandleSeries {
  const candles = readCandleFile(sharedPath(`data/candles/${file}.csv.gz`))
  return { venue: 'binanceusdm', symbol: SYMBOL, timeframeMs, candles, dataHash: file }
}

function funding(): FundingSeries {
  const text = gunzipSync(readFileSync(sharedPath('data/candles/binance-BTCUSDTPERP-funding-8h.csv.gz'))).toString(
    'utf8',
  )
  const rows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
  const time = Float64Array.from(rows, ([ms]) => ms!)
  return {
    venue: 'binanceusdm',
    symbol: SYMBOL,
    time,
    rate: Float64Array.from(rows, ([, rate]) => rate!),
    dataHash: 'f',
  }
}

/** Buys at the close of the bar that opens at `at`, so at the next open, with 95 % of the buying power. */
async function buy(market: Market, timeframe: string, at: string, leverage: number, margin: Record<string, unknown>) {
  const row = market.grid.time.indexOf(Date.parse(at))
  const config = resolveConfig(
    {
      strategy: { name: 'buy-and-hold' },
      data: { venue: 'binanceusdm', symbols: [SYMBOL], timeframe },
      account: { equity: EQUITY, profile: 'none', leverage },
      sizing: { mode: 'percent', fraction: leverage * 0.95 },
      costs: { fees: { maker: FEE, taker: FEE } },
      rules: { emergencyLoss: 'off', venueMinimums: false },
      margin,
    },
    'test',
  )
  const records = await loadMargin(['binanceusdm'])
  const terms: Terms = {
    fees: { kind: 'flat', maker: FEE, taker: FEE },
    rulebooks: null,
    spread: 0,
    slippage: 0,
    margin: { venue: 'binanceusdm', records },
  }
  const strategy = { create: () => new BuyOnce(row), hash: 'buy once', params: {} }
  const { result } = simulate(config, market, terms, strategy)
  const record = records.find(({ symbols }) => symbols.includes(SYMBOL)) as PerpetualMarginRecord
  return { result, entryRow: row + 1, record }
}

/** Binance's formula, the bracket being that of the notional at the price, by iteration. */
function liquidationPrice(record: PerpetualMarginRecord, wallet: number, size: number, entry: number): number {
  let deduction = 0
  let price = entry
  const brackets = record.tiers.map((tier, i) => {
    const before = record.tiers[i - 1]
    if (before !== undefined) deduction += tier.fromNotional * (tier.maintenanceRate - before.maintenanceRate)
    return { ...tier, deduction }
  })
  for (let round = 0; round < 20; round++) {
    const bracket = brackets.findLast(({ fromNotional }) => fromNotional <= size * price)!
    price = (wallet + bracket.deduction - size * entry) / (size * bracket.maintenanceRate - size)
  }
  return price
}

describeShared('a long bought before a fall', () => {
  const minutes = () => makeMarket([series('ftx-BTCPERP-1m', 60_000)])

  it.each(['cross', 'isolated'])(
    '20x before 2022-01-05 19:00, %s: gone at the formula’s price on the first minute that reaches it',
    async (mode) => {
      const market = minutes()
      const { result, entryRow, record } = await buy(market, '1m', '2022-01-05T17:00:00Z', 20, {
        mode,
        funding: { assume: 0.0001 },
      })
      const { open, low } = market.grid.symbols[0]!
      const entry = open[entryRow]!
      const [trade] = result.trades
      expect(trade).toMatchObject({ entryRow, exitReason: 'LIQUIDATION' })
      expect(trade!.entryPrice).toBeCloseTo(entry, 6)
      const value = trade!.quantity * entry
      const wallet = mode === 'isolated' ? value / 20 : EQUITY - value * FEE
      const price = liquidationPrice(record, wallet, trade!.quantity, entry)
      const row = low.findIndex((one, i) => i >= entryRow && one <= price)
      const [event, ...more] = result.margin!.events
      expect(more).toEqual([])
      expect(event!.row).toBe(row)
      expect(event!.liquidationPrice).toBeCloseTo(Math.min(price, open[row]!), 5)
      expect(event!.intrabar).toBe(open[row]! > price)
      expect(new Date(event!.timeMs).toISOString().slice(0, 10)).toBe('2022-01-05')
      expect(result.liquidations).toBe(1)
      expect(result.exits).toEqual({ LIQUIDATION: 1 })
      expect(result.margin!.maxUtilisation).toBeGreaterThan(0.9)
      expect(result.finalEquity).toBeGreaterThanOrEqual(0)
    },
  )

  it('2x through the whole of January isn’t', async () => {
    const { result } = await buy(minutes(), '1m', '2022-01-05T17:00:00Z', 2, { funding: { assume: 0.0001 } })
    expect(result.liquidations).toBe(0)
    expect(result.margin!.minDistance).toBeGreaterThan(0.2)
    expect(result.finalEquity).toBeLessThan(EQUITY)
    // Three a day, counted as assumed.
    expect(result.assumptions.find(({ code }) => code === 'FUNDING_ASSUMED')!.count).toBeGreaterThan(90)
  })

  it('hours with the real fundings: paid at their times on the mark, and the formula has them', async () => {
    const hours = series('binance-BTCUSDT-1h', 3_600_000)
    const from = hours.candles.time.indexOf(Date.UTC(2021, 4, 1))
    const cut = (column: Float64Array): Float64Array => column.slice(from, from + 24 * 30)
    const { time, open, high, low, close, volume } = hours.candles
    const candles = {
      time: cut(time),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volume: cut(volume),
    }
    const market = makeMarket([{ ...hours, candles }], [], { funding: [funding()] })
    const { result, entryRow, record } = await buy(market, '1h', '2021-05-10T03:00:00Z', 3, {})
    const [trade] = result.trades
    const [event] = result.margin!.events
    const { time: times, rate } = funding()
    let paid = 0
    let count = 0
    for (let row = entryRow + 1; row <= event!.row; row++) {
      const at = times.indexOf(candles.time[row]!)
      if (at === -1) continue
      paid += trade!.quantity * candles.open[row]! * rate[at]!
      count += 1
    }
    expect(count).toBeGreaterThan(10)
    expect(result.margin).toMatchObject({ fundings: count })
    expect(trade!.funding).toBeCloseTo(paid, 4)
    expect(result.funding).toBeCloseTo(paid, 4)
    const wallet = EQUITY - trade!.quantity * trade!.entryPrice * FEE - paid
    const price = liquidationPrice(record, wallet, trade!.quantity, trade!.entryPrice)
    expect(event!.liquidationPrice).toBeCloseTo(price, 4)
    expect(candles.low.findIndex((one, i) => i >= entryRow && one <= price)).toBe(event!.row)
    // The fall of 2021-05-19.
    expect(new Date(event!.timeMs).toISOString().slice(0, 10)).toBe('2021-05-19')
    const lower = await buy(market, '1h', '2021-05-10T03:00:00Z', 1.5, {})
    expect(lower.result.liquidations).toBe(0)
  })
})
