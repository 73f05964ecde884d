/** One line of the list: what a folder among the runs says of itself, read from its small files. */

import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'

export type EntryStatus = 'done' | 'running' | 'stopped' | 'damaged'

export interface RunEntry {
  /** The folder's name. */
  readonly id: string
  readonly kind: 'run' | 'sweep'
  readonly name: string
  readonly status: EntryStatus
  readonly strategy: string | null
  readonly venue: string | null
  readonly symbols: readonly string[]
  readonly timeframe: string | null
  readonly fromMs: number | null
  readonly toMs: number | null
  /** When the folder last changed, ms UTC. */
  readonly changedMs: number
  readonly trials: number | null
  readonly trades: number | null
  readonly finalEquity: number | null
  /** Of a run; of a sweep's best trial. Null where undefined. */
  readonly totalReturn: number | null
  readonly sharpe: number | null
  readonly maxDrawdown: number | null
  readonly validation: 'passed' | 'failed' | null
  readonly hasReport: boolean
}

interface Summary {
  readonly name?: unknown
  readonly trades?: unknown
  readonly trials?: unknown
  readonly fromMs?: unknown
  readonly toMs?: unknown
  readonly finalEquity?: unknown
  readonly metrics?: Readonly<Record<string, unknown>>
  readonly best?: readonly { readonly metrics: Readonly<Record<string, unknown>> }[]
}

/** Null where the folder is neither a run nor a sweep. `changedMs` is the folder's time. */
export function readEntry(runs: string, id: string, changedMs: number): RunEntry | null {
  const folder = join(runs, id)
  const isSweep = existsSync(join(folder, 'sweep.json'))
  const hasSummary = existsSync(join(folder, 'summary.json'))
  if (!isSweep && !hasSummary) return null
  const base = { id, changedMs, ...configOf(folder), validation: validationOf(folder) }
  const summary = hasSummary ? readJson<Summary>(join(folder, 'summary.json')) : {}
  if (summary === null) return { ...base, ...EMPTY, kind: isSweep ? 'sweep' : 'run', name: id, status: 'damaged' }
  const metrics = (isSweep ? summary.best?.[0]?.metrics : summary.metrics) ?? {}
  return {
    ...base,
    kind: isSweep ? 'sweep' : 'run',
    name: typeof summary.name === 'string' ? summary.name : (base.given ?? id),
    status: hasSummary ? 'done' : isWorkedOn(folder) ? 'running' : 'stopped',
    fromMs: numberOf(summary.fromMs),
    toMs: numberOf(summary.toMs),
    trials: isSweep ? numberOf(summary.trials) : null,
    trades: numberOf(isSweep ? metrics['trades'] : summary.trades),
    finalEquity: numberOf(isSweep ? metrics['finalEquity'] : summary.finalEquity),
    totalReturn: numberOf(metrics['totalReturn']),
    sharpe: numberOf(metrics['sharpe']),
    maxDrawdown: numberOf(metrics['maxDrawdown']),
    hasReport: existsSync(join(folder, 'report.html')),
  }
}

const EMPTY = {
  fromMs: null,
  toMs: null,
  trials: null,
  trades: null,
  finalEquity: null,
  totalReturn: null,
  sharpe: null,
  maxDrawdown: null,
  hasReport: false,
} as const

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return null
  }
}

interface ConfigHead {
  readonly given: string | null
  readonly strategy: string | null
  readonly venue: string | null
  readonly symbols: readonly string[]
  readonly timeframe: string | null
}

interface ConfigShape {
  readonly name?: unknown
  readonly strategy?: { readonly name?: unknown; readonly file?: unknown }
  readonly data?: { readonly venue?: unknown; readonly symbols?: unknown; readonly timeframe?: unknown }
}

/** The head of the written configuration. What we write begins with name, strategy and data: the rest isn't parsed. */
function configOf(folder: string): ConfigHead {
  const none: ConfigHead = { given: null, strategy: null, venue: null, symbols: [], timeframe: null }
  let text: string
  try {
    text = readFileSync(join(folder, 'config.yaml'), 'utf8')
  } catch {
    return none
  }
  const end = text.search(/^account:/m)
  try {
    return headOf(parse(end > 0 ? text.slice(0, end) : text) as ConfigShape)
  } catch {
    return none
  }
}

function headOf({ name, strategy = {}, data = {} }: ConfigShape): ConfigHead {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const symbols = Array.isArray(data.symbols) ? data.symbols.filter((one) => typeof one === 'string') : []
  return {
    given: text(name),
    strategy: text(strategy.name) ?? text(strategy.file),
    venue: text(data.venue),
    symbols,
    timeframe: text(data.timeframe),
  }
}

function validationOf(folder: string): RunEntry['validation'] {
  const path = join(folder, 'validation.json')
  if (!existsSync(path)) return null
  const passed = readJson<{ readonly passed?: unknown }>(path)?.passed
  return passed === true ? 'passed' : 'failed'
}

/** Whether a process holds the sweep's lock. */
function isWorkedOn(folder: string): boolean {
  const lock = readJson<{ readonly pid?: unknown; readonly host?: unknown }>(join(folder, 'lock.json'))
  if (lock === null || typeof lock.pid !== 'number') return false
  if (lock.host !== hostname()) return true
  try {
    process.kill(lock.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
