/** On paper nothing can be lost: no limit but the venue's own, and nobody to alert but the journal. */

import type { Alerts, OrderGate, SafetyState } from '../../live/ports.ts'

export function paperGate(): OrderGate {
  let state: SafetyState = 'ACTIVE'
  return {
    get state() {
      return state
    },
    check: () => ({ allowed: true }),
    outcome: () => {},
    halt: () => {
      state = 'HALTED'
    },
    marked: () => {},
  }
}

export const silentAlerts: Alerts = { tell: () => {} }
