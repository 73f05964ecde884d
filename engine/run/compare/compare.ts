/** Two or more finished runs side by side: what was configured differently, what came of it, which trades they share. */

import type { Metric } from '../../core/result.ts'
import { canonicalJson } from '../canonical.ts'
import { matchTrades, type TradeMatch } from './match.ts'
import type { ReadRun } from './run-files.ts'

export interface ComparedMetric {
  readonly id: string
  readonly label: string
  readonly unit: string
  readonly basis: string
  readonly definition: string
  /** By run; null where it is undefined there. */
  readonly values: readonly (number | null)[]
}

export interface Comparison {
  readonly runs: readonly Pick<ReadRun, 'folder' | 'runId' | 'name' | 'quote' | 'initialEquity' | 'finalEquity'>[]
  /** What all runs share. */
  readonly same: {
    readonly data: boolean
    readonly strategy: boolean
    readonly rulebook: boolean
    readonly decisions: boolean
  }
  /** Keys of the resolved configuration that differ; a value as JSON, null where the key isn't there. */
  readonly config: readonly { readonly key: string; readonly values: readonly (string | null)[] }[]
  readonly metrics: readonly ComparedMetric[]
  /** The first run against each of the others. */
  readonly trades: readonly (TradeMatch & { readonly against: string })[]
}

/** Compares runs, the first with each of the others. */
export function compareRuns(runs: readonly ReadRun[]): Comparison {
  const [first, ...others] = runs
  const alike = (of: (run: ReadRun) => string): boolean => new Set(runs.map(of)).size === 1
  return {
    runs: runs.map(({ folder, runId, name, quote, initialEquity, finalEquity }) => ({
      folder,
      runId,
      name,
      quote,
      initialEquity,
      finalEquity,
    })),
    same: {
      data: alike(({ hashes }) => hashes.data),
      strategy: alike(({ hashes }) => hashes.strategy),
      rulebook: alike(({ hashes }) => hashes.rulebook),
      decisions: alike(({ decisions }) => decisions),
    },
    config: configDifferences(runs.map(({ config }) => config)),
    metrics: comparedMetrics(runs.map(({ metrics }) => metrics)),
    trades: others.map((other) => ({ against: other.runId, ...matchTrades(first!.trades, other.trades) })),
  }
}

/** Leaves of configurations, by dotted path, that aren't the same in all; sorted by path. */
export function configDifferences(configs: readonly unknown[]): Comparison['config'] {
  const flat = configs.map((config) => new Map(leaves(config, '')))
  const keys = [...new Set(flat.flatMap((one) => [...one.keys()]))].sort()
  return keys
    .map((key) => ({ key, values: flat.map((one) => one.get(key) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1)
}

function* leaves(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield [path, canonicalJson(value)]
    return
  }
  for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? key : `${path}.${key}`)
}

/** Metrics by id, in the order of the first run that has them. */
function comparedMetrics(all: readonly (readonly Metric[])[]): ComparedMetric[] {
  const byRun = all.map((metrics) => new Map(metrics.map((one) => [one.id, one])))
  const known = new Map(all.flat().map((one) => [one.id, one]))
  return [...known.values()].map(({ id, label, unit, basis, definition }) => ({
    id,
    label,
    unit,
    basis,
    definition,
    values: byRun.map((metrics) => metrics.get(id)?.value ?? null),
  }))
}
