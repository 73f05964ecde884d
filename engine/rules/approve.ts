/** The one place where an order becomes an approved order. Nothing outside the rules room may call it. */

import type { ApprovedOrder, OrderFields } from '../core/order.ts'

/**
 * Brands an order that has passed the rules. Callers write the fields in the order of `OrderFields`, without a spread:
 * all orders then have one shape, and whoever reads them stays fast.
 */
export function approve(fields: OrderFields): ApprovedOrder {
  return fields as ApprovedOrder
}
