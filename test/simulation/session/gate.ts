/** A plain order gate for simulations: bounds on size, exposure and open orders, and the three states. */

import type {
  GateAccount,
  GateOrder,
  GateVerdict,
  OrderGate,
  SafetyState,
  SendOutcome,
} from '../../../engine/live/ports.ts'

export interface GateBounds {
  readonly orderNotional: number
  readonly exposure: number
  readonly openOrders: number
}

export class PlainGate implements OrderGate {
  state: SafetyState = 'ACTIVE'
  readonly halts: { readonly code: string; readonly text: string }[] = []
  readonly unknown = new Map<string, number>()
  private readonly bounds: GateBounds

  constructor(bounds: GateBounds) {
    this.bounds = bounds
  }

  check(order: GateOrder, account: GateAccount): GateVerdict {
    if (order.reducing) return { allowed: true }
    if (this.state !== 'ACTIVE') return { allowed: false, code: this.state, text: 'only reducing orders pass' }
    if ((this.unknown.get(order.order.symbol) ?? 0) > 0) {
      return { allowed: false, code: 'UNKNOWN_ORDER', text: 'an order of this symbol is unresolved' }
    }
    const { orderNotional, exposure, openOrders } = this.bounds
    if (order.notional > orderNotional) return { allowed: false, code: 'ORDER_SIZE', text: 'too large' }
    if (account.gross + account.pending + order.notional > exposure) {
      return { allowed: false, code: 'EXPOSURE', text: 'too much exposure' }
    }
    if (account.openOrders >= openOrders) return { allowed: false, code: 'OPEN_ORDERS', text: 'too many orders' }
    return { allowed: true }
  }

  outcome(symbol: string, outcome: SendOutcome): void {
    const before = this.unknown.get(symbol) ?? 0
    if (outcome === 'unknown') this.unknown.set(symbol, before + 1)
    if (outcome === 'settled') this.unknown.set(symbol, Math.max(0, before - 1))
  }

  halt(code: string, text: string): void {
    this.state = 'HALTED'
    this.halts.push({ code, text })
  }

  marked(): void {}
}
