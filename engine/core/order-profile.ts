/** What a venue's orders can be, by the venue's own names for it. Typed here, parsed in datasets, used by market. */

/** Kinds of orders, as profiles name them; by OrderType. */
export const ORDER_KINDS: readonly string[] = [
  'market',
  'limit',
  'stop',
  'stopLimit',
  'takeProfit',
  'takeProfitLimit',
  'trailingStop',
]

/** Times in force, as profiles name them; by TimeInForce. */
export const TIMES_IN_FORCE: readonly string[] = ['gtc', 'ioc', 'fok', 'gtd']

export interface OrderProfile {
  readonly venue: string
  readonly source: string
  /** The venue's name of each kind that it takes. */
  readonly types: Readonly<Record<string, string>>
  /** Name of a stop that rests as one half of a pair, where the venue has one only so; null for none. */
  readonly pairedStop: string | null
  readonly timeInForce: Readonly<Record<string, string>>
  /** From when on it takes a kind or a time in force, ms UTC, where that is known. */
  readonly sinceMs: Readonly<Record<string, number>>
  readonly postOnly: string | null
  /** On margin; a spot venue's sells need none. */
  readonly reduceOnly: string | null
  readonly amend: string | null
}
