/** Clocks drift apart: the venue is asked for its time now and then, and believed where its answer came quickly. */

import { ask, type SessionContext } from './context.ts'
import type { SteadyClock } from './steady-clock.ts'

/** Between two questions. */
export const CLOCK_MS = 600_000
/** A slower answer says too little. */
export const QUICK_MS = 1_000

export async function askTime(session: SessionContext & { readonly environment: SteadyClock }): Promise<void> {
  const { environment, exchange } = session
  const askedMs = environment.monotonicMs()
  const time = await ask(session, () => exchange.serverTimeMs())
  if (!time.ok || environment.monotonicMs() - askedMs > QUICK_MS) return
  // Whole seconds are told when they begin: most likely half of one has passed.
  environment.told(time.value + (exchange.abilities.clockStepMs ?? 0) / 2, askedMs)
}
