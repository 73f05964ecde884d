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
  ENTRY_INTERVAL: 'The last entry was too recent: the profile spaces entries.',
  ENTRIES_PER_MINUTE: 'The profile allows no more entries within a minute.',
  MICRO_POSITION_OPEN: 'The profile allows one position at a time, and one was open or on its way.',
  LOW_QUALITY: "The signal ranked too low among the strategy's own earlier signals.",
  NO_QUALITY: 'The signal had no quality: the strategy gives no score, or too few signals came before it.',
  AVERAGING_DOWN: 'The market was held already, and the profile never adds to a position.',
  RE_ENTRY: 'The last exit from this market, or the end of a stale order in it, was too recent.',
  BELOW_TIER_MINIMUM: "The order would have been smaller than the minimum of the market's tier.",
  MINIMUM_ABOVE_CAP: 'The smallest order that the market takes is above the cap on the size of a trade.',
  NO_VENUE: 'None of the enabled venues lists this market.',
  MAX_POSITIONS: 'As many positions as the profile allows were open or on their way.',
  BELOW_MIN_ORDER: 'The order would have been smaller than portfolio sizing ever orders.',
  REALLOCATION_FAILED: 'Selling other positions did not bring in enough, so the purchase was dropped.',
  SELL_BLOCKED_BY_CASH: 'The old rules refused a sale worth more than the free cash; the rules of today never ask.',
  VENUE_INSUFFICIENT_FUNDS: 'The venue refused it: the account could not pay for the order at the price it met.',
  VENUE_INSUFFICIENT_BASE: 'The venue refused it: there was less to sell than the order named.',
  VENUE_BELOW_MINIMUM: 'The venue refused it: the order was smaller than it takes.',
  VENUE_OFF_TICK: "The venue refused it: the price did not lie on the market's price steps.",
  VENUE_OFF_STEP: "The venue refused it: the quantity did not lie on the market's lot steps.",
  VENUE_DUPLICATE_ID: 'The venue refused it: an order with this number had come before.',
  VENUE_UNKNOWN_ORDER: 'The venue knew no such order.',
  VENUE_WOULD_OPEN_POSITION: 'The venue refused it: a closing order found nothing to close.',
  VENUE_NOT_LISTED: 'The venue refused it: it did not list this market at the time.',
  VENUE_NO_PRICE: 'The venue refused it: there was no price to fill at.',
  VENUE_INJECTED: 'The venue refused it because a scenario or a test told it to.',
  VENUE_UNSUPPORTED: 'The venue refused it: it does not know this kind of order.',
  VENUE_INSUFFICIENT_MARGIN: "The venue refused it: the account's equity can't carry the margin that it needs.",
  VENUE_LEVERAGE_TOO_HIGH: "The venue refused it: a position of that size can't have the account's leverage.",
  VENUE_LIQUIDATION: 'The venue cancelled it when it liquidated a position.',
  VENUE_POST_ONLY: 'The venue refused it: a post-only order would have taken liquidity.',
  VENUE_NOT_FILLED_AT_ONCE: 'The order could not be filled at once, as it asked.',
  VENUE_UNAVAILABLE: 'The venue could not be reached.',
  VENUE_BLOCKED: 'A safety limit of the session let it not go out.',
  NOTHING_TO_AMEND: 'Nothing rested that the new prices could have changed.',
  FEE_UNPROFITABLE: 'The profit target was too close: after fees and spread, reaching it would not have paid.',
}

const EXITS: Readonly<Record<string, string>> = {
  SIGNAL: 'The strategy asked for it',
  STOP: 'Stop price reached',
  TARGET: 'Target price reached',
  EMERGENCY: 'Emergency loss limit reached',
  LIQUIDATION: 'Liquidated by the venue',
  REALLOCATION: 'Made room for a better signal',
  CLEANUP: 'Was swept as dust',
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
