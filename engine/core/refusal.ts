/**
 * Refusals: a skip is a decision, not an error. Every refusal has a code and the numbers behind it, is recorded and
 * counted; equal refusals in a row are one record with a count (RULES B6).
 */

import type { Side } from './order.ts'

/** Codes are stable numbers in the decision record; names are what people and JSON see. Append only. */
export const RefusalCode = {
  noPosition: 1,
  exitInFlight: 2,
  positionOpen: 3,
  entryPending: 4,
  insufficientBalance: 5,
  belowMinimum: 6,
  exitBelowMinimum: 7,
  noPrice: 8,
  shortNotAllowed: 9,
  sizeZero: 10,
  badStop: 11,
  notListed: 12,
  atTarget: 13,
  entryInterval: 20,
  entriesPerMinute: 21,
  microPositionOpen: 22,
  lowQuality: 23,
  noQuality: 24,
  averagingDown: 25,
  reEntry: 26,
  belowTierMinimum: 27,
  minimumAboveCap: 28,
  feeUnprofitable: 29,
  noVenue: 30,
  maxPositions: 31,
  belowMinOrder: 32,
  reallocationFailed: 33,
  sellBlockedByCash: 34,
  nothingToAmend: 40,
} as const
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode]

export const REFUSAL_NAMES: Readonly<Record<RefusalCode, string>> = {
  1: 'NO_POSITION',
  2: 'EXIT_IN_FLIGHT',
  3: 'POSITION_OPEN',
  4: 'ENTRY_PENDING',
  5: 'INSUFFICIENT_BALANCE',
  6: 'BELOW_MINIMUM',
  7: 'EXIT_BELOW_MINIMUM',
  8: 'NO_PRICE',
  9: 'SHORT_NOT_ALLOWED',
  10: 'SIZE_ZERO',
  11: 'BAD_STOP',
  12: 'NOT_LISTED',
  13: 'AT_TARGET',
  20: 'ENTRY_INTERVAL',
  21: 'ENTRIES_PER_MINUTE',
  22: 'MICRO_POSITION_OPEN',
  23: 'LOW_QUALITY',
  24: 'NO_QUALITY',
  25: 'AVERAGING_DOWN',
  26: 'RE_ENTRY',
  27: 'BELOW_TIER_MINIMUM',
  28: 'MINIMUM_ABOVE_CAP',
  29: 'FEE_UNPROFITABLE',
  30: 'NO_VENUE',
  31: 'MAX_POSITIONS',
  32: 'BELOW_MIN_ORDER',
  33: 'REALLOCATION_FAILED',
  34: 'SELL_BLOCKED_BY_CASH',
  40: 'NOTHING_TO_AMEND',
}

/** What the two numbers of a refusal mean, by code: `wanted=… minimum=…`. */
export const REFUSAL_NUMBERS: Readonly<Record<RefusalCode, readonly [string, string]>> = {
  1: ['position', 'pending'],
  2: ['order', 'pending'],
  3: ['position', 'wanted'],
  4: ['order', 'wanted'],
  5: ['wanted', 'available'],
  6: ['wanted', 'minimum'],
  7: ['exitValue', 'minimum'],
  8: ['row', 'wanted'],
  9: ['wanted', 'available'],
  10: ['wanted', 'price'],
  11: ['stop', 'price'],
  12: ['dateMs', 'before'],
  13: ['wanted', 'held'],
  20: ['untilMs', 'intervalMs'],
  21: ['untilMs', 'limit'],
  22: ['positions', 'pending'],
  23: ['quality', 'minimum'],
  24: ['minimum', 'known'],
  25: ['position', 'wanted'],
  26: ['untilMs', 'intervalMs'],
  27: ['amount', 'minimum'],
  28: ['minimum', 'cap'],
  29: ['target', 'minimum'],
  30: ['enabled', 'listing'],
  31: ['taken', 'limit'],
  32: ['wanted', 'minimum'],
  33: ['wanted', 'received'],
  34: ['value', 'available'],
  40: ['position', 'pending'],
}

export interface Refusal {
  readonly code: RefusalCode
  readonly instrument: number
  readonly side: Side
  /** Doubles in quote or base as REFUSAL_NUMBERS says. */
  readonly first: number
  readonly second: number
}

/** `BELOW_MINIMUM wanted=2 minimum=2.5` */
export function describeRefusal(refusal: Refusal): string {
  const [first, second] = REFUSAL_NUMBERS[refusal.code]
  return `${REFUSAL_NAMES[refusal.code]} ${first}=${refusal.first} ${second}=${refusal.second}`
}
