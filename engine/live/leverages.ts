/** Leverage is set before an entry only: at a start, where nothing is held. */

import type { Decider } from './decider.ts'
import type { Environment } from './environment.ts'
import type { ExchangePort } from './exchange.ts'
import { within } from './within.ts'

/** An answer that takes longer isn't waited for. */
const ANSWER_MS = 10_000

/** Asks the venue for this leverage wherever no position is open. Throws what it says, and where it says nothing. */
export async function setLeverages(
  environment: Environment,
  exchange: Pick<ExchangePort, 'setLeverage'>,
  decider: Pick<Decider, 'instruments' | 'held'>,
  leverage: number,
): Promise<void> {
  if (leverage <= 1) return
  for (const { id, symbol } of decider.instruments) {
    if (decider.held(id) !== 0) continue
    await within(environment, ANSWER_MS, () => exchange.setLeverage(symbol, leverage))
  }
}
