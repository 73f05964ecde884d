/** Plain words for the codes that a run's records carry. A code that isn't here is shown as it is. */

const REFUSALS: Readonly<Record<string, string>> = {
  BELOW_MINIMUM: 'The order would have been smaller than the smallest the venue or the rulebook allows.',
  EXIT_BELOW_MINIMUM: 'The position is worth less than the smallest order the venue accepts, so it could not be sold.',
  INSUFFICIENT_BALANCE: 'The free balance did not cover the order with its fee and half the spread.',
  FEE_UNPROFITABLE: 'The profit target was too close: after fees and spread, reaching it would not have paid.',
  COOLDOWN: 'It came too soon after the last entry or exit.',
  MAX_POSITIONS: 'As many positions were open as the profile allows.',
  POSITION_OPEN: 'A position in this market was open already.',
  LOW_CONFIDENCE: 'The signal was weaker than the profile asks for.',
  LOW_QUALITY: 'Among its own earlier signals, this one ranked lower than the profile asks for.',
  NOT_LISTED: 'The venue did not list this market at the time.',
  NO_PRICE: 'There was no candle to trade on.',
  MARGIN: 'The free margin did not cover the order at its leverage.',
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
