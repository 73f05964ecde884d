/** Goal: nothing that was collected is missing from the dated data. Method: each collected row is looked for in it. */

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadFees, loadRulebooks } from '../../datasets/dated/dated.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

interface CollectedFees {
  readonly venue: string
  readonly product: string
  readonly effectiveFrom: string
  readonly version: string
  readonly tiers?: readonly { readonly minVolumeUsd: number; readonly maker: number; readonly taker: number }[]
}

describeShared('collected facts', () => {
  it('every fee table is there with its tiers, under its venue', async () => {
    const collected = JSON.parse(readFileSync(sharedPath('data/fees.json'), 'utf8')) as CollectedFees[]
    const tables = collected.filter((one) => one.tiers !== undefined)
    expect(tables).toHaveLength(16)
    const records = await loadFees([...new Set(tables.map((one) => one.venue))])
    for (const { venue, tiers, effectiveFrom, version } of tables) {
      // Binance's VIP tiers need a balance of BNB and come from a secondary source: only its base is kept.
      const wanted = (venue === 'binance' ? tiers!.slice(0, 1) : tiers!).map((one) => [
        one.minVolumeUsd,
        one.maker,
        one.taker,
      ])
      const same = records.filter(
        (one) =>
          one.venue === venue &&
          JSON.stringify(one.tiers.map((tier) => [tier.minVolume, tier.maker, tier.taker])) === JSON.stringify(wanted),
      )
      expect(same.length, `${venue} ${version}`).toBeGreaterThan(0)
      const exactDay = /^\d{4}-\d{2}-\d{2}$/.exec(effectiveFrom)
      if (exactDay === null) continue
      expect(same.map((one) => new Date(one.fromMs).toISOString().slice(0, 10))).toContain(exactDay[0])
    }
  })

  it('every spot and USD-M rule is there with its tick, step and minimum', async () => {
    const [, ...rows] = readFileSync(sharedPath('data/market-rules.csv'), 'utf8').trim().split(/\r?\n/)
    const records = await loadRulebooks(['kraken', 'coinbase', 'binance', 'binanceusdm'])
    let found = 0
    for (const row of rows) {
      const [market = '', name = '', kind, quote = '', tick, step, minimum = ''] = row.split(',')
      const future = kind === 'cryptofuture'
      if (future && quote === 'USD') continue
      const base = name.slice(0, -quote.length).replace(/^XDG$/, 'DOGE')
      const venue = future ? 'binanceusdm' : market
      const symbol = `${base}/${quote}${future ? `:${quote}` : ''}`
      const record = records.filter((one) => one.venue === venue && one.symbol === symbol).at(-1)
      expect([record?.tick, record?.step], `${venue} ${symbol}`).toEqual([tick, step])
      if (!future) expect(market === 'binance' ? record?.minCost : record?.minQty).toBe(minimum)
      found += 1
    }
    expect(found).toBe(77)
  })
})
