/** On paper nothing can be lost: no limit but the venue's own. An operator's halt holds there as it does live. */

import type { Alerts, OrderGate } from '../../live/ports.ts'
import { Conditions } from '../../live/safety/conditions.ts'
import { lastingHalt, lowersExposure, refusalOf } from '../../live/safety/gate.ts'

export function paperGate(nowMs: () => number, conditions = new Conditions(() => {})): OrderGate {
  return {
    get state() {
      return conditions.state
    },
    check: (order) => (lowersExposure(order) ? null : refusalOf(conditions, order.order.symbol)) ?? { allowed: true },
    outcome: () => {},
    halt: (code, text) => conditions.raise(lastingHalt(code, text, nowMs())),
    marked: () => {},
  }
}

export const silentAlerts: Alerts = { tell: () => {} }
