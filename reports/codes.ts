/** Plain words for the codes that a run's records carry. A code that isn't here is shown as it is. */

const REFUSALS: Readonly<Record<string, string>> = {
  NO_POSITION: 'There was nothing to sell or to cover.',
  EXIT_IN_FLIGHT: 'An order to close this position was on its way already.',
  POSITION_OPEN: 'A position in this market was open already.',
  ENTRY_PENDING: 'An order to enter this market was on its way already.',
  INSUFFICIENT_BALANCE: 'The free balance did not cover the order with its fee and half the spread.',
  BELOW_MINIMUM: 'The order would have been smaller than the smallest the venue or the rulebook allows.',
  EXIT_BELOW_MINIMUM: 'The position is worth less than the smallest order the venue accepts, so it could not be sold.',
  NO_PRICE: 'There was no candle to trade on.',
  SHORT_NOT_ALLOWED: 'The run does not allow short positions here.',
  SIZE_ZERO: 'The wanted size rounded down to nothing.',
  BAD_STOP: 'The stop was on the wrong side of the price.',
  NOT_LISTED: 'The venue did not list this market at the time.',
  AT_TARGET: 'The position already had the wanted weight.',
  FEE_UNPROFITABLE: 'The profit target was too close: after fees and spread, reaching it would not have paid.',
}

const EXITS: Readonly<Record<string, string>> = {
  SIGNAL: 'The strategy asked for it',
  STOP: 'Stop price reached',
  TARGET: 'Target price reached',
  EMERGENCY: 'Emergency loss limit reached',
  LIQUIDATION: 'Liquidated by the venue',
  REALLOCATION: 'Made room for a better signal',
  REBALANCE: 'Portfolio rebalanced',
  END: 'Closed at the end of the run',
}

/** What a refusal code means, or null for an unknown one. */
export function refusalWords(code: string): string | null {
  return Object.hasOwn(REFUSALS, code) ? REFUSALS[code]! : null
}

/** What an exit reason means, or null for an unknown one. */
export function exitWords(reason: string): string | null {
  return Object.hasOwn(EXITS, reason) ? EXITS[reason]! : null
}
