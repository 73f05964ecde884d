/** Questions to the list: words, filters, order, a page of it. */

import type { RunEntry } from './entry.ts'

export const SORTABLE = [
  'changedMs',
  'name',
  'kind',
  'strategy',
  'totalReturn',
  'sharpe',
  'maxDrawdown',
  'trades',
  'finalEquity',
] as const

export interface RunQuery {
  /** Each of its words must be found. */
  readonly search: string
  readonly kind: 'run' | 'sweep' | null
  readonly strategy: string | null
  readonly symbol: string | null
  readonly status: RunEntry['status'] | null
  readonly validation: 'passed' | 'failed' | 'none' | null
  readonly sort: (typeof SORTABLE)[number]
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

export interface RunPage {
  readonly rows: readonly RunEntry[]
  /** How many fit the question, and how many there are. */
  readonly matched: number
  readonly total: number
  /** What can be filtered by, most frequent first. */
  readonly strategies: readonly string[]
  readonly symbols: readonly string[]
}

export function queryRuns(
  all: readonly { readonly entry: RunEntry; readonly words: string }[],
  query: RunQuery,
): RunPage {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = all
    .filter((one) => words.every((word) => one.words.includes(word)) && fits(one.entry, query))
    .map(({ entry }) => entry)
  rows.sort(ordering(query))
  return {
    rows: rows.slice(query.offset, query.offset + query.limit),
    matched: rows.length,
    total: all.length,
    strategies: frequent(all.map(({ entry }) => (entry.strategy === null ? [] : [entry.strategy]))),
    symbols: frequent(all.map(({ entry }) => entry.symbols)),
  }
}

function fits(entry: RunEntry, { kind, strategy, symbol, status, validation }: RunQuery): boolean {
  return (
    (kind === null || entry.kind === kind) &&
    (strategy === null || entry.strategy === strategy) &&
    (symbol === null || entry.symbols.includes(symbol)) &&
    (status === null || entry.status === status) &&
    (validation === null || (entry.validation ?? 'none') === validation)
  )
}

/** Unknown figures stand last whichever way it is sorted; equals stand by id, so that pages don't overlap. */
function ordering({ sort, descending }: RunQuery): (a: RunEntry, b: RunEntry) => number {
  const sign = descending ? -1 : 1
  return (a, b) => {
    const [x, y] = [a[sort], b[sort]]
    if (x === null || y === null) {
      if (x === y) return byId(a, b)
      return x === null ? 1 : -1
    }
    if (x === y) return byId(a, b)
    return (x < y ? -1 : 1) * sign
  }
}

function byId(a: RunEntry, b: RunEntry): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

const CHOICES_MAX = 100

function frequent(lists: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>()
  for (const list of lists) for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, CHOICES_MAX)
    .map(([one]) => one)
}
