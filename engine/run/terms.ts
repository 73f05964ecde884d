/** A venue's terms as a run file names them: fees, spread, rulebooks; loaded once, made fresh for every run. */

import { loadCostPreset, loadFees, loadRulebooks } from '../../datasets/dated/dated.ts'
import { datedHash } from '../../datasets/dated/hash.ts'
import type { CostPreset, FeeRecord, RulebookRecord } from '../core/dated.ts'
import type { Dec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { freeRulebook, type Instrument, type Rulebook } from '../core/instrument.ts'
import type { Assumption } from '../core/result.ts'
import { feeRecordsFor } from '../market/fee-lines.ts'
import { ScheduleFees } from '../market/fees.ts'
import { PresetFees, presetCosts } from '../market/round-trip.ts'
import { RulebookTimeline, rulebookLookup, rulebookRecordsFor } from '../market/rulebooks.ts'
import { type FeeModel, flatFees } from '../sim/costs.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import type { ResolvedConfig } from './config/index.ts'
import { loadMarginSource, type MarginSource } from './margin.ts'

type FeeSource =
  | { readonly kind: 'flat'; readonly maker: number; readonly taker: number }
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
}

/** Terms of one run: models with a memory of their own. */
export interface RunTerms {
  readonly fees: FeeModel
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly feesHash: string
  readonly rulebookHash: string
  /** What fees and rulebooks took for granted over [fromMs, toMs), once the run is over. */
  assumptions(fromMs: number, toMs: number): readonly Assumption[]
}

/** Loads the dated data that the run needs. */
export async function loadTerms(config: ResolvedConfig): Promise<Terms> {
  const { costs, rules, data } = config
  if (config.venues.length > 1 || config.venues[0] !== data.venue) {
    throw new TandemError(`orders can only go to the venue of the data, ${data.venue}`, {
      code: 'ONE_VENUE',
      where: 'venues',
      hint: `leave venues out, or make it [${data.venue}]`,
    })
  }
  const fees = await feeSource(config)
  const rulebooks = rules.venueMinimums ? await loadRulebooks([data.venue]) : null
  let spread = costs.spreadBps / 1e4
  if (fees.kind === 'preset') {
    if (costs.spreadBps !== 0) {
      throw new TandemError(`the preset ${fees.preset.name} brings its own spread`, {
        code: 'TWO_SPREADS',
        where: 'costs.spreadBps',
        hint: 'leave spreadBps out',
      })
    }
    spread = presetCosts(fees.preset, data.venue).spread
  }
  return { fees, rulebooks, spread, slippage: costs.slippageBps / 1e4, margin: await loadMarginSource(config) }
}

async function feeSource({ costs, data }: ResolvedConfig): Promise<FeeSource> {
  if (typeof costs.fees === 'object') return { kind: 'flat', ...costs.fees }
  if (costs.fees === 'schedule') return { kind: 'schedule', records: await loadFees([data.venue]) }
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
    spread: costs.spreadBps / 1e4,
    slippage: costs.slippageBps / 1e4,
  }
}

/** The models of one run. Throws NO_RULEBOOK or NO_FEE_SCHEDULE for a symbol without any. */
export function makeTerms(terms: Terms, instruments: readonly Instrument[]): RunTerms {
  const fees = feeModel(terms, instruments)
  if (terms.rulebooks === null) {
    return {
      fees: fees.model,
      rulebook: freeRulebook,
      feesHash: fees.hash,
      rulebookHash: sha256Hex('no rulebook'),
      assumptions: () => fees.assumptions(),
    }
  }
  const records = terms.rulebooks
  const timelines = instruments.map((one) => new RulebookTimeline(records, one))
  return {
    fees: fees.model,
    rulebook: rulebookLookup(timelines),
    feesHash: fees.hash,
    rulebookHash: datedHash(instruments.flatMap((one) => rulebookRecordsFor(records, one.venue, one.symbol))),
    assumptions: (fromMs, toMs) => [
      ...fees.assumptions(),
      ...timelines.flatMap((timeline) => timeline.assumptions(fromMs, toMs)),
    ],
  }
}

function feeModel(
  { fees }: Terms,
  instruments: readonly Instrument[],
): { model: FeeModel; hash: string; assumptions: () => readonly Assumption[] } {
  const none = (): readonly Assumption[] => []
  if (fees.kind === 'flat') {
    return { model: flatFees(fees.maker, fees.taker), hash: sha256Hex(canonicalJson(fees)), assumptions: none }
  }
  if (fees.kind === 'preset') {
    const hash = datedHash([fees.preset])
    return { model: new PresetFees(fees.preset, instruments), hash, assumptions: none }
  }
  const { records } = fees
  const model = new ScheduleFees(records, instruments)
  const used = instruments.flatMap((one) => feeRecordsFor(records, one.venue, one.symbol))
  return { model, hash: datedHash(used), assumptions: () => model.assumptions() }
}

/** Taker rate of an instrument at a time: what entries reserve, in units of 1e-12. */
export function takerRateOf(fees: FeeModel): (instrument: number, atMs: number) => Dec {
  return (instrument, atMs) => fees.rate(instrument, atMs, false)
}
