/**
 * Fees by each venue's dated schedule and the account's own rolling volume. `ScheduleFees` has the shape of the
 * simulated venue's FeeModel. The volume is shared by all products of a venue that an account trades there, each fill
 * weighted as its schedule says (RULES E, VENUES 1).
 */

import type { FeeAsset, FeeRecord } from '../core/dated.ts'
import { type Dec, pow10 } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import type { Assumption } from '../core/result.ts'
import { utcDay } from './day.ts'
import { type FeeSegment, feeSegments } from './fee-lines.ts'
import { RollingVolume } from './rolling-volume.ts'
import { Schedule, VOLUME_DECIMALS } from './schedule.ts'
import { Timeline } from './timeline.ts'

/** Currencies that count as dollars, one for one, in a rolling volume. */
const DOLLARS = new Set(['USD', 'USDT', 'USDC', 'DAI', 'PYUSD', 'USDG', 'USDE', 'FDUSD', 'TUSD', 'BUSD'])

interface Line {
  readonly venue: string
  readonly symbol: string
  readonly timeline: Timeline<FeeSegment>
  /** By the timeline's index. */
  readonly schedules: readonly Schedule[]
  /** The rolling volumes of the account at this venue: one for each way of counting that its records name. */
  readonly volumes: readonly RollingVolume[]
  /** Quote units to volume units; 0 where the quote isn't a dollar, so that nothing counts. */
  readonly perUnit: number
  beforeFirst: number
  inHole: number
  notInUsd: number
}

/** Whether a venue takes the fee of a fill on that side in base. */
export function isInBase(asset: FeeAsset, side: 1 | -1): boolean {
  return asset === 'base' || (asset === 'received' && side > 0)
}

export class ScheduleFees {
  private readonly lines: readonly Line[]
  /** As in the simulated venue's FeeModel; on spot alone, since elsewhere no base changes hands. */
  readonly inBase: ((instrument: number, atMs: number, side: 1 | -1) => boolean) | null

  /** `records` of all venues of the instruments. Throws `NO_FEE_SCHEDULE` for a pair without any. */
  constructor(records: readonly FeeRecord[], instruments: readonly Instrument[]) {
    const volumes = new Map<string, Map<string, RollingVolume>>()
    this.lines = instruments.map((one) => makeLine(records, one, volumes))
    const spot = instruments.map(({ kind }) => kind === 'spot')
    const any = this.lines.some(
      ({ schedules }, id) => spot[id] && schedules.some(({ feeAsset }) => feeAsset !== 'quote'),
    )
    this.inBase = any ? (id, atMs, side) => spot[id]! && isInBase(this.feeAsset(id, atMs), side) : null
  }

  /** Rate of a fill at `atMs` in units of 1e-12, before that fill's own volume counts. */
  rate(instrument: number, atMs: number, maker: boolean): Dec {
    const line = this.lines[instrument]!
    return line.schedules[line.timeline.indexAt(atMs)]!.rate(atMs, maker)
  }

  /** Books a fill's value, in the instrument's quote units; told after its fee was taken, in order of time. */
  filled(instrument: number, atMs: number, valueQuote: number): void {
    const line = this.lines[instrument]!
    const { timeline, volumes } = line
    const schedule = line.schedules[timeline.indexAt(atMs)]!
    const coverage = timeline.coverageAt(atMs)
    schedule.fills += 1
    if (coverage === 'beforeFirst') line.beforeFirst += 1
    else if (coverage === 'hole') line.inHole += 1
    if (schedule.volumeWeight === 0) return
    if (line.perUnit === 0) line.notInUsd += 1
    const amount = Math.round(Math.abs(valueQuote) * schedule.volumeWeight * line.perUnit)
    if (amount === 0) return
    for (let i = 0; i < volumes.length; i++) volumes[i]!.add(atMs, amount)
  }

  /** In what the venue takes its fee. */
  feeAsset(instrument: number, atMs: number): FeeAsset {
    const line = this.lines[instrument]!
    return line.schedules[line.timeline.indexAt(atMs)]!.feeAsset
  }

  /** Index, from 0, of the tier that the account has reached. */
  tier(instrument: number, atMs: number): number {
    const line = this.lines[instrument]!
    return line.schedules[line.timeline.indexAt(atMs)]!.tierAt(atMs)
  }

  /** What the fees of this run took for granted so far, counted in fills. */
  assumptions(): readonly Assumption[] {
    return this.lines.flatMap((line) => [...lineAssumptions(line)])
  }
}

function makeLine(
  records: readonly FeeRecord[],
  instrument: Instrument,
  volumes: Map<string, Map<string, RollingVolume>>,
): Line {
  const { account, venue, symbol } = instrument
  const key = JSON.stringify([account, venue])
  const group = volumes.get(key) ?? new Map<string, RollingVolume>()
  volumes.set(key, group)
  // Every way of counting that the venue ever had is kept from the start, so that a change of rules finds its past.
  for (const one of records) {
    const way = wayOf(one)
    if (one.venue === venue && !group.has(way)) group.set(way, new RollingVolume(one.windowDays, one.volumeTiming))
  }
  const timeline = new Timeline(feeSegments(records, venue, symbol))
  return {
    venue,
    symbol,
    timeline,
    schedules: timeline.records.map(({ record }) => new Schedule(record, group.get(wayOf(record))!)),
    volumes: [...group.values()],
    perUnit: DOLLARS.has(instrument.quote) ? pow10(VOLUME_DECIMALS) / pow10(instrument.quoteDec) : 0,
    beforeFirst: 0,
    inHole: 0,
    notInUsd: 0,
  }
}

function wayOf(record: FeeRecord): string {
  return `${record.windowDays} ${record.volumeTiming}`
}

function* lineAssumptions(line: Line): Generator<Assumption> {
  const { records } = line.timeline
  const name = `${line.venue} ${line.symbol}`
  if (line.beforeFirst > 0) {
    const first = utcDay(records[0]!.fromMs)
    const text = `${name}: fees before the first record (${first}) are those of that record`
    yield { code: 'FEES_BEFORE_FIRST_RECORD', text, count: line.beforeFirst }
  }
  if (line.inHole > 0) {
    const text = `${name}: fees between records are those of the record before`
    yield { code: 'FEES_IN_HOLE', text, count: line.inHole }
  }
  const approximate = line.schedules.reduce((sum, one) => sum + (one.approximate ? one.fills : 0), 0)
  if (approximate > 0) {
    const text = `${name}: fees by a record whose dates or tiers aren't known exactly`
    yield { code: 'FEES_APPROXIMATE', text, count: approximate }
  }
  if (line.notInUsd > 0) {
    const text = `${name}: value isn't in dollars and doesn't count to the rolling volume`
    yield { code: 'FEE_VOLUME_NOT_IN_USD', text, count: line.notInUsd }
  }
}
