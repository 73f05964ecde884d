/** A run's margin: whose rules, at which leverage, with which fundings and mark prices. */

import { loadMargin } from '../../datasets/dated/dated.ts'
import { datedHash } from '../../datasets/dated/hash.ts'
import type { MarginRecord } from '../core/dated.ts'
import { TandemError } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import type { Assumption } from '../core/result.ts'
import { MarginTimeline, marginRecordsFor } from '../market/margins.ts'
import type { MarginTerms } from '../sim/margin-terms.ts'
import type { ResolvedConfig } from './config/index.ts'
import { runFunding } from './funding.ts'
import { isPerpetual, type Market } from './market.ts'

/** Whether the account borrows, or holds perpetuals: whether margin has anything to say. */
export function isLeveraged({ account, data }: ResolvedConfig): boolean {
  return account.shorting || account.leverage > 1 || data.symbols.some(isPerpetual)
}

/** The records by which a run's positions are liquidated; null where leverage is buying power alone. */
export interface MarginSource {
  /** Whose rules they are. */
  readonly venue: string
  readonly records: readonly MarginRecord[]
}

/** Loads what `margin.rules` names. Throws `UNKNOWN_VENUE`. */
export async function loadMarginSource(config: ResolvedConfig): Promise<MarginSource | null> {
  const { margin, data } = config
  if (!isLeveraged(config) || margin.rules === 'plain') return null
  const venue = margin.rules === 'venue' ? data.venue : margin.rules
  try {
    return { venue, records: withPartial(await loadMargin([venue]), margin.partialLiquidation) }
  } catch (error) {
    if (!(error instanceof TandemError) || error.code !== 'UNKNOWN_VENUE') throw error
    throw new TandemError(error.message, {
      code: 'NO_MARGIN_TIERS',
      where: 'margin.rules',
      hint: `${error.hint ?? ''}; name one of them, or set plain for buying power alone`,
    })
  }
}

/** The records, with the run file's own word on partial liquidation. */
function withPartial(
  records: readonly MarginRecord[],
  partial: ResolvedConfig['margin']['partialLiquidation'],
): readonly MarginRecord[] {
  if (partial === undefined) return records
  return records.map((one) => (one.product === 'perp' ? { ...one, partial, partialUnknown: undefined } : one))
}

export interface RunMargin {
  readonly terms: MarginTerms | null
  /** Hash of the records that were used; null for none. */
  readonly hash: string | null
  assumptions(): readonly Assumption[]
}

const NONE: RunMargin = { terms: null, hash: null, assumptions: () => [] }

/** Throws `NO_MARGIN_TIERS`, `BAD_LEVERAGE`, `NO_FUNDING`, `BAD_MARGIN_MODE`. */
export function marginOf(
  config: ResolvedConfig,
  source: MarginSource | null,
  market: Market,
  instruments: readonly Instrument[],
): RunMargin {
  const perpetuals = instruments.filter(({ kind }) => kind === 'perpetual')
  if (source === null && perpetuals.length === 0) return isLeveraged(config) ? plainMargin(instruments) : NONE
  refuseFineMarks(config)
  const { grid } = market
  const fromMs = grid.time[0]!
  const toMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  const { leverage } = config.account
  const timelines = instruments.map((one) => {
    if (source === null || one.kind === 'spot') return null
    const timeline = new MarginTimeline(source.records, source.venue, one)
    checkProduct(timeline.at(fromMs).product, one, config)
    timeline.checkLeverage(leverage, fromMs, toMs)
    return timeline
  })
  const fundings = instruments.map((one) => {
    if (one.kind !== 'perpetual') return null
    const rules = timelines[one.id]?.at(fromMs)
    return runFunding({
      name: `${one.venue} ${one.symbol}`,
      series: market.funding[one.id] ?? null,
      policy: config.margin.funding,
      intervalMs: rules?.product === 'perp' ? rules.fundingMs : null,
      ...timeOf(market, one.id),
    })
  })
  const terms: MarginTerms = {
    mode: config.margin.mode,
    leverage,
    rules: (id, atMs) => timelines[id]?.at(atMs) ?? null,
    nextChangeMs: (ms) => Math.min(...timelines.map((one) => one?.nextChangeMs(ms) ?? Number.POSITIVE_INFINITY)),
    funding: fundings.map((one) => one?.events ?? null),
    marks: instruments.map(({ id }) => market.marks[id] ?? null),
  }
  const used = source === null ? [] : instruments.filter(({ kind }) => kind !== 'spot')
  return {
    terms,
    hash:
      source === null
        ? null
        : datedHash(used.flatMap(({ symbol }) => marginRecordsFor(source.records, source.venue, symbol))),
    assumptions: () => [
      ...timelines.flatMap((one) => one?.assumptions(fromMs, toMs) ?? []),
      ...fundings.flatMap((one) => one?.assumptions ?? []),
      ...(source === null ? plainMargin(instruments).assumptions() : []),
      ...markAssumptions(terms, instruments),
    ],
  }
}

/** Stored marks are laid on the run's own bars, not on finer ones. */
function refuseFineMarks({ margin, execution }: ResolvedConfig): void {
  if (margin.mark === 'last' || execution.detail === 'none') return
  throw new TandemError('mark prices are known on the run’s own bars alone', {
    code: 'FINE_MARKS',
    where: 'margin.mark',
    hint: 'set margin.mark: last, or execution.detail: none',
  })
}

/** When a symbol has candles: before it was listed there was nothing to pay. */
function timeOf({ grid }: Market, id: number): { readonly fromMs: number; readonly toMs: number } {
  const { time } = grid.symbols[id]!.series.candles
  return { fromMs: time[0]!, toMs: time.at(-1)! + grid.timeframeMs }
}

/** Perpetuals have perpetuals' rules, spot has those of leveraged spot; a margin level is of the whole account. */
function checkProduct(
  product: MarginRecord['product'],
  { kind, symbol }: Instrument,
  { margin }: ResolvedConfig,
): void {
  if ((product === 'perp') !== (kind === 'perpetual')) {
    throw new TandemError(
      `the margin rules are of ${product === 'perp' ? 'perpetuals' : 'spot'}, ${symbol} isn't one`,
      {
        code: 'NO_MARGIN_TIERS',
        where: 'margin.rules',
        hint: 'name a perpetual as BASE/QUOTE:SETTLE, such as BTC/USDT:USDT',
      },
    )
  }
  if (product === 'spot' && margin.mode === 'isolated') {
    throw new TandemError('leveraged spot has one margin level for the whole account', {
      code: 'BAD_MARGIN_MODE',
      where: 'margin.mode',
      hint: 'set cross',
    })
  }
}

function plainMargin(instruments: readonly Instrument[]): RunMargin {
  const count = instruments.filter(({ kind }) => kind !== 'spot').length
  const text = 'symbols whose leverage was buying power alone: no maintenance margin, no liquidation, no borrowing fees'
  return { ...NONE, assumptions: () => [{ code: 'PLAIN_MARGIN', text, count }] }
}

function markAssumptions({ marks, rules }: MarginTerms, instruments: readonly Instrument[]): Assumption[] {
  const count = instruments.filter(
    ({ id, kind }) => kind === 'perpetual' && marks[id] === null && rules(id, 0) !== null,
  ).length
  if (count === 0) return []
  const text = 'perpetuals whose last price served as mark price, for want of mark candles (margin.mark)'
  return [{ code: 'MARK_IS_LAST', text, count }]
}
