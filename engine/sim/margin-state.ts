/**
 * What a leveraged account is worth and what the venue demands of it, at given mark prices. Spot that it holds is paid
 * in full and isn't collateral.
 */

import { type Dec, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { levelDemand, usedMargin } from '../market/leveraged-spot.ts'
import { bankruptcyPrice, liquidationPrice } from '../market/liquidation-price.ts'
import { maintenanceMargin, type TierUnits } from '../market/margin-tiers.ts'
import type { MarginRules } from '../market/margins.ts'
import { atRate } from '../market/rates.ts'
import type { MarginAccount } from './margin-account.ts'
import type { MarginTerms } from './margin-terms.ts'

/** Mark price of an instrument at some moment. */
export type PriceOf = (instrument: number) => Dec

export class MarginState {
  readonly account: MarginAccount
  readonly terms: MarginTerms
  /** The account's leverage; a venue may let its owner change it while no position is open. */
  leverage: number
  private readonly instruments: readonly Instrument[]
  /** Time by which rules are looked up, ms UTC. */
  atMs = 0
  /** Filled anew for each look. */
  private readonly position = { side: 1 as 1 | -1, size: ZERO, constant: ZERO, fixedDemand: ZERO, notional: ZERO }

  constructor(account: MarginAccount, terms: MarginTerms, instruments: readonly Instrument[]) {
    this.account = account
    this.terms = terms
    this.leverage = terms.leverage
    this.instruments = instruments
  }

  get isolated(): boolean {
    return this.terms.mode === 'isolated'
  }

  rules(id: number): MarginRules | null {
    return this.account.isLeveraged(id) ? this.terms.rules(id, this.atMs) : null
  }

  /** Whether several leveraged positions share one equity. */
  get joint(): boolean {
    if (this.isolated) return false
    let open = 0
    for (let id = 0; id < this.instruments.length; id++) {
      if (this.account.base[id] !== 0 && this.account.isLeveraged(id)) open += 1
    }
    return open > 1
  }

  /** Leveraged instruments with a position, oldest first. */
  open(): number[] {
    const { account } = this
    const ids: number[] = []
    for (const { id } of this.instruments) if (account.base[id] !== 0 && account.isLeveraged(id)) ids.push(id)
    return ids.sort((a, b) => account.openedAs[a]! - account.openedAs[b]!)
  }

  value(id: number, price: Dec): Dec {
    return notional(this.instruments[id]!, price, this.account.base[id]!, Rounding.halfEven)
  }

  /** Equity of the account: cash, in which positions have been paid for, and their value. */
  equity(price: PriceOf): Dec {
    let equity: number = this.account.cash
    for (const { id } of this.instruments) {
      if (this.account.base[id] !== 0 && this.account.isLeveraged(id)) equity += this.value(id, price(id))
    }
    return toDec(equity)
  }

  /** What the venue demands behind one position before it liquidates. */
  demand(id: number, price: Dec): Dec {
    const rules = this.rules(id)
    const { account, leverage } = this
    const held = account.base[id]!
    if (rules === null || held === 0) return ZERO
    const size = Math.abs(held) as Dec
    if (rules.product === 'perp') return maintenanceMargin(rules.tiers, Math.abs(this.value(id, price)) as Dec)
    const cost = Math.abs(account.cost[id]!) as Dec
    const used = usedMargin(this.instruments[id]!, held > 0 ? 1 : -1, size, cost, price, leverage)
    return atRate(used, rules.stopLevel)
  }

  /** Of all positions together. */
  demands(price: PriceOf): Dec {
    let sum = 0
    for (const { id } of this.instruments) if (this.account.base[id] !== 0) sum += this.demand(id, price(id))
    return toDec(sum)
  }

  /** What stands behind the position wherever its own price goes: collateral less its signed cost. */
  constant(id: number, price: PriceOf, joint: boolean): Dec {
    const { account } = this
    if (this.isolated) return toDec(account.isolated[id]! - account.cost[id]!)
    // Cash has been paid with the only position's cost.
    if (!joint) return account.cash
    return toDec(this.equity(price) - this.value(id, price(id)))
  }

  /** Mark price at which the position is liquidated while all others stay where they are; null for none. */
  liquidation(id: number, price: PriceOf, joint: boolean): Dec | null {
    const held = this.account.base[id]!
    if (held === 0) return null
    const rules = this.rules(id)
    if (rules === null) return null
    const side = held > 0 ? 1 : -1
    const cost = Math.abs(this.account.cost[id]!) as Dec
    const { tiers, fixedDemand } = this.tiersOf(rules, side, cost)
    const { position } = this
    position.side = side
    position.size = Math.abs(held) as Dec
    position.constant = this.constant(id, price, joint)
    position.fixedDemand = joint ? toDec(fixedDemand + this.demands(price) - this.demand(id, price(id))) : fixedDemand
    position.notional = cost
    return liquidationPrice(this.instruments[id]!, tiers, position)
  }

  private tiersOf(
    rules: MarginRules,
    side: 1 | -1,
    cost: Dec,
  ): { readonly tiers: readonly TierUnits[]; readonly fixedDemand: Dec } {
    if (rules.product === 'perp') return { tiers: rules.tiers, fixedDemand: ZERO }
    return levelDemand(side, cost, this.leverage, rules.stopLevel)
  }

  /** Price at which the position has used up what stands behind it; null for none, or where the venue collects debts. */
  bankruptcy(id: number, price: PriceOf, joint: boolean): Dec | null {
    const held = this.account.base[id]!
    if (held === 0 || this.rules(id)?.product !== 'perp') return null
    const size = Math.abs(held) as Dec
    return bankruptcyPrice(this.instruments[id]!, held > 0 ? 1 : -1, size, this.constant(id, price, joint))
  }
}
