/**
 * What a report shows beside a run's result comes from the run: its strategy's indicators, the venue's liquidation
 * prices, the dated records in force, the data as it is, and the run made again at other costs.
 */

import { describe, expect, it } from 'vitest'
import type { FeeRecord, RulebookRecord } from '../../../engine/core/dated.ts'
import type { Context, Strategy } from '../../../engine/core/strategy.ts'
import { metricsOf } from '../../../engine/run/analysis.ts'
import { simulate } from '../../../engine/run/backtest.ts'
import { dataFindings } from '../../../engine/run/data-findings.ts'
import { dataQuality } from '../../../engine/run/detail/data-quality.ts'
import { indicatorsOf } from '../../../engine/run/detail/indicators.ts'
import { liquidationDistances, liquidationLevels } from '../../../engine/run/detail/liquidation.ts'
import { recordsUsed } from '../../../engine/run/detail/records-used.ts'
import { costSensitivity } from '../../../engine/run/detail/sensitivity.ts'
import { execute } from '../../../engine/run/execute.ts'
import { type Market, makeInstruments } from '../../../engine/run/market.ts'
import { plainTerms, type Terms } from '../../../engine/run/terms.ts'
import { BracketStrategy } from '../../support/bracket-strategy.ts'
import { asPerpetual, marginTermsOf, perpetualMarket, perpetualRecord } from '../../support/margin-runs.ts'
import { randomCandles } from '../../support/random-market.ts'
import { type ConfigChanges, marketOf, plainConfig, seriesOf } from '../../support/runs.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

class Reader implements Strategy {
  setup(x: Context): void {
    for (const symbol of [0, 1]) {
      x.indicator({ kind: 'sma', symbol, length: 20 })
      x.indicator({ kind: 'rsi', symbol, length: 14 })
      x.indicator({ kind: 'rsi', symbol, length: 14 })
      x.indicator({ kind: 'macd', symbol, output: 'signal' })
      x.indicator({ kind: 'sma', symbol, field: 'volume', length: 5, timeframe: '4h' })
    }
    x.column(0, 'close')
    x.column(0, 'close', '4h')
  }
  onBar(): void {}
}

describe('indicatorsOf', () => {
  const series = ['A/USD', 'B/USD'].map((symbol, i) => seriesOf(randomCandles({ seed: 3 + i, bars: 300 }), symbol))
  const { columns } = marketOf(series)
  const found = indicatorsOf(new Reader(), columns)

  it('names each once, as it was asked for, and tells prices from other scales', () => {
    const first = found.filter(({ symbol }) => symbol === 0)
    expect(first.map(({ label, group, overlay }) => [label, group, overlay])).toEqual([
      ['sma 20', 'sma', true],
      ['rsi 14', 'rsi', false],
      ['macd signal', 'macd', false],
      ['sma 5 of volume, 4h', 'sma of volume', false],
      ['close, 4h', 'column close', true],
    ])
    expect(found.filter(({ symbol }) => symbol === 1)).toHaveLength(4)
  })

  it('has the very columns that the strategy reads', () => {
    expect(found[1]!.values).toBe(columns.indicator({ kind: 'rsi', symbol: 0, length: 14 }))
  })
})

describe('liquidation', () => {
  const leveraged: ConfigChanges = {
    data: { venue: 'test', symbols: ['BTC/USD:USD'], timeframe: '1h' },
    account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 20, shorting: true },
    sizing: { mode: 'percent', fraction: 10 },
    margin: { mode: 'isolated', funding: 'off' },
  }
  const market = perpetualMarket([asPerpetual(seriesOf(randomCandles({ seed: 11, bars: 600 })))])
  const config = plainConfig(leveraged)
  const terms = marginTermsOf(leveraged, [perpetualRecord()])
  const { close } = market.grid.symbols[0]!
  const instruments = makeInstruments(config, market.grid)
  const executed = execute(config, market, instruments, new BracketStrategy(5, close), { terms })

  it('is as far from each close as the level that is drawn there', () => {
    const { distance } = liquidationDistances(executed, market)!
    const levels = liquidationLevels(executed, market.grid, (id) => id)
    let told = 0
    for (let row = 0; row < distance.length; row++) {
      if (Number.isNaN(distance[row]!)) continue
      const closeMs = market.grid.time[row]! + HOUR_MS
      const level = levels.find(({ fromMs, toMs }) => fromMs < closeMs && toMs >= closeMs)!
      expect(distance[row]).toBeCloseTo(Math.abs(close[row]! - level.price) / close[row]!, 6)
      told += 1
    }
    expect(told).toBeGreaterThan(20)
  })

  it('is null without margin rules, and NaN while nothing is held', () => {
    const spot = marketOf(randomCandles({ seed: 1, bars: 50 }))
    const plain = plainConfig()
    const { create } = strategyOf(spot)
    const done = execute(plain, spot, makeInstruments(plain, spot.grid), create())
    expect(liquidationDistances(done, spot)).toBeNull()
    const { distance } = liquidationDistances(executed, market)!
    expect(distance[0]).toBeNaN()
  })
})

describe('recordsUsed', () => {
  const fee = (fromMs: number, toMs: number | null, taker: number): FeeRecord => ({
    venue: 'test',
    product: 'spot',
    pairs: null,
    fromMs,
    toMs,
    windowDays: 30,
    volumeTiming: 'day',
    volumeWeight: 1,
    tiers: [{ minVolume: 0, maker: 0.001, taker }],
    feeAsset: 'quote',
    approximate: taker === 0.004,
    rebate: false,
    source: `page of ${fromMs}`,
  })
  const rule = (fromMs: number): RulebookRecord => ({
    ...{ venue: 'test', symbol: 'BTC/USD', fromMs, toMs: null, tick: '0.1', step: '0.001' },
    ...{ minQty: '0.01', minCost: '5', minBuyCost: '0', significantDigits: null },
    ...{ listedMs: null, delistedMs: null, approximate: false, source: 'rules' },
  })
  const instruments = makeInstruments(plainConfig(), marketOf(randomCandles({ seed: 1, bars: 5 })).grid)
  const used = (fees: readonly FeeRecord[], rulebooks: readonly RulebookRecord[] | null, from: number, to: number) => {
    const terms: Terms = { ...plainTerms(plainConfig()), fees: { kind: 'schedule', records: fees }, rulebooks }
    return recordsUsed(terms, instruments, from * DAY_MS, to * DAY_MS)
  }

  it('gives each record the days that it decided, and those that it does not cover itself', () => {
    const records = [fee(10 * DAY_MS, 20 * DAY_MS, 0.003), fee(25 * DAY_MS, null, 0.004)]
    const found = used(records, null, 4, 40)
    // Days 4 to 10 come before the first record, 20 to 25 lie between the two.
    expect(found.map(({ days, daysOutside, approximate }) => [days, daysOutside, approximate])).toEqual([
      [21, 11, false],
      [15, 0, true],
    ])
    expect(found[0]!.says).toBe('maker 0.1 %, taker 0.3 %; taken in quote')
    expect(used(records, null, 30, 40).map(({ source }) => source)).toEqual([`page of ${25 * DAY_MS}`])
  })

  it('adds up to the run for every kind', () => {
    const found = used([fee(0, null, 0.003)], [rule(12 * DAY_MS), rule(30 * DAY_MS)], 10, 33.5)
    for (const kind of ['fees', 'rulebook'] as const) {
      const days = found.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.days, 0)
      expect(days).toBeCloseTo(23.5, 9)
    }
    expect(found.find(({ kind }) => kind === 'rulebook')!.says).toBe(
      'price step 0.1, quantity step 0.001; at least 0.01 of base; at least 5 of quote',
    )
  })
})

describe('dataQuality', () => {
  it('counts and lists what is missing, and says the same as the assumption', () => {
    const { grid } = marketOf(randomCandles({ seed: 2, bars: 400, gapPercent: 10 }))
    const quality = dataQuality(grid)
    const [one] = quality
    const { time } = grid
    const slots = Math.round((time[399]! - time[0]!) / HOUR_MS) + 1
    expect(one!.missing).toBe(slots - 400)
    expect(one!.gaps.length).toBeGreaterThan(3)
    for (const { fromMs, toMs, bars } of one!.gaps) {
      expect((toMs - fromMs) / HOUR_MS).toBe(bars)
      expect(time).toContain(toMs)
      expect(time).not.toContain(fromMs)
    }
    const { outages, noTrades, counts } = one!.checked!
    expect(outages.bars + noTrades.bars).toBe(one!.missing)
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    expect(dataFindings(quality).map(({ count }) => count)).toEqual(total === 0 ? [] : [total])
  })
})

/** A strategy over hours that is the same whatever the costs. */
function strategyOf({ grid }: Market) {
  const { close } = grid.symbols[0]!
  return { create: () => new BracketStrategy(4, close), hash: 'h', params: {} }
}

describe('costSensitivity', () => {
  const costs = (factor: number) => ({
    fees: { maker: 0.001 * factor, taker: 0.002 * factor },
    spreadBps: 4 * factor,
    slippageBps: 2 * factor,
  })
  const market = marketOf(randomCandles({ seed: 8, bars: 900 }))
  const strategy = strategyOf(market)

  function subject(changes: ConfigChanges, terms?: Terms, of: Market = market) {
    const config = plainConfig(changes)
    const own = terms ?? plainTerms(config)
    const { result, metrics, header } = simulate(config, of, own, strategyOf(of))
    return { config, market: of, terms: own, strategy: strategyOf(of), header, result, metrics }
  }

  it('is the run that a file with these costs gives, to the decision', () => {
    const done = costSensitivity(subject({ costs: costs(1) }), 'auto')
    if ('omitted' in done) throw new Error(done.omitted)
    expect(done.runs.map(({ factor }) => factor)).toEqual([0, 1, 2])
    for (const one of done.runs) {
      const config = plainConfig({ costs: costs(one.factor) })
      const { result } = simulate(config, market, plainTerms(config), strategy)
      const metric = (id: string) => metricsOf(result).find((found) => found.id === id)!.value
      expect(one).toMatchObject({
        finalEquity: result.finalEquity,
        decisions: result.digest.decisions,
        fees: result.fees,
        sharpe: metric('sharpe'),
        maxDrawdown: metric('maxDrawdown'),
      })
    }
    expect(done.runs[0]!.finalEquity).toBeGreaterThan(done.runs[2]!.finalEquity)
    expect(done.runs[0]!.fees).toBe(0)
    expect(done).toMatchObject({ scaled: ['fees', 'spread', 'slippage'], kept: [] })
  })

  it('scales what is told from the bars as well: estimated spreads and impact', () => {
    const done = costSensitivity(
      subject({ costs: { fees: { maker: 0, taker: 0 }, spreadBps: 'abdi-ranaldo', impact: 1 } }),
      'on',
    )
    if ('omitted' in done) throw new Error(done.omitted)
    const paid = done.runs.map(({ spreadAndSlippage }) => spreadAndSlippage)
    expect(paid[0]).toBe(0)
    expect(paid[2]).toBeGreaterThan(1.5 * paid[1]!)
    expect(done.scaled).toContain('impact')
  })

  it.each([
    ['paid', 1],
    ['received', -1],
  ])('scales funding only where it is a cost: %s', (word, sign) => {
    const series = asPerpetual(seriesOf(randomCandles({ seed: 9, bars: 500 })))
    const plain = perpetualMarket([series])
    const funding = plain.funding.map((one) => ({ ...one!, rate: one!.rate.map(() => 0.0004 * sign) }))
    const changes: ConfigChanges = {
      data: { venue: 'test', symbols: ['BTC/USD:USD'], timeframe: '1h' },
      account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 2 },
      margin: { mode: 'isolated', funding: 'stored' },
    }
    const given = subject(changes, marginTermsOf(changes, [perpetualRecord()]), { ...plain, funding })
    const done = costSensitivity(given, 'on')
    if ('omitted' in done) throw new Error(done.omitted)
    const [free, own, dear] = done.runs.map(({ funding: paid }) => paid)
    expect(Math.sign(own!)).toBe(sign)
    if (word === 'paid') {
      expect(free).toBe(0)
      expect(dear!).toBeGreaterThan(1.5 * own!)
      expect(done.scaled).toContain('funding')
    } else {
      expect(free).toBeLessThan(0)
      expect(dear!).toBeGreaterThan(1.5 * own!)
      expect(done.kept[0]).toContain('received')
    }
  })

  it('says why there is none', () => {
    const given = subject({ costs: costs(1) })
    expect(costSensitivity(given, 'off')).toMatchObject({ omitted: expect.stringContaining('turned off') })
    const failing = { ...given, strategy: { ...strategy, create: () => new Failing() } }
    expect(costSensitivity(failing, 'on')).toMatchObject({ omitted: expect.stringContaining('no more') })
  })
})

class Failing implements Strategy {
  setup(): void {}
  onBar(row: number): void {
    if (row === 100) throw new Error('no more')
  }
}
