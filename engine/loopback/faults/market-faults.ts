/** Faults of markets: their demands change, they close for a while; both end by themselves. */

import type { Floor } from '../floor.ts'
import type { Faults } from './faults.ts'

/** Private requests for which a change lasts. */
const LASTS = [5, 10, 20]

export interface MarketSwitch {
  /** Only cancels, or everything again. */
  readonly close: (symbol: string, isClosed: boolean) => void
}

export class MarketFaults {
  private readonly faults: Faults
  private readonly floor: Floor
  private readonly market: MarketSwitch
  private readonly ends = new Map<string, { left: number; readonly end: () => void }>()

  constructor(faults: Faults, floor: Floor, market: MarketSwitch) {
    this.faults = faults
    this.floor = floor
    this.market = market
  }

  /** A private request has come. */
  step(nowMs: number): void {
    for (const [name, one] of this.ends) {
      one.left -= 1
      if (one.left > 0) continue
      this.ends.delete(name)
      one.end()
    }
    const { faults, floor } = this
    if (faults.fires('filter-change')) {
      const symbol = faults.pick('filter-change', floor.symbols)
      const record = floor.setup.rulebook(symbol, nowMs)
      floor.overrides.set(symbol, { ...record, minQty: tenfold(record.minQty), tick: tenfold(record.tick) })
      this.until(`filter ${symbol}`, 'filter-change', () => floor.overrides.delete(symbol))
    }
    if (faults.fires('delisting')) {
      const symbol = faults.pick('delisting', floor.symbols)
      this.market.close(symbol, true)
      this.until(`closed ${symbol}`, 'delisting', () => this.market.close(symbol, false))
    }
  }

  private until(name: string, kind: 'filter-change' | 'delisting', end: () => void): void {
    this.ends.set(name, { left: this.faults.pick(kind, LASTS), end })
  }
}

/** The decimal point one place to the right. */
function tenfold(text: string): string {
  const [whole, fraction = ''] = text.split('.') as [string, string?]
  const moved = `${whole}${fraction.slice(0, 1).padEnd(1, '0')}.${fraction.slice(1)}`
  return moved.replace(/^0+(?=\d)/, '').replace(/\.$/, '')
}
