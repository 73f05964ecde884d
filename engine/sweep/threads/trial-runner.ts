/** Runs batches of prepared trials: the part that every thread has, and the only one that computes. */

import { isTandemError } from '../../core/errors.ts'
import type { StrategyModule } from '../../core/strategy.ts'
import { builtinStrategies } from '../../run/builtin.ts'
import { importStrategy } from '../../run/strategy-loader.ts'
import { parseParams } from '../../run/strategy-params.ts'
import { ColumnSlab } from '../../run/trial/column-slab.ts'
import { TrialFrame, type TrialOutcome } from '../../run/trial/frame.ts'
import { SharedColumns } from '../../run/trial/shared-columns.ts'
import {
  DIGEST_BYTES,
  Figure,
  type FrameSpec,
  figureWidth,
  type MarketShare,
  type PreparedTrial,
  type TrialTexts,
} from '../batch.ts'
import { TradeRows } from '../trades.ts'

interface OpenMarket {
  readonly share: MarketShare
  readonly columns: SharedColumns
}

interface OpenFrame {
  readonly spec: FrameSpec
  readonly frame: TrialFrame
  readonly module: StrategyModule
}

/** What a batch leaves beside its figures and digests. */
export interface BatchRest {
  readonly texts: readonly (TrialTexts | null)[]
  readonly returns: Float64Array
  readonly trades: { readonly numbers: Float64Array; readonly words: readonly (readonly (string | null)[])[] }
}

export interface BatchWanted {
  readonly trials: readonly PreparedTrial[]
  readonly trades: boolean
  readonly returns: boolean
}

/** Where a batch's rows go: figures row-major, digests as bytes. */
export interface BatchRows {
  readonly figures: Float64Array
  readonly digests: Uint8Array
}

export class TrialRunner {
  private readonly markets = new Map<number, OpenMarket>()
  private readonly specs = new Map<number, FrameSpec>()
  private readonly frames = new Map<number, OpenFrame>()
  private readonly width = figureWidth()

  addMarket(share: MarketShare): void {
    const columns = new SharedColumns(share.read, share.exogenous, new ColumnSlab(share.slab))
    this.markets.set(share.id, { share, columns })
  }

  /** Forgets a market; its frames are forgotten by `forget`. */
  dropMarket(id: number): void {
    this.markets.delete(id)
  }

  /** Forgets all frames: they are sent again where they are wanted. */
  forget(): void {
    this.specs.clear()
    this.frames.clear()
  }

  addFrame(spec: FrameSpec): void {
    this.specs.set(spec.id, spec)
  }

  /** Runs the trials in order, or stops between two of them once `cancelled` says so: then null. */
  async run(wanted: BatchWanted, rows: BatchRows, cancelled: () => boolean): Promise<BatchRest | null> {
    const texts: (TrialTexts | null)[] = []
    const returns: Float64Array[] = []
    const trades = new TradeRows()
    for (const [index, trial] of wanted.trials.entries()) {
      if (cancelled()) return null
      const outcome = await this.trial(trial)
      const figures = rows.figures.subarray(index * this.width, (index + 1) * this.width)
      const digests = rows.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
      if (typeof outcome === 'string') {
        figures.fill(Number.NaN)
        figures.fill(0, Figure.failed, Figure.metrics)
        figures[Figure.failed] = 1
        digests.fill(0)
        texts.push({ error: outcome })
        continue
      }
      const made = wanted.trades ? outcome.trades() : []
      writeFigures(figures, outcome, wanted.returns, made.length)
      digests.set(Buffer.from(outcome.decisions + outcome.outcomes, 'hex'))
      texts.push(textsOf(outcome))
      if (wanted.returns) returns.push(outcome.returns.value.slice())
      trades.add(made)
    }
    return { texts, returns: concatenate(returns), trades: { numbers: trades.numbers(), words: trades.words } }
  }

  /** The trial's outcome, or what went wrong: an error is the trial's own and stops nothing. */
  private async trial(trial: PreparedTrial): Promise<TrialOutcome | string> {
    if ('error' in trial) return trial.error
    try {
      const { frame, module } = await this.frame(trial.frame)
      return frame.run(module.create(parseParams(module, trial.params)))
    } catch (error) {
      return describeError(error)
    }
  }

  private async frame(id: number): Promise<OpenFrame> {
    let open = this.frames.get(id)
    if (open === undefined) {
      const spec = this.specs.get(id)!
      const { share, columns } = this.markets.get(spec.market)!
      const { grid, fine, funding, marks, dataHash } = share
      const market = { grid, columns, fine, funding, marks, dataHash }
      const frame = new TrialFrame(spec.config, market, spec.terms, columns)
      open = { spec, frame, module: await loadModule(spec) }
      this.frames.set(id, open)
    }
    return open
  }
}

async function loadModule({ strategy }: FrameSpec): Promise<StrategyModule> {
  if ('name' in strategy) return (await builtinStrategies())[strategy.name]!()
  return importStrategy(strategy.bundlePath, strategy.file)
}

/** An error in one line. */
export function describeError(error: unknown): string {
  if (isTandemError(error)) return error.line
  return error instanceof Error ? `${error.name}: ${error.message}`.replace(/\s+/g, ' ') : String(error)
}

function writeFigures(figures: Float64Array, outcome: TrialOutcome, returns: boolean, trades: number): void {
  let refusals = 0
  for (const code in outcome.skips) refusals += outcome.skips[code]!
  figures.fill(Number.NaN)
  figures[Figure.failed] = 0
  figures[Figure.refusals] = refusals
  figures[Figure.ambiguousBars] = outcome.ambiguousBars
  figures[Figure.ambiguousFills] = outcome.ambiguousFills
  figures[Figure.firstMs] = outcome.returns.firstMs
  figures[Figure.periodMs] = outcome.returns.periodMs
  figures[Figure.periods] = returns ? outcome.returns.value.length : 0
  figures[Figure.trades] = trades
  const { metrics } = outcome
  for (let i = 0; i < metrics.length; i++) figures[Figure.metrics + i] = metrics[i] ?? Number.NaN
}

function textsOf({ skips, exits }: TrialOutcome): TrialTexts | null {
  const hasSkips = Object.keys(skips).length > 0
  const hasExits = Object.keys(exits).length > 0
  if (!hasSkips && !hasExits) return null
  return { ...(hasSkips ? { skips } : {}), ...(hasExits ? { exits } : {}) }
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of parts) {
    all.set(one, at)
    at += one.length
  }
  return all
}
