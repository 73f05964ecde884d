/** Goal: the project's margin tiers are what was collected, their deductions the venues' own; bad files are one line. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadMargin, parseMargin } from '../../datasets/dated/dated.ts'
import type { PerpetualMarginRecord } from '../../engine/core/dated.ts'
import { formatDec } from '../../engine/core/dec.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { tierUnits } from '../../engine/market/margin-tiers.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

const VENUES = ['binanceusdm', 'hyperliquid', 'kraken', 'krakenfutures']

describe('built-in margin records', () => {
  it('every venue has some, each with its source', async () => {
    const records = await loadMargin(VENUES)
    expect(new Set(records.map((one) => one.venue))).toEqual(new Set(VENUES))
    for (const { source, symbols } of records) expect([source.length > 20, symbols.length > 0]).toEqual([true, true])
  })

  it('Hyperliquid demands half of what its highest leverage does', async () => {
    for (const record of await loadMargin(['hyperliquid'])) {
      for (const { maintenanceRate, maxLeverage } of (record as PerpetualMarginRecord).tiers) {
        expect(maintenanceRate).toBeCloseTo(0.5 / maxLeverage, 10)
      }
    }
  })
})

describeShared('collected tiers', () => {
  it("Binance's brackets, with the amounts that it publishes", async () => {
    const { tiers } = JSON.parse(readFileSync(sharedPath('data/binance-usdm-tiers.json'), 'utf8')) as {
      tiers: Record<string, { minNotional: number; mmr: number; maxLeverage: number; cum: number }[]>
    }
    const records = (await loadMargin(['binanceusdm'])) as PerpetualMarginRecord[]
    for (const [symbol, collected] of Object.entries(tiers)) {
      const record = records.find(({ symbols }) => symbols.includes(symbol))!
      expect(record.tiers.map((one) => [one.fromNotional, one.maintenanceRate, one.maxLeverage])).toEqual(
        collected.map((one) => [one.minNotional, one.mmr, one.maxLeverage]),
      )
      const deductions = tierUnits(record.tiers, 4, true).map((one) => formatDec(one.deduction, 4))
      expect(deductions).toEqual(collected.map((one) => String(one.cum)))
    }
  })
})

describe('what is wrong is one line', () => {
  const file = (record: string): string => `
venue: binanceusdm
sources: { one: a source of some length }
defaults: { product: perp, from: 2024-01-01, source: one, cumulative: true, fundingHours: 8, liquidationFee: 0 }
records: [${record}]
`
  it.each([
    ['{ symbols: [BTC/USDT:USDT], tiers: [[5, 0.01, 10]] }', 'records[0].tiers[0][0]: expected the first tier from 0'],
    ['{ symbols: [BTC/USDT:USDT], tiers: [[0, 0.01, 10], [0, 0.02, 5]] }', 'tiers[1][0]: expected notionals to rise'],
    ['{ symbols: [BTC/USDT:USDT], tiers: [[0, 0.02, 10], [9, 0.01, 5]] }', 'tiers[1][1]: expected rates not to fall'],
    ['{ symbols: [BTC/USDT:USDT], tiers: [[0, 0.1, 10]] }', 'would be liquidated at once'],
    ['{ symbols: [BTC/USDT:USDT], tiers: [[0, 5, 10]] }', 'expected a fraction of at most 1'],
    ['{ symbols: [BTC/USDT:USDT], fundingHours: 7, tiers: [[0, 0.01, 10]] }', 'expected hours that divide a day'],
    ['{ symbols: [BTC], tiers: [[0, 0.01, 10]] }', 'expected BASE/QUOTE'],
    [
      '{ symbols: [A/B:B, C/B:B], tiers: [[0, 0.01, 10]] }, { symbols: [C/B:B], tiers: [[0, 0.01, 10]] }',
      'overlaps records[0]',
    ],
  ])('%s', async (record, message) => {
    const error: unknown = await parseMargin(file(record), 'margin/binanceusdm.yaml').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TandemError)
    expect((error as TandemError).line).toContain('margin/binanceusdm.yaml')
    expect((error as TandemError).line).toContain(message)
  })

  it('leverage that the venue lacks, a symbol without tiers', async () => {
    const records = await loadMargin(VENUES)
    const at = Date.UTC(2025, 0, 1)
    const check = (venue: string, symbol: string, leverage: number) => (): void =>
      new MarginTimeline(records, venue, { symbol, quoteDec: 4 }).checkLeverage(leverage, at, at + 1)
    expect(check('binanceusdm', 'BTC/USDT:USDT', 125)).not.toThrow()
    expect(check('binanceusdm', 'BTC/USDT:USDT', 126)).toThrow('above the maximum of 125 for binanceusdm BTC/USDT:USDT')
    expect(check('hyperliquid', 'BTC/USDC:USDC', 50)).toThrow('above the maximum of 40')
    expect(check('kraken', 'BTC/USD', 2.5)).toThrow('kraken BTC/USD has no leverage of 2.5')
    expect(check('kraken', 'BTC/USD', 11)).toThrow('above the maximum of 10')
    expect(check('binanceusdm', 'LUNA/USDT:USDT', 2)).toThrow('binanceusdm has no margin tiers for LUNA/USDT:USDT')
  })
})
