import { describe, expect, it } from 'vitest'
import { computeBreakdowns } from '../../engine/stats/breakdowns.ts'
import { HOUR_MS } from '../../engine/stats/calendar.ts'
import { costs } from '../../engine/stats/costs.ts'
import { closedTrades, tradeStatistics } from '../../engine/stats/trades.ts'
import { metricsById, run, trade } from './fixtures.ts'

const withProfits = (...profits: number[]) => profits.map((pnl, i) => trade({ pnl, exitTimeMs: (i + 1) * HOUR_MS }))

describe('trade statistics by hand', () => {
  const t = tradeStatistics(withProfits(30, -10, 0, 20, -10, -10))

  it('counts break-even trades apart', () => {
    expect([t.wins, t.losses, t.breakEven]).toEqual([2, 3, 1])
    expect(t.winRate.value).toBe(0.4)
  })

  it('profit factor, payoff, expectancy in money and in R', () => {
    expect(t.profitFactor.value).toBeCloseTo(50 / 30, 15)
    expect(t.payoff.value).toBe(2.5)
    expect(t.expectancy.value).toBeCloseTo(20 / 6, 15)
    expect(t.expectancyR.value).toBeCloseTo(1 / 3, 15)
  })

  it('SQN: √6·mean/std(ddof 1)', () => {
    const mean = 20 / 6
    const squares = [30, -10, 0, 20, -10, -10].reduce((all, x) => all + (x - mean) ** 2, 0)
    expect(t.sqn.value).toBeCloseTo((Math.sqrt(6) * mean) / Math.sqrt(squares / 5), 12)
  })

  it('averages holding time and excursions', () => {
    const a = trade({ exitTimeMs: HOUR_MS, maeFraction: -0.02, mfeFraction: 0.01 })
    const b = trade({ exitTimeMs: 3 * HOUR_MS, maeFraction: 0, mfeFraction: 0.05 })
    const { averageHoldingMs, averageMae, averageMfe } = tradeStatistics([a, b])
    expect(averageHoldingMs.value).toBe(2 * HOUR_MS)
    expect([averageMae.value, averageMfe.value]).toEqual([-0.01, expect.closeTo(0.03, 15)])
  })

  it('streaks end at a break-even trade', () => {
    expect([t.longestWinStreak, t.longestLossStreak]).toEqual([1, 2])
    expect(tradeStatistics(withProfits(1, 1, 0, 1)).longestWinStreak).toBe(2)
  })

  it('Kelly only from 30 trades on', () => {
    expect(t.kelly).toEqual({ value: null, reason: 'needs at least 30 closed trades, there are 6' })
    const many = tradeStatistics(withProfits(...Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? 20 : -10))))
    expect(many.kelly.value).toBe(0.25)
  })

  it('no losing trade: undefined with a reason, never Infinity, 0 or 100', () => {
    const won = tradeStatistics(withProfits(1, 2))
    for (const figure of [won.profitFactor, won.payoff, won.expectancyR]) {
      expect(figure).toEqual({ value: null, reason: 'no losing trade' })
    }
    expect(won.winRate.value).toBe(1)
  })

  it('no trade at all', () => {
    const none = tradeStatistics([])
    expect([none.profitFactor, none.expectancy, none.best, none.averageHoldingMs].map((f) => f.value)).toEqual(
      Array(4).fill(null),
    )
    expect(none.winRate).toEqual({ value: null, reason: 'no winning or losing trade' })
  })

  it('leaves open trades out and orders by exit', () => {
    const open = trade({ exitTimeMs: null, exitPrice: null, exitRow: null, exitReason: null, pnl: 99 })
    const [a, b] = [trade({ pnl: 1, exitTimeMs: 2 * HOUR_MS }), trade({ pnl: 2 })]
    expect(closedTrades([open, a, b])).toEqual([b, a])
    const metrics = metricsById(run([100], { trades: [open, a, b] }))
    expect(metrics.get('openTrades')!.value).toBe(1)
    expect(metrics.get('bestTrade')!.value).toBe(2)
    expect(metrics.get('expectancy')).toMatchObject({ value: 1.5, n: 2, basis: 'closed trades' })
  })
})

describe('costs by hand', () => {
  it('takes them from what trades made before costs', () => {
    const trades = [
      trade({ pnl: 90, entryFee: 4, exitFee: 4, funding: -1, spreadCost: 2, slippageCost: 1 }),
      trade({ pnl: -60, entryFee: 4, exitFee: 4, spreadCost: 2 }),
    ]
    expect(costs(trades, 16, -1)).toEqual({
      fees: 16,
      funding: -1,
      spread: 4,
      slippage: 1,
      total: 20,
      grossProfit: 100,
      shareOfGrossProfit: { value: 0.2 },
    })
  })

  it('has no share where nothing was made', () => {
    expect(costs([], 5, 0).shareOfGrossProfit).toEqual({ value: null, reason: 'no trade made money before costs' })
  })
})

describe('breakdowns', () => {
  // 1970-01-01 was a Thursday.
  const monday = 4 * 24 * HOUR_MS
  const trades = [
    trade({ pnl: 5, exitReason: 'TARGET', tag: 'breakout', entryTimeMs: 13 * HOUR_MS, exitTimeMs: 14 * HOUR_MS }),
    trade({
      pnl: -2,
      exitReason: 'STOP',
      side: 'short',
      symbol: 'ETH/USD',
      entryTimeMs: monday,
      exitTimeMs: monday + 1,
    }),
    trade({ pnl: 0, exitReason: 'STOP', profile: 'MICRO_CAP', entryTimeMs: monday, exitTimeMs: monday + 3 }),
    trade({ pnl: 1, exitTimeMs: null }),
  ]
  const tables = new Map(computeBreakdowns(trades).map((table) => [table.id, table.rows]))
  const keys = (id: string) => tables.get(id)!.map((row) => `${row.key}:${row.trades}`)

  it('groups closed trades by each dimension', () => {
    expect(keys('exitReason')).toEqual(['STOP:2', 'TARGET:1'])
    expect(keys('tag')).toEqual(['breakout:1', 'none:2'])
    expect(keys('symbol')).toEqual(['BTC/USD:2', 'ETH/USD:1'])
    expect(keys('profile')).toEqual(['MICRO_CAP:1', 'none:2'])
    expect(keys('side')).toEqual(['long:2', 'short:1'])
    expect(keys('hour')).toEqual(['00:2', '13:1'])
    expect(keys('weekday')).toEqual(['Monday:2', 'Thursday:1'])
  })

  it('has the figures of each group', () => {
    expect(tables.get('exitReason')![0]).toEqual({
      key: 'STOP',
      trades: 2,
      wins: 0,
      losses: 1,
      breakEven: 1,
      netProfit: -2,
      averageProfit: -1,
      winRate: 0,
      profitFactor: 0,
      averageHoldingMs: 2,
    })
    expect(tables.get('exitReason')![1]!.profitFactor).toBeNull()
  })

  it('adds up to the whole in every dimension', () => {
    for (const rows of tables.values()) expect(rows.reduce((all, row) => all + row.netProfit, 0)).toBe(3)
  })
})
