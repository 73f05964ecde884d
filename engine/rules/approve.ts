/** The one place where an order becomes an approved order. Nothing outside the rules room may call it. */

import type { Dec } from '../core/dec.ts'
import type { ApprovedOrder, OrderFields, OrderType, Purpose, Side } from '../core/order.ts'

/** Brands an order that has passed the rules. */
export function approve(fields: OrderFields): ApprovedOrder {
  return new Order(fields) as OrderFields as ApprovedOrder
}

/** One class for all orders, whatever rule they come from: code that reads orders meets one shape. */
class Order implements OrderFields {
  readonly id: number
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly purpose: Purpose
  readonly quantity: Dec
  readonly quoteAmount: Dec
  readonly limitPrice: Dec
  readonly stopPrice: Dec
  readonly reduceOnly: boolean
  readonly ocoGroup: number
  readonly decidedMs: number
  readonly expiresMs: number
  readonly answersIntrabar: boolean
  readonly tag: string | null

  constructor(fields: OrderFields) {
    this.id = fields.id
    this.instrument = fields.instrument
    this.side = fields.side
    this.type = fields.type
    this.purpose = fields.purpose
    this.quantity = fields.quantity
    this.quoteAmount = fields.quoteAmount
    this.limitPrice = fields.limitPrice
    this.stopPrice = fields.stopPrice
    this.reduceOnly = fields.reduceOnly
    this.ocoGroup = fields.ocoGroup
    this.decidedMs = fields.decidedMs
    this.expiresMs = fields.expiresMs
    this.answersIntrabar = fields.answersIntrabar
    this.tag = fields.tag
  }
}
