/** `tandem promote`: from a validated run to a signed bundle. The run is done again, and must come out the same. */

import type { Candles } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { Context, IndicatorSpec } from '../core/strategy.ts'
import { parseTimeframe } from '../core/timeframe.ts'
import { resampleCandles } from '../indicators/higher-timeframe.ts'
import { createIndicator, resolveIndicator } from '../indicators/registry.ts'
import {
  BUNDLE_FORMAT,
  type Bundle,
  type BundleContent,
  type IndicatorSnapshot,
  type Override,
  sealBundle,
} from '../promote/bundle.ts'
import { writeBundle } from '../promote/bundle-file.ts'
import { failedGates, type GateResult } from '../promote/gates.ts'
import { keyPath, signingKey } from '../promote/keys.ts'
import type { GateName } from '../promote/policy.ts'
import { builtinStrategies } from './builtin.ts'
import { canonicalJson } from './canonical.ts'
import { configHash } from './config/index.ts'
import { execute } from './execute.ts'
import { type RunFolder, readRunFolder } from './explain/run-folder.ts'
import { ForwardedContext, forwarded } from './forwarded-context.ts'
import { tandemVersion } from './installation.ts'
import { loadMarket, type Market, makeInstruments } from './market.ts'
import { loadStrategy } from './strategy-loader.ts'
import { parseParams } from './strategy-params.ts'
import { loadTerms } from './terms.ts'
import type { ValidationDocument } from './validate/document.ts'
import { loadPolicy, readValidation } from './validate/files.ts'
import { policyHash } from './validate/make-document.ts'

export interface PromoteOptions {
  readonly store: string
  readonly out: string
  readonly policy?: string
  /** `gate=justification`, one an override. */
  readonly overrides: readonly string[]
  /** Who answers for the overrides. */
  readonly by?: string
  readonly base: string
  /** Default: the user's own key, made on first use. */
  readonly key?: string
  readonly nowMs: number
  readonly log: (line: string) => void
}

/** Writes the bundle of the run in `directory`. Throws `GATES_FAILED` (exit code 1) and what it is made of throws. */
export async function promoteRun(directory: string, options: PromoteOptions): Promise<Bundle> {
  const run = await readRunFolder(directory)
  const validation = readValidation(directory)
  checkSame(run, validation, directory)
  const policy = loadPolicy(options.policy)
  if (policyHash(policy) !== validation.policyHash) {
    throw refused(
      `it was validated under another policy ('${validation.policy}') than '${policy.name}' is now`,
      directory,
    )
  }
  const overrides = overridesOf(validation.gates, options)
  const path = options.key ?? keyPath()
  const key = signingKey(path)
  if (key.made) options.log(`made the signing key ${path}: keep it, and keep it to yourself`)
  const state = await finalState(run, options)
  const content: BundleContent = {
    format: BUNDLE_FORMAT,
    name: run.config.name,
    runId: run.runId,
    createdMs: options.nowMs,
    code: tandemVersion(),
    config: run.config,
    ...state,
    gates: validation.gates,
    overrides,
    expected: validation.expected,
    limits: policy.limits,
    stages: policy.stages,
    policy: policy.name,
  }
  // Through JSON, so that what is signed is exactly what a reader gets.
  const bundle = sealBundle(JSON.parse(canonicalJson(content)) as BundleContent, key)
  writeBundle(options.out, bundle)
  return bundle
}

/** The validation must be of this very run. */
function checkSame(run: RunFolder, validation: ValidationDocument, directory: string): void {
  if (validation.hashes.config !== configHash(run.config)) {
    throw refused('it was validated with another configuration', directory)
  }
  if (validation.hashes.strategy !== run.strategyHash)
    throw refused('its strategy was another when it was validated', directory)
  if (validation.runId !== run.runId) throw refused(`its validation is that of ${validation.runId}`, directory)
}

function refused(message: string, where: string): TandemError {
  return new TandemError(message, {
    code: 'STALE_VALIDATION',
    where,
    hint: `tandem validate ${where}`,
    exitCode: 1,
  })
}

/** Least letters of a justification that says anything. */
const LEAST_WORDS = 10

/** The overrides asked for, if they are those that are needed. */
function overridesOf(gates: readonly GateResult[], { overrides, by }: PromoteOptions): Override[] {
  const failed = failedGates(gates)
  const given = overrides.map((text) => {
    const [gate, justification = ''] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1).trim()]
    const usage = (message: string): never => {
      throw new TandemError(message, {
        code: 'BAD_OVERRIDE',
        where: `--override ${text}`,
        hint: 'write --override gate="why this is right nevertheless" --by NAME',
      })
    }
    if (!text.includes('=') || justification.length < LEAST_WORDS) usage('an override needs a justification')
    if (!failed.includes(gate as GateName)) usage(`the gate '${gate}' did not fail`)
    if (by === undefined || by.trim() === '') usage('an override needs a name that answers for it')
    return { gate: gate as GateName, justification, by: by! }
  })
  const open = failed.filter((name) => !given.some(({ gate }) => gate === name))
  if (open.length === 0) return given
  throw new TandemError(`${open.length} of ${gates.length} gates failed: ${open.join(', ')}`, {
    code: 'GATES_FAILED',
    where: 'promote',
    hint: 'validation.html says why; --override gate="justification" --by NAME goes on record for ever',
    exitCode: 1,
  })
}

/** The run done again to its end: what live continues from, and the proof that it is the run that was validated. */
async function finalState(
  run: RunFolder,
  { store, base }: PromoteOptions,
): Promise<Pick<BundleContent, 'hashes' | 'strategy' | 'origin'>> {
  const { config } = run
  const loaded = await loadStrategy(config.strategy, { registry: await builtinStrategies(), baseFolder: base })
  if (loaded.hash !== run.strategyHash) throw refused('its strategy has changed since', run.runId)
  const market = await loadMarket(config, store)
  if (market.dataHash !== run.dataHash) throw refused('its data has changed since', run.runId)
  const params = parseParams(loaded.module, config.strategy.params)
  const strategy = loaded.module.create(params)
  const asked: IndicatorSpec[] = []
  const instruments = makeInstruments(config, market.grid)
  const terms = await loadTerms(config)
  const seen = forwarded(strategy, (x) => new AskedIndicators(x, asked))
  const executed = execute(config, market, instruments, seen, { terms, equity: null })
  if (executed.decisionsDigest !== run.digest.decisions) {
    throw refused('done again, its decisions are others: tandem or its dated data has changed since', run.runId)
  }
  const { time, rows, timeframeMs } = market.grid
  const state = strategy.snapshot?.() ?? null
  return {
    hashes: {
      config: configHash(config),
      strategy: loaded.hash,
      data: market.dataHash,
      rulebook: executed.terms.rulebookHash(),
      fees: executed.terms.feesHash(),
      decisions: executed.decisionsDigest,
    },
    strategy: { name: loaded.module.name, source: loaded.source },
    origin: {
      fromMs: time[0]!,
      toMs: time[rows - 1]! + timeframeMs,
      bars: rows,
      indicators: snapshotsOf(asked, market),
      strategyState: state === null ? null : Buffer.from(state).toString('base64'),
    },
  }
}

/** Notes which indicators a strategy takes. */
class AskedIndicators extends ForwardedContext {
  private readonly asked: IndicatorSpec[]

  constructor(inner: Context, asked: IndicatorSpec[]) {
    super(inner)
    this.asked = asked
  }

  override indicator(spec: IndicatorSpec): Float64Array {
    this.asked.push(spec)
    return super.indicator(spec)
  }
}

/** The state of each indicator after the run's last closed bar, one for all specs that compute the same. */
function snapshotsOf(asked: readonly IndicatorSpec[], market: Market): IndicatorSnapshot[] {
  const known = new Map<string, IndicatorSnapshot>()
  for (const spec of asked) {
    const symbol = spec.symbol ?? 0
    const { key, inputs } = resolveIndicator(spec)
    const id = canonicalJson([symbol, spec.timeframe ?? null, key])
    if (known.has(id)) continue
    const candles = candlesFor(spec, market)
    const indicator = createIndicator(spec)
    const bars = candles.time.length
    const columns = inputs.map((input) => candles[input])
    indicator.advance(
      columns,
      0,
      bars,
      indicator.outputs.map(() => new Float64Array(bars)),
    )
    const plain = Object.entries(spec).filter(
      (entry): entry is [string, number | string | boolean] => entry[1] !== undefined,
    )
    known.set(id, {
      symbol: market.grid.symbols[symbol]!.series.symbol,
      spec: Object.fromEntries(plain),
      bars,
      state: Buffer.from(indicator.snapshot()).toString('base64'),
    })
  }
  return [...known.values()]
}

/** The bars that an indicator reads: the symbol's own, or those of a higher timeframe that have closed. */
function candlesFor({ symbol = 0, timeframe }: IndicatorSpec, { grid }: Market): Candles {
  const { candles } = grid.symbols[symbol]!.series
  const timeframeMs = timeframe === undefined ? grid.timeframeMs : parseTimeframe(timeframe)
  if (timeframeMs === grid.timeframeMs) return candles
  const all = resampleCandles(candles, grid.timeframeMs, timeframeMs)
  const endMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  const closed = all.time.filter((open) => open + timeframeMs <= endMs).length
  const part = (column: Float64Array): Float64Array => column.slice(0, closed)
  const { time, open, high, low, close, volume } = all
  return {
    time: part(time),
    open: part(open),
    high: part(high),
    low: part(low),
    close: part(close),
    volume: part(volume),
  }
}
