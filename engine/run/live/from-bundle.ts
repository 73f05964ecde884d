/** From a promotion bundle to an engine that decides: the same parts in a new session, after a restart, and in a proof. */

import { TandemError } from '../../core/errors.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { IndicatorSpec, Strategy, StrategyModule } from '../../core/strategy.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import type { Continuation } from '../../kernel/growing-columns.ts'
import type { ClosedRow } from '../../live/ports.ts'
import type { BundleContent } from '../../promote/bundle.ts'
import { bundleText, parseBundle, readBundle } from '../../promote/bundle-file.ts'
import { keyPath, ownPublicKey } from '../../promote/keys.ts'
import { builtinStrategies } from '../builtin.ts'
import { currencyOf, type ResolvedConfig, resolveConfig } from '../config/index.ts'
import { kindOf, type Market } from '../market.ts'
import { linkSymbolic } from '../strategy-bundle.ts'
import { importStrategy, loadStrategy } from '../strategy-loader.ts'
import { parseParams } from '../strategy-params.ts'
import { loadTerms, type Terms } from '../terms.ts'
import { hashOf } from './session-folder.ts'

/** Scales of price, quantity and money by `venue:symbol`. */
export type Units = Readonly<Record<string, readonly [number, number, number]>>

export interface FromBundle {
  readonly content: BundleContent
  /** The bundle in its one spelling, and the hash of that. */
  readonly text: string
  readonly hash: string
  readonly config: ResolvedConfig
  readonly terms: Terms
  readonly timeframeMs: number
  readonly create: () => Strategy
}

export interface BundleTrust {
  /** Public keys whose signature counts, beside the user's own. */
  readonly trust: readonly string[]
  /** The signing key whose public half is trusted. */
  readonly key?: string
}

/**
 * Reads a bundle and what it needs. Throws `BAD_BUNDLE` for one that was changed or isn't trusted, `OTHER_CODE` where
 * the strategy isn't the one that was validated. `folder` keeps a strategy of the user's own as a file.
 */
export async function fromBundle(file: string, { trust, key }: BundleTrust, folder: string): Promise<FromBundle> {
  const own = ownPublicKey(key ?? keyPath())
  const bundle = strictly(() => readBundle(file, [...trust, ...(own === null ? [] : [own])]))
  return await partsOf(bundle.content, bundleText(bundle), folder)
}

/** As `fromBundle`, for the copy that a session keeps: its seal is held against the key it names itself. */
export async function fromSession(text: string, where: string, folder: string): Promise<FromBundle> {
  const publicKey = /^ {2}publicKey: (\S+)$/m.exec(text)?.[1] ?? ''
  const bundle = strictly(() => parseBundle(text, where, [publicKey]))
  return await partsOf(bundle.content, text, folder)
}

/** Live refuses what can't be trusted as it refuses bad input. */
function strictly<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TandemError) || error.code !== 'BAD_BUNDLE') throw error
    const { message, where, hint } = error
    throw new TandemError(message, {
      code: 'BAD_BUNDLE',
      ...(where === null ? {} : { where }),
      ...(hint === null ? {} : { hint }),
      cause: error,
    })
  }
}

async function partsOf(content: BundleContent, text: string, folder: string): Promise<FromBundle> {
  const config = resolveConfig(content.config, 'the bundle')
  const module = await strategyOf(content, folder)
  const params = parseParams(module, config.strategy.params)
  return {
    content,
    text,
    hash: hashOf(text),
    config,
    terms: await loadTerms(config),
    timeframeMs: parseTimeframe(config.data.timeframe),
    create: () => module.create(params),
  }
}

async function strategyOf({ strategy, hashes }: BundleContent, folder: string): Promise<StrategyModule> {
  const { name, source } = strategy
  if (source === null) {
    const { module, hash } = await loadStrategy({ name }, { registry: await builtinStrategies() })
    if (hash === hashes.strategy) return module
    throw new TandemError(`the strategy ${name} is another one in this version of tandem`, {
      code: 'OTHER_CODE',
      where: 'strategy',
      hint: 'run the version that promoted the bundle, or validate and promote again',
    })
  }
  return await importStrategy(await linkSymbolic(source, folder, process.cwd()), `strategy ${name}`)
}

/** The instruments of a session, by units that were chosen when it began. */
export function instrumentsWith(config: ResolvedConfig, units: Units): Instrument[] {
  return config.data.symbols.map((symbol, id) => {
    const { venue } = config.data
    const scales = units[`${venue}:${symbol}`]
    if (scales === undefined) throw new TandemError(`the session has no units of ${symbol}`, { code: 'BAD_SESSION' })
    const [pxDec, qtyDec, quoteDec] = scales
    const base = symbol.slice(0, symbol.indexOf('/'))
    const quote = currencyOf(symbol)
    return { id, account: 'main', venue, symbol, base, quote, kind: kindOf(symbol, config), pxDec, qtyDec, quoteDec }
  })
}

/** Where indicators go on from; `whole` says that the history reaches back to the bundle's first row. */
export function continuationOf({ origin }: BundleContent, config: ResolvedConfig, whole: boolean): Continuation {
  const states = origin.indicators.map(({ symbol, spec, state }) => ({
    symbol: config.data.symbols.indexOf(symbol),
    spec: spec as unknown as IndicatorSpec,
    state: new Uint8Array(Buffer.from(state, 'base64')),
  }))
  return { atMs: origin.toMs, states, whole }
}

/** Rows of a market's own symbols, from one to before another. */
export function marketRows({ columns: { grid } }: Market, from: number, to: number): ClosedRow[] {
  const rows: ClosedRow[] = []
  for (let row = from; row < to; row++) {
    const openMs = grid.time[row]!
    const candles = grid.symbols.map(({ open, high, low, close, volume }) =>
      Number.isNaN(close[row]!)
        ? null
        : { openMs, open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]! },
    )
    rows.push({ openMs, candles, late: [] })
  }
  return rows
}
