/** What must hold of every venue's facts, whatever the case: states, times, and balances recomputed in bigint. */

import { expect } from 'vitest'
import { type Fact, FactKind } from '../../../engine/core/fact.ts'
import type { OrderFields } from '../../../engine/core/order.ts'
import { type Balances, money, base as toBase, type VenueHarness, type VenueSetup } from './harness.ts'

const TERMINAL: readonly FactKind[] = [FactKind.rejected, FactKind.cancelled, FactKind.expired]

/** Facts that end an order: what it never leaves again. */
export function endings(facts: readonly Fact[], orderId: number): Fact[] {
  return facts.filter(
    (fact) =>
      fact.orderId === orderId && (TERMINAL.includes(fact.kind) || (fact.kind === FactKind.filled && fact.complete)),
  )
}

export function fillsOf(facts: readonly Fact[], orderId: number): Fact[] {
  return facts.filter((fact) => fact.orderId === orderId && fact.kind === FactKind.filled)
}

/** Each order at most one ending, nothing filled after it, at most one acceptance, never more filled than asked. */
export function auditStates(facts: readonly Fact[], orders: readonly OrderFields[]): void {
  for (const { id, quantity, quoteAmount } of orders) {
    const mine = facts.filter((fact) => fact.orderId === id)
    const ends = endings(facts, id)
    expect(ends.length, `endings of order ${id}`).toBeLessThanOrEqual(1)
    expect(mine.filter(({ kind }) => kind === FactKind.accepted).length, `accepts of ${id}`).toBeLessThanOrEqual(1)
    const fills = fillsOf(facts, id)
    if (ends.length === 1) {
      const end = mine.indexOf(ends[0]!)
      for (const fill of fills) expect(mine.indexOf(fill), `a fill of ${id} after its end`).toBeLessThanOrEqual(end)
    }
    const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0)
    if (quantity > 0) expect(filled, `filled of ${id}`).toBeLessThanOrEqual(quantity)
    const spent = fills.reduce((sum, fill) => sum + fill.value + fill.fee, 0)
    if (quoteAmount > 0) expect(spent, `spent by ${id}`).toBeLessThanOrEqual(quoteAmount)
  }
}

/** Facts come in the order in which they are known, and never before they happen. */
export function auditTimes(facts: readonly Fact[], latencyMs: number): void {
  let last = Number.NEGATIVE_INFINITY
  for (const fact of facts) {
    expect(fact.knownMs, 'known before it happened').toBeGreaterThanOrEqual(fact.atMs)
    // A fill inside a bar is stamped with the close, the latest it can have been; the delay is in that.
    if (!fact.intrabar && fact.kind !== FactKind.cancelled) {
      expect(fact.knownMs - fact.atMs, 'known before the answer came').toBeGreaterThanOrEqual(latencyMs)
    }
    expect(fact.knownMs, 'facts out of order').toBeGreaterThanOrEqual(last)
    last = fact.knownMs
  }
}

/** Start ± fills, exactly: cash and base from the facts alone; value and fee of each fill to the unit. */
export function auditBalances(
  facts: readonly Fact[],
  orders: readonly OrderFields[],
  setup: VenueSetup,
  { instrument }: VenueHarness,
  balances: Balances,
): void {
  let cash = BigInt(money(setup.cash))
  let base = BigInt(toBase(setup.base))
  const unit = 10n ** BigInt(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
  for (const fact of facts) {
    if (fact.kind !== FactKind.filled) continue
    const order = orders.find(({ id }) => id === fact.orderId)!
    const side = BigInt(order.side)
    const [quantity, price, value, fee] = [fact.quantity, fact.price, fact.value, fact.fee].map(BigInt) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    expect(quantity > 0n && price > 0n).toBe(true)
    expect(value, 'value of a fill').toBe(roundHalfEven(quantity * price, unit))
    const rate = BigInt(Math.round((fact.maker ? setup.makerFee : setup.takerFee) * 1e12))
    expect(fee, 'fee of a fill').toBe(roundHalfUp(value * rate, 10n ** 12n))
    cash -= side * value + fee
    base += side * quantity
  }
  expect(BigInt(balances.cash), 'cash').toBe(cash)
  expect(BigInt(balances.base), 'base').toBe(base)
  if (instrument.kind !== 'spot') return
  for (const amount of [balances.cash, balances.freeCash, balances.base, balances.freeBase]) {
    expect(amount, 'a spot account owes nothing').toBeGreaterThanOrEqual(0)
  }
}

function roundHalfEven(product: bigint, unit: bigint): bigint {
  const whole = product / unit
  const twice = (product % unit) * 2n
  return twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole
}

function roundHalfUp(product: bigint, unit: bigint): bigint {
  return (product * 2n + unit) / (unit * 2n)
}
