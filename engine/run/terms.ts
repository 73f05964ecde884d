/** A venue's terms as a run file names them: fees, spread, rulebooks; loaded once, made fresh for every run. */

import { loadCostPreset, loadFees, loadRulebooks } from '../../datasets/dated/dated.ts'
import { datedHash } from '../../datasets/dated/hash.ts'
import { loadOrderProfile } from '../../datasets/dated/order-profiles.ts'
import type { CostPreset, FeeAsset, FeeRecord, RulebookRecord } from '../core/dated.ts'
import { type Dec, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { freeRulebook, type Instrument, type Rulebook } from '../core/instrument.ts'
import type { OrderProfile } from '../core/order-profile.ts'
import type { Assumption } from '../core/result.ts'
import { feeRecordsFor } from '../market/fee-lines.ts'
import { ScheduleFees } from '../market/fees.ts'
import { PresetFees, presetCosts } from '../market/round-trip.ts'
import { isListed, RulebookTimeline, rulebookLookup, rulebookRecordsFor } from '../market/rulebooks.ts'
import { type FeeModel, flatFees } from '../sim/costs.ts'
import { allInOrder } from './all-in-order.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import type { ResolvedConfig } from './config/index.ts'
import { type LatencyFile, readLatencyFile } from './latency-file.ts'
import { loadMarginSource, type MarginSource } from './margin.ts'

type FeeSource =
  | { readonly kind: 'flat'; readonly maker: number; readonly taker: number; readonly asset?: FeeAsset | undefined }
  | { readonly kind: 'preset'; readonly preset: CostPreset }
  | { readonly kind: 'schedule'; readonly records: readonly FeeRecord[] }

/** What the run file's `costs:` and `rules.venueMinimums` come to. */
export interface Terms {
  readonly fees: FeeSource
  /** Null where venue minimums are off: no steps, no ticks, no minimums. */
  readonly rulebooks: readonly RulebookRecord[] | null
  /** Full spread as a fraction of the price. */
  readonly spread: number
  readonly slippage: number
  /** Default: none, leverage is buying power alone. */
  readonly margin?: MarginSource | null
  /** Full spread by venue, where there are several with spreads of their own; `spread` is the first's then. */
  readonly venueSpreads?: Readonly<Record<string, number>>
  /** What fees are multiplied by, for a stress test; rebates stay. Default 1. */
  readonly feeFactor?: number
  /** What spreads told from the bars, and impact, are multiplied by. Default 1. */
  readonly marketFactor?: number
  /** What the venues' orders can be; none where anything goes. */
  readonly orders?: readonly OrderProfile[]
  /** Recorded delays, where the run file names some. */
  readonly latency?: LatencyFile
}

/** Terms of one run: models with a memory of their own. */
export interface RunTerms {
  readonly fees: FeeModel
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  /** Whether the venue lists the instrument's symbol then; always, where there are no rulebooks. */
  readonly listed: (instrument: number, atMs: number) => boolean
  /** Names of what was used, for the run's header: a sweep's trials have none. */
  readonly feesHash: () => string
  readonly rulebookHash: () => string
  /** What fees and rulebooks took for granted over [fromMs, toMs), once the run is over. */
  assumptions(fromMs: number, toMs: number): readonly Assumption[]
}

/** Loads the dated data that the run needs, and what files it names relative to `baseFolder`. */
export async function loadTerms(config: ResolvedConfig, baseFolder = '.'): Promise<Terms> {
  const { costs, rules, venues } = config
  const fees = await feeSource(config)
  const rulebooks = rules.venueMinimums ? await loadRulebooks(venues) : null
  let spread = fixedSpread(config)
  let venueSpreads: Readonly<Record<string, number>> | null = null
  if (fees.kind === 'preset') {
    if (costs.spreadBps !== 0) {
      throw new TandemError(`the preset ${fees.preset.name} brings its own spread`, {
        code: 'TWO_SPREADS',
        where: 'costs.spreadBps',
        hint: 'leave spreadBps out',
      })
    }
    const { preset } = fees
    const spreads = venues.map((venue) => presetCosts(preset, venue).spread)
    spread = spreads[0]!
    if (venues.length > 1) venueSpreads = Object.fromEntries(venues.map((venue, i) => [venue, spreads[i]!]))
  }
  const profiles = await allInOrder(venues.map((venue) => loadOrderProfile(venue)))
  const { latencyMs } = config.execution
  return {
    fees,
    rulebooks,
    spread,
    slippage: costs.slippageBps / 1e4,
    margin: await loadMarginSource(config),
    orders: profiles.filter((one) => one !== null),
    ...(venueSpreads === null ? {} : { venueSpreads }),
    ...(typeof latencyMs === 'object' && 'file' in latencyMs
      ? { latency: await readLatencyFile(latencyMs.file, baseFolder) }
      : {}),
  }
}

/** The fixed spread as a fraction; none where it is estimated from the bars. */
export function fixedSpread({ costs }: ResolvedConfig): number {
  return typeof costs.spreadBps === 'number' ? costs.spreadBps / 1e4 : 0
}

async function feeSource({ costs, venues }: ResolvedConfig): Promise<FeeSource> {
  if (typeof costs.fees === 'object') return { kind: 'flat', ...costs.fees }
  if (costs.fees === 'schedule') return { kind: 'schedule', records: await loadFees(venues) }
  return { kind: 'preset', preset: await loadCostPreset(costs.fees) }
}

/** Flat fees and no rulebook: what needs no dated data. For runs in memory. */
export function plainTerms(config: ResolvedConfig): Terms {
  const { costs } = config
  if (typeof costs.fees !== 'object' || config.rules.venueMinimums) {
    throw new TandemError('this run needs dated data', { code: 'NEEDS_TERMS', where: 'costs.fees' })
  }
  return {
    fees: { kind: 'flat', ...costs.fees },
    rulebooks: null,
    spread: fixedSpread(config),
    slippage: costs.slippageBps / 1e4,
  }
}

/** The models of one run. Throws NO_RULEBOOK or NO_FEE_SCHEDULE for a symbol without any. */
export function makeTerms(terms: Terms, instruments: readonly Instrument[]): RunTerms {
  const fees = scaledFees(feeModel(terms, instruments), terms.feeFactor ?? 1)
  if (terms.rulebooks === null) {
    return {
      fees: fees.model,
      rulebook: freeRulebook,
      listed: () => true,
      feesHash: fees.hash,
      rulebookHash: () => sha256Hex('no rulebook'),
      assumptions: () => fees.assumptions(),
    }
  }
  const records = terms.rulebooks
  const timelines = instruments.map((one) => new RulebookTimeline(records, one))
  return {
    fees: fees.model,
    rulebook: rulebookLookup(timelines),
    listed: (instrument, atMs) => isListed(timelines[instrument]!.at(atMs), atMs),
    feesHash: fees.hash,
    rulebookHash: () => datedHash(instruments.flatMap((one) => rulebookRecordsFor(records, one.venue, one.symbol))),
    assumptions: (fromMs, toMs) => [
      ...fees.assumptions(),
      ...timelines.flatMap((timeline) => timeline.assumptions(fromMs, toMs)),
    ],
  }
}

interface NamedFees {
  readonly model: FeeModel
  readonly hash: () => string
  readonly assumptions: () => readonly Assumption[]
}

function scaledFees({ model, hash, assumptions }: NamedFees, factor: number): NamedFees {
  if (factor === 1) return { model, hash, assumptions }
  const scaled: FeeModel = {
    rate: (instrument, atMs, maker) => {
      const rate = model.rate(instrument, atMs, maker)
      return rate > 0 ? toDec(Math.round(rate * factor)) : rate
    },
    filled: (instrument, atMs, value) => model.filled(instrument, atMs, value),
    ...(model.inBase === undefined ? {} : { inBase: model.inBase }),
  }
  return { model: scaled, hash: () => sha256Hex(`${hash()} × ${factor}`), assumptions }
}

function feeModel({ fees }: Terms, instruments: readonly Instrument[]): NamedFees {
  const none = (): readonly Assumption[] => []
  if (fees.kind === 'flat') {
    const model = flatFees(fees.maker, fees.taker, fees.asset, instruments)
    return { model, hash: () => sha256Hex(canonicalJson(fees)), assumptions: none }
  }
  if (fees.kind === 'preset') {
    const hash = () => datedHash([fees.preset])
    return { model: new PresetFees(fees.preset, instruments), hash, assumptions: none }
  }
  const { records } = fees
  const model = new ScheduleFees(records, instruments)
  const used = () => instruments.flatMap((one) => feeRecordsFor(records, one.venue, one.symbol))
  return { model, hash: () => datedHash(used()), assumptions: () => model.assumptions() }
}

/** Taker rate of an instrument at a time: what entries reserve, in units of 1e-12. */
export function takerRateOf(fees: FeeModel): (instrument: number, atMs: number) => Dec {
  return (instrument, atMs) => fees.rate(instrument, atMs, false)
}

/** Full spread of a venue as a fraction of the price. */
export function spreadAt(terms: Terms, venue: string): number {
  return terms.venueSpreads?.[venue] ?? terms.spread
}
