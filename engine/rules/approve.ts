/** The one place where an order becomes an approved order. Nothing outside the rules room may call it. */

import type { ApprovedOrder, OrderFields } from '../core/order.ts'

/** Brands an order that has passed the rules. */
export function approve(fields: OrderFields): ApprovedOrder {
  return fields as ApprovedOrder
}
