/** The ends of a session that an operator's commands take hold of; before it has begun they say so. */

import type { SessionOperations } from '../../live/commands/apply.ts'
import { SAFETY_CODE } from '../../live/safety/recall.ts'
import type { SafetyRecord } from '../../live/safety/safety.ts'
import type { Session } from '../../live/session.ts'

/** `session`: null before it has begun. */
export function operationsOf(session: () => Session | null, symbols: readonly string[]): SessionOperations {
  return {
    cancelEntries: async () => {
      const own = session()
      return own === null ? 'it has not begun' : `${own.cancelEntries()} entries taken back`
    },
    close: async (symbol) => {
      const [own, instrument] = [session(), symbols.indexOf(symbol)]
      if (own === null || instrument < 0) return `${symbol} isn't traded here`
      const held = own.decider.held(instrument)
      await own.closeSoon(instrument)
      return held === 0 ? 'nothing is held; what rested there is taken back' : 'closing at market'
    },
  }
}

/** Keeps safety events and commands in the session's journal: a halt that was answered holds over a crash. */
export function recordIn(session: () => Session | null): (event: SafetyRecord) => void {
  return (event) => {
    session()?.remark({ code: SAFETY_CODE, event }, true)
    // What was halted for may still be so.
    if (event.kind === 'cleared' && event.condition.latched) session()?.lookAnew()
  }
}
