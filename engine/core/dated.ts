/**
 * Dated data: what a venue charged and demanded, and from when to when. Typed here, parsed and checked in datasets,
 * used by market. All times are ms UTC; `fromMs` is inclusive, `toMs` exclusive and null where no end is known.
 */

/** In what a venue takes its fee. `received` is the base of a buy and the quote of a sell. */
export type FeeAsset = 'quote' | 'base' | 'received'

/** When a fill enters the rolling volume that decides the tier: at once, at the next full hour or UTC day. */
export type VolumeTiming = 'fill' | 'hour' | 'day'

/** Market a schedule belongs to. */
export type FeeProduct = 'spot' | 'perp'

export interface FeeTier {
  /** Rolling volume in USD from which the tier applies, inclusive. */
  readonly minVolume: number
  /** Fractions of the value, 0.0026 for 0.26 %; below zero for a rebate. */
  readonly maker: number
  readonly taker: number
}

/** One venue's fee schedule for one product, or for some of its pairs, while it was in force. */
export interface FeeRecord {
  readonly venue: string
  readonly product: FeeProduct
  /**
   * Pairs that have this schedule instead of the product's own: symbols, or patterns in which `*` stands for any text
   * between the slash and the ends (`USDT/*`). Null for the product's own schedule.
   */
  readonly pairs: readonly string[] | null
  readonly fromMs: number
  readonly toMs: number | null
  /** Length of the rolling volume's window. */
  readonly windowDays: number
  readonly volumeTiming: VolumeTiming
  /** What a fill under this record adds to the rolling volume, as a multiple of its value; 0 where it doesn't count. */
  readonly volumeWeight: number
  /** By rising `minVolume`, the first from 0. */
  readonly tiers: readonly FeeTier[]
  readonly feeAsset: FeeAsset
  /** Its dates or its tiers aren't known exactly. */
  readonly approximate: boolean
  /** Rates below zero are meant. */
  readonly rebate: boolean
  readonly source: string
}

/** What a venue demands of orders in one symbol; amounts are exact decimal texts, `0` for no demand. */
export interface RulebookRecord {
  readonly venue: string
  readonly symbol: string
  readonly fromMs: number
  readonly toMs: number | null
  /** Steps of price (quote) and quantity (base). */
  readonly tick: string
  readonly step: string
  /** Least quantity in base, and least price × quantity in quote. */
  readonly minQty: string
  readonly minCost: string
  /** Least price × quantity that is asked of buys alone. */
  readonly minBuyCost: string
  /** Most significant digits of a price that isn't a whole number; null where the tick alone decides. */
  readonly significantDigits: number | null
  /** First instant at which the symbol can be traded, and the first at which it no longer can; null if not known. */
  readonly listedMs: number | null
  readonly delistedMs: number | null
  readonly approximate: boolean
  readonly source: string
}

/** A venue's costs under a preset, as fractions. A market fill pays half the spread. */
export interface PresetCosts {
  readonly maker: number
  readonly taker: number
  readonly spread: number
}

/** Costs that don't depend on day or volume, by venue. */
export interface CostPreset {
  readonly name: string
  readonly venues: Readonly<Record<string, PresetCosts>>
  readonly source: string
}

/** A margin tier: amounts in quote, rates as fractions of the notional. */
export interface MarginTierRecord {
  /** Notional from which it holds, inclusive; the first from 0. */
  readonly fromNotional: number
  readonly maintenanceRate: number
  readonly maxLeverage: number
}

/** A large position is closed in parts: its share is sent first, all of it if that was less than `cooldownMs` ago. */
export interface PartialLiquidation {
  /** Notional in quote above which it holds. */
  readonly aboveNotional: number
  readonly share: number
  readonly cooldownMs: number
  /** Of the value liquidated in part; where it's absent, `liquidationFee`. */
  readonly fee?: number | undefined
}

interface MarginShared {
  readonly venue: string
  readonly symbols: readonly string[]
  readonly fromMs: number
  readonly toMs: number | null
  readonly approximate: boolean
  readonly source: string
}

/** Margin rules of perpetuals. */
export interface PerpetualMarginRecord extends MarginShared {
  readonly product: 'perp'
  readonly tiers: readonly MarginTierRecord[]
  /** Whether tiers have deductions, so that maintenance margin is continuous; else the whole position has its tier's rate. */
  readonly cumulative: boolean
  /** Hours between fundings, and the largest rate of one; null for no bound that is known. */
  readonly fundingHours: number
  readonly maxFundingRate: number | null
  /** Of the value liquidated, beside the taker's fee. */
  readonly liquidationFee: number
  readonly partial: PartialLiquidation | null
  /** The venue liquidates in part, and how isn't known: a run that needs it closes the whole, and counts that. */
  readonly partialUnknown?: true | undefined
  /** Equity below this share of the maintenance margin is taken over with the position; null where only bankruptcy is. */
  readonly backstop: number | null
}

/** Margin rules of leveraged spot: the margin level decides. */
export interface SpotMarginRecord extends MarginShared {
  readonly product: 'spot'
  /** Levels of leverage that can be chosen, rising. */
  readonly leverages: readonly number[]
  /** Equity over used margin at which the venue may, and at which it does liquidate the account. */
  readonly callLevel: number
  readonly stopLevel: number
  /** Paid on opening, and again every `rolloverHours`, as fractions of a long's cost and of a short's value at entry. */
  readonly longFee: number
  readonly shortFee: number
  readonly rolloverHours: number
}

export type MarginRecord = PerpetualMarginRecord | SpotMarginRecord
