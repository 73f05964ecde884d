/** A run again from its configuration and the store's data, watched up to a time; its digests prove that it is the same. */

import type { Instrument } from '../../core/instrument.ts'
import type { ApprovedOrder } from '../../core/order.ts'
import type { Context, FillView, Strategy } from '../../core/strategy.ts'
import { prepareStrategy } from '../backtest.ts'
import { execute } from '../execute.ts'
import { loadMarket, type Market, makeInstruments } from '../market.ts'
import { type Happening, Watcher } from '../narrate/watcher.ts'
import { rulesOf } from '../rules.ts'
import { loadTerms } from '../terms.ts'
import type { RunFolder } from './run-folder.ts'

/** The account at a bar's close, before the strategy spoke. */
export interface Standing {
  readonly equity: number
  readonly positions: readonly { readonly symbol: string; readonly quantity: number; readonly entryPrice: number }[]
  readonly live: readonly ApprovedOrder[]
}

export interface Bar {
  readonly symbol: string
  readonly openMs: number
  readonly closeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

export interface Rerun {
  readonly instruments: readonly Instrument[]
  readonly happenings: readonly Happening[]
  /** The last bars that had closed by then, one a symbol; a symbol without a bar there is left out. */
  readonly bars: readonly Bar[]
  /** Null before the first close. */
  readonly standing: Standing | null
  /** Whether both digests are those of the run. */
  readonly same: boolean
}

export interface RerunOptions {
  readonly store: string
  /** What `strategy.file` is relative to. */
  readonly baseFolder: string
  readonly untilMs: number
}

/** Runs again. Throws what loading data, strategy and terms throws. */
export async function rerun(run: RunFolder, options: RerunOptions): Promise<Rerun> {
  const { config } = run
  const strategy = await prepareStrategy(config, options.baseFolder)
  const market = await loadMarket(config, options.store)
  const terms = await loadTerms(config, options.baseFolder)
  const instruments = makeInstruments(config, market.grid)
  const row = lastClosed(market, options.untilMs)
  const watcher = new Watcher({ instruments, rules: rulesOf(config, terms), untilMs: options.untilMs })
  const watched = new StandingStrategy(strategy.create(), row, watcher)
  const executed = execute(config, market, instruments, watched, { terms, observer: watcher, equity: null })
  const { decisions, outcomes } = run.digest
  return {
    instruments,
    happenings: watcher.happenings,
    bars: row < 0 ? [] : barsAt(market, row),
    standing: watched.standing,
    same: executed.decisionsDigest === decisions && executed.outcomesDigest === outcomes,
  }
}

function lastClosed({ grid }: Market, untilMs: number): number {
  return grid.time.findLastIndex((open) => open + grid.timeframeMs <= untilMs)
}

function barsAt({ columns: { grid } }: Market, row: number): Bar[] {
  const openMs = grid.time[row]!
  return grid.symbols.flatMap(({ series, open, high, low, close }) => {
    if (Number.isNaN(close[row]!)) return []
    const prices = { open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]! }
    return [{ symbol: series.symbol, openMs, closeMs: openMs + grid.timeframeMs, ...prices }]
  })
}

/** The strategy itself, with a look at the account just before it decides one row. */
class StandingStrategy implements Strategy {
  standing: Standing | null = null
  private readonly inner: Strategy
  private readonly row: number
  private readonly watcher: Watcher
  private x: Context | null = null

  constructor(inner: Strategy, row: number, watcher: Watcher) {
    this.inner = inner
    this.row = row
    this.watcher = watcher
  }

  setup(x: Context): void {
    this.x = x
    this.inner.setup(x)
  }

  onBar(row: number): void {
    if (row === this.row) this.standing = this.look(row, this.x!)
    this.inner.onBar(row)
  }

  onFill(fill: FillView): void {
    this.inner.onFill?.(fill)
  }

  private look(row: number, x: Context): Standing {
    const positions = x.symbols.flatMap((symbol, id) => {
      const quantity = x.position(id)
      return quantity === 0 ? [] : [{ symbol, quantity, entryPrice: x.entryPrice(id) }]
    })
    return { equity: x.equityAt(row), positions, live: [...this.watcher.live.values()] }
  }
}
