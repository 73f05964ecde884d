/**
 * The checks that a strategy undergoes on a market: it runs; it decides the same twice, and the same by both of the
 * kernel's paths; it looks at nothing ahead. And how long a bar takes.
 */

import { TandemError } from '../core/errors.ts'
import { decodeRecords, RECORD_BYTES } from '../core/record.ts'
import type { Strategy } from '../core/strategy.ts'
import { utcText } from '../kernel/watched.ts'
import { ByteStore } from './byte-store.ts'
import type { ResolvedConfig } from './config/index.ts'
import { type ExecuteOptions, execute } from './execute.ts'
import { checkLookAhead } from './look-ahead/check.ts'
import { type Market, makeInstruments } from './market.ts'
import type { Terms } from './terms.ts'

export interface Check {
  readonly name: 'types' | 'runs' | 'determinism' | 'paths' | 'look-ahead'
  readonly status: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped, with bar and column where one is to blame; else a remark or nothing. */
  readonly detail: string
}

export interface MarketChecks {
  readonly checks: readonly Check[]
  readonly fills: number
  /** Wall time of the fastest of some runs over the number of bars, everything included; null where it doesn't run. */
  readonly nsPerBar: number | null
}

/** What every check runs. */
interface Runner {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly terms: Terms
  readonly create: () => Strategy
  /** From a module that has seen nothing yet. */
  readonly fresh: () => Strategy
}

/** Everything but the types. `create` gives a fresh strategy a call. */
export function checkOnMarket(
  config: ResolvedConfig,
  market: Market,
  terms: Terms,
  create: () => Strategy,
  fresh: () => Strategy = create,
): MarketChecks {
  const run: Runner = { config, market, terms, create, fresh }
  const checks: Check[] = []
  const check = (name: Check['name'], fault: () => string | null, remark = ''): boolean => {
    const detail = fault()
    checks.push({ name, status: detail === null ? 'passed' : 'failed', detail: detail ?? remark })
    return detail === null
  }
  let fills = 0
  const runs = check('runs', () => {
    const tried = tryOut(run)
    if (typeof tried === 'string') return tried
    fills = tried
    return null
  })
  if (!runs) {
    const rest = ['determinism', 'paths', 'look-ahead'] as const
    return { checks: [...checks, ...rest.map((name) => skipped(name, 'it does not run'))], fills: 0, nsPerBar: null }
  }
  if (fills === 0) checks[0] = { ...checks[0]!, detail: 'it never traded here, so that the other checks prove little' }
  const nsPerBar = fastest(run) / market.grid.rows
  const first = decide(run, {})
  const again = () => difference(market, first, decide(run, {}), 'two equal runs differ')
  if (!check('determinism', again)) {
    const rest = (['paths', 'look-ahead'] as const).map((name) => skipped(name, 'no two of its runs are the same'))
    return { checks: [...checks, ...rest], fills, nsPerBar }
  }
  check('paths', () => {
    const plain = decide(run, { plain: true })
    return difference(market, first, plain, 'the fast path and the plain one differ')
  })
  check('look-ahead', () => lookAheadFault(run))
  return { checks, fills, nsPerBar }
}

function skipped(name: Check['name'], detail: string): Check {
  return { name, status: 'skipped', detail }
}

/** Runs once, bar by bar. Returns the number of fills, or where and how the strategy failed. */
function tryOut({ config, market, terms, create }: Runner): number | string {
  let at = -1
  try {
    const inner = create()
    const watched: Strategy = {
      setup: (x) => inner.setup(x),
      onBar: (row) => {
        at = row
        inner.onBar(row)
      },
      onFill: (fill) => inner.onFill?.(fill),
    }
    const instruments = makeInstruments(config, market.grid)
    return execute(config, market, instruments, watched, { terms, plain: true, equity: null }).kernel.portfolio.fills
  } catch (error) {
    return `${at < 0 ? 'in setup' : `at bar ${at} (${utcText(market.grid.time[at]!)})`}: ${messageOf(error)}`
  }
}

function messageOf(error: unknown): string {
  if (error instanceof TandemError) return error.line
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

interface Decided {
  readonly decisions: Uint8Array
  readonly outcomesDigest: string
}

function decide({ config, market, terms, create }: Runner, options: ExecuteOptions): Decided {
  const decisions = new ByteStore()
  const instruments = makeInstruments(config, market.grid)
  const settings = { ...options, terms, decisions: decisions.add, equity: null }
  const { outcomesDigest } = execute(config, market, instruments, create(), settings)
  return { decisions: decisions.bytes(), outcomesDigest }
}

/** The first decision in which two runs differ, with its bar and symbol; null where there is none. */
function difference(market: Market, one: Decided, other: Decided, what: string): string | null {
  const length = Math.max(one.decisions.length, other.decisions.length)
  for (let at = 0; at < length; at += RECORD_BYTES) {
    const [a, b] = [one, other].map(({ decisions }) => decisions.slice(at, at + RECORD_BYTES)) as [
      Uint8Array,
      Uint8Array,
    ]
    if (Buffer.from(a).equals(b)) continue
    const record = decodeRecords(a.length > 0 ? a : b)[0]!
    const { time, timeframeMs, symbols } = market.grid
    const row = time.findLastIndex((open) => open + timeframeMs <= record.timeMs)
    const symbol = symbols[record.instrument]?.series.symbol
    return `${what}, first at bar ${row} (${utcText(time[row] ?? Number.NaN)}) in ${symbol}: it depends on more than its columns`
  }
  return one.outcomesDigest === other.outcomesDigest ? null : `${what} in their outcomes`
}

function lookAheadFault({ config, market, terms, create, fresh }: Runner): string | null {
  try {
    checkLookAhead(config, market, terms, create, { fresh })
    return null
  } catch (error) {
    return messageOf(error)
  }
}

const LEAST_RUNS = 15
const MOST_RUNS = 50
/** Enough for the hot loops to be compiled, mostly. */
const ENOUGH_NS = 1_000_000_000

/** Nanoseconds of the fastest of some runs. */
function fastest({ config, market, terms, create }: Runner): number {
  const instruments = makeInstruments(config, market.grid)
  let best = Number.POSITIVE_INFINITY
  let total = 0
  for (let runs = 0; runs < LEAST_RUNS || (runs < MOST_RUNS && total < ENOUGH_NS); runs++) {
    const strategy = create()
    const start = process.hrtime.bigint()
    execute(config, market, instruments, strategy, { terms, equity: null })
    const taken = Number(process.hrtime.bigint() - start)
    best = Math.min(best, taken)
    total += taken
  }
  return best
}
