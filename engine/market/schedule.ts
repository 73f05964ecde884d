/** A fee record made ready for lookups: thresholds and rates as exact numbers, and a cursor on the tier. */

import type { FeeAsset, FeeRecord } from '../core/dated.ts'
import type { Dec } from '../core/dec.ts'
import { pow10 } from '../core/dec.ts'
import { rateUnits } from './rates.ts'
import type { RollingVolume } from './rolling-volume.ts'

/** Volumes are whole numbers of 0.0001 USD, so that sums over a window are exact up to 9e11 USD. */
export const VOLUME_DECIMALS = 4

export class Schedule {
  readonly feeAsset: FeeAsset
  readonly volumeWeight: number
  readonly approximate: boolean
  /** Fills told of while this schedule was used. */
  fills = 0
  private readonly volume: RollingVolume
  private readonly from: readonly number[]
  private readonly maker: readonly Dec[]
  private readonly taker: readonly Dec[]
  private cursor = 0

  constructor(record: FeeRecord, volume: RollingVolume) {
    this.feeAsset = record.feeAsset
    this.volumeWeight = record.volumeWeight
    this.approximate = record.approximate
    this.volume = volume
    this.from = record.tiers.map((tier) => tier.minVolume * pow10(VOLUME_DECIMALS))
    this.maker = record.tiers.map((tier) => rateUnits(tier.maker))
    this.taker = record.tiers.map((tier) => rateUnits(tier.taker))
  }

  /** Index of the tier that the account's volume has reached. */
  tierAt(atMs: number): number {
    const { from } = this
    if (from.length === 1) return 0
    const volume = this.volume.at(atMs)
    let tier = this.cursor
    while (tier + 1 < from.length && from[tier + 1]! <= volume) tier += 1
    while (tier > 0 && from[tier]! > volume) tier -= 1
    this.cursor = tier
    return tier
  }

  rate(atMs: number, maker: boolean): Dec {
    const tier = this.tierAt(atMs)
    return maker ? this.maker[tier]! : this.taker[tier]!
  }
}
