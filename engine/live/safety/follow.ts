/** What follows from a change of conditions: people are told, and a halt takes entries back. */

import { HALT_COMMAND, type SessionOperations } from '../commands/apply.ts'
import type { Alerts } from '../ports.ts'
import type { SafetyEvent } from './conditions.ts'

export function followEvent(event: SafetyEvent, alerts: Alerts, operations: SessionOperations): void {
  if (event.kind === 'warning') alerts.tell('warn', event.key, event.why)
  else if (event.kind === 'raised') {
    const { level, key, why } = event.condition
    const isGrave = level === 'HALTED' || key.startsWith('LIQUIDATION')
    alerts.tell(isGrave ? 'alarm' : 'warn', level, `${key}: ${why}`)
    // Whoever commands a halt takes entries back, and says how many.
    if (level === 'HALTED' && key !== HALT_COMMAND) operations.cancelEntries(key).catch(() => {})
  } else if (event.kind === 'cleared')
    alerts.tell('info', 'CLEARED', `${event.condition.key}: ${event.by}; ${event.state}`)
  else if (event.kind === 'symbol-raised') {
    alerts.tell('warn', 'SYMBOL_OFF', `${event.condition.symbol} takes no new exposure: ${event.condition.why}`)
  }
}
