/** The bench's figures as text for people. */

import { type Cell, formatTable } from '../../engine/cli/output.ts'
import type { IndicatorFigure } from './indicators.ts'
import { CASES } from './reference-run.ts'
import type { SizeFigures } from './rounds.ts'
import type { Check } from './verdict.ts'

const LABELS = {
  given: 'sma-cross, columns given',
  computed: 'sma-cross, both averages computed',
  'with-column': 'columns given, equity kept as a column',
  outside: 'a strategy file outside the repository',
  'after-others': 'columns given, after seven other classes of strategies',
  'bar-by-bar': 'that file without quietUntil',
  brackets: 'sma-cross with stop and target',
  'micro-cap': 'sma-cross under the rules of MICRO_CAP',
  perpetual: 'a perpetual with funding and margin checks',
} as const

const ns = (value: number): string => value.toFixed(2)
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

/** One size: times, then the results beside C's. */
export function sizeText(figures: SizeFigures): string {
  const { bars, processes, cases, native, nativeReason } = figures
  const rows: Cell[][] = CASES.map((name) => {
    const { nsPerBar, nsPerBarMinimum, nsPerBarWorst, peakBytes } = cases[name]
    const isGiven = name === 'given' || name === 'outside' || name === 'after-others'
    const own = isGiven ? native?.fastestGiven : native?.fastestRolling
    const isSameJob = isGiven || name === 'computed'
    const ratio = own === undefined || !isSameJob ? null : `${(nsPerBarMinimum / own).toFixed(1)} ×`
    return [LABELS[name], ns(nsPerBar), ns(nsPerBarMinimum), ns(nsPerBarWorst), ratio, megabytes(peakBytes)]
  })
  if (native !== null) {
    rows.push(['C, averages given', ns(native.nsPerBarGiven), ns(native.fastestGiven), null, null, null])
    rows.push([
      'C, averages computed in the loop',
      ns(native.nsPerBarRolling),
      ns(native.fastestRolling),
      null,
      null,
      null,
    ])
  }
  const heads = [`${bars} bars, ${processes} processes`, 'ns/bar', 'fastest', 'worst', 'to C', 'peak MB']
  const missing = nativeReason === null ? '' : `no C program: ${nativeReason}\n`
  return `${formatTable(heads, rows)}\n${missing}${resultsText(figures)}`
}

function resultsText({ cases, native, bytesPerBar }: SizeFigures): string {
  const labelled = [['tandem', cases.given.numbers] as const, ...(native === null ? [] : [['C', native] as const])]
  const heads = ['', 'entries', 'final ratio', 'max drawdown', 'Σr', 'Σr²']
  const rows = labelled.map(([name, { entries, finalRatio, maxDrawdown, sumR, sumR2 }]) => [
    name,
    entries,
    ...[finalRatio, maxDrawdown, sumR, sumR2].map((value) => value.toPrecision(12)),
  ])
  const allocation = bytesPerBar === null ? '' : `allocated per bar without orders: ${bytesPerBar.toFixed(4)} bytes\n`
  return `${formatTable(heads, rows)}${allocation}`
}

export function indicatorsText(figures: readonly IndicatorFigure[]): string {
  return formatTable(
    ['indicator', 'ns/bar'],
    figures.map(({ name, nsPerBar }) => [name, ns(nsPerBar)]),
  )
}

export function checksText(checks: readonly Check[]): string {
  return checks.map(({ name, ok, detail }) => `${ok ? 'yes' : 'NO '}  ${name}: ${detail}\n`).join('')
}
