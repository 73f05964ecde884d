/**
 * Partial liquidation where the venue's way isn't known: Kraken Futures since 2026-03-26. A run that meets one closes
 * the whole and says so; a run file that names share and fee has it in parts.
 */

import { describe, expect, it } from 'vitest'
import { simulate } from '../../engine/run/backtest.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { loadMarginSource } from '../../engine/run/margin.ts'
import { makeMarket } from '../../engine/run/market.ts'
import { buyAndHold, candlesOf, HOUR_MS } from '../support/falling.ts'

async function fallen(from: string, margin: Record<string, unknown>) {
  const market = makeMarket([candlesOf('krakenfutures', 'BTC/USD:USD', Date.parse(from), HOUR_MS)])
  const config = resolveConfig(
    {
      strategy: { name: 'buy-and-hold' },
      data: { venue: 'krakenfutures', symbols: ['BTC/USD:USD'], timeframe: '1h' },
      account: { equity: 10_000, profile: 'none', leverage: 20 },
      sizing: { mode: 'percent', fraction: 18 },
      costs: { fees: { maker: 0, taker: 0.0005 } },
      rules: { emergencyLoss: 'off', venueMinimums: false },
      margin: { funding: 'off', ...margin },
    },
    'test',
  )
  const fees = { kind: 'flat', maker: 0, taker: 0.0005 } as const
  const terms = { fees, rulebooks: null, spread: 0, slippage: 0, margin: await loadMarginSource(config) }
  const { result } = simulate(config, market, terms, { create: buyAndHold, hash: 'buy', params: {} })
  const codes = result.assumptions.map(({ code }) => code)
  return { events: result.margin!.events, isCounted: codes.includes('LIQUIDATED_WHOLE'), result }
}

describe('an 18x long before a fall of a tenth', () => {
  it('before partial liquidations the whole is closed, and nothing is taken for granted', async () => {
    const { events, isCounted } = await fallen('2026-01-05T00:00:00Z', {})
    expect(events.map(({ partial }) => partial)).toEqual([false])
    expect(isCounted).toBe(false)
  })

  it('since then it still is, and counted', async () => {
    const { events, isCounted } = await fallen('2026-04-05T00:00:00Z', {})
    expect(events.map(({ partial }) => partial)).toEqual([false])
    expect(isCounted).toBe(true)
  })

  it('with share and fee named it goes in parts, each paying the fee beside the taker’s', async () => {
    const partialLiquidation = { share: 0.25, fee: 0.002, aboveNotional: 100_000 }
    const { events, isCounted } = await fallen('2026-04-05T00:00:00Z', { partialLiquidation })
    expect(isCounted).toBe(false)
    expect(events.length).toBeGreaterThan(1)
    const [first, second] = events
    expect(first!.partial).toBe(true)
    expect(first!.fee).toBeCloseTo(first!.quantity * first!.price * 0.0025, 4)
    expect(second!.liquidationPrice).toBeLessThan(first!.liquidationPrice)
    expect(second!.quantity).toBeLessThan(first!.quantity * 3 + 1e-6)
  })
})
