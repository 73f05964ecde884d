/** The words of reports for why a position was closed. */

import { Purpose } from '../core/order.ts'
import type { ExitReason } from '../core/result.ts'

/** Why a trade ended, by the purpose of the order that closed it. */
export const EXIT_REASON: Readonly<Record<number, ExitReason>> = {
  [Purpose.exit]: 'SIGNAL',
  [Purpose.stop]: 'STOP',
  [Purpose.target]: 'TARGET',
  [Purpose.emergency]: 'EMERGENCY',
  [Purpose.rebalance]: 'REBALANCE',
  [Purpose.reallocation]: 'REALLOCATION',
  [Purpose.liquidation]: 'LIQUIDATION',
  [Purpose.cleanup]: 'CLEANUP',
}
