/** What the rules are told by the run file, as plain values. Every number here is a default of a preset, never a constant in code. */

export type SizingMode =
  /** Fraction of total equity, capped by what is available less the fee. `by: 'quote'` orders an amount of money. */
  | { readonly mode: 'percent'; readonly fraction: number; readonly by: 'base' | 'quote' }
  /** A fixed amount of quote. */
  | { readonly mode: 'fixed'; readonly quote: number }

export interface RulesConfig {
  readonly sizing: SizingMode
  /** Whether a signal may open a short. */
  readonly shorting: boolean
  /** Buying power as a multiple of equity; 1 for spot. */
  readonly leverage: number
  /** Taker fee, half-spread and slippage together that an entry reserves out of what is available, as a rate. */
  readonly entryCostRate: number
  /** Refuse an entry whose value at its stop would fall below the venue's own minimum (RULES B5). */
  readonly exitBelowMinimum: boolean
  /** Fall assumed for that check where a position has no stop. */
  readonly exitBelowMinimumFall: number
}
