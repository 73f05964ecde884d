/** A ladder as the datasets of its page. */

import { REASONS_DRAWN } from '../charts/ladder.ts'
import { refusalWords } from '../codes.ts'
import { column, type Dataset, type Datasets } from '../dataset.ts'
import { formatMoney } from '../format.ts'
import type { LadderInput, LadderRung } from '../ladder-input.ts'

export const sizeOf = (rung: LadderRung, quote: string): string => formatMoney(rung.equity, quote).replace(/\.00$/, '')

/** Reasons by how often they came, all rungs together. */
export function reasonsOf(rungs: readonly LadderRung[]): [string, number][] {
  const totals = new Map<string, number>()
  for (const { refusals } of rungs) {
    for (const [code, count] of Object.entries(refusals)) totals.set(code, (totals.get(code) ?? 0) + count)
  }
  return [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}

export function rungsDataset({ rungs, quote }: LadderInput): Dataset {
  const of = (name: keyof LadderRung & string, label: string, kind: Parameters<typeof column>[2]) =>
    column(
      name,
      label,
      kind,
      rungs.map((one) => one[name] as number | null),
    )
  return {
    title: 'Account sizes',
    columns: [
      of('equity', `Equity (${quote})`, 'money'),
      of('returnAfterCosts', 'Return after costs', 'fraction'),
      of('finalEquity', `Final equity (${quote})`, 'money'),
      column(
        'viable',
        'Viable',
        'text',
        rungs.map((one) => (one.viable ? 'yes' : 'no')),
      ),
      of('trades', 'Closed trades', 'count'),
      of('entrySignals', 'Entry signals', 'count'),
      of('entries', 'Entries', 'count'),
      of('sizeRefusals', 'Refused for size', 'count'),
      of('tradeableShare', 'Not refused for size', 'fraction'),
      of('rounding', `Lost to rounding (${quote})`, 'money'),
      of('dust', `Dust at the end (${quote})`, 'money'),
      of('fees', `Fees (${quote})`, 'money'),
      of('grossProfit', `Gross profit (${quote})`, 'money'),
      of('feeShareOfGross', 'Fees over gross profit', 'fraction'),
    ],
  }
}

export function refusalsDataset({ rungs }: LadderInput): Dataset {
  const rows = rungs.flatMap(({ equity, refusals }) =>
    Object.entries(refusals).map(([code, count]) => ({ equity, code, count })),
  )
  return {
    title: 'Refusals by account size',
    columns: [
      column(
        'equity',
        'Equity',
        'money',
        rows.map((row) => row.equity),
      ),
      column(
        'code',
        'Code',
        'text',
        rows.map((row) => row.code),
      ),
      column(
        'count',
        'Refusals',
        'count',
        rows.map((row) => row.count),
      ),
      column(
        'words',
        'What it means',
        'text',
        rows.map((row) => refusalWords(row.code)),
      ),
    ],
  }
}

/** What the charts draw: sizes as words, so that they stand evenly whatever their ratio. */
export function drawnDatasets({ rungs, quote }: LadderInput): Datasets {
  const sizes = rungs.map((one) => sizeOf(one, quote))
  const drawn = new Map(reasonsOf(rungs).map(([code], place) => [code, Math.min(place, REASONS_DRAWN)]))
  const groups = [...new Map([...drawn].map(([code, place]) => [place, place === REASONS_DRAWN ? 'others' : code]))]
  const reasons = rungs.flatMap(({ refusals }, i) =>
    groups.map(([place, reason]) => {
      const codes = Object.keys(refusals).filter((code) => drawn.get(code) === place)
      return { equity: sizes[i]!, reason, place, count: codes.reduce((sum, code) => sum + refusals[code]!, 0) }
    }),
  )
  const ordered = reasons.toSorted((a, b) => a.place - b.place)
  const losses = rungs.flatMap((one, i) => [
    { equity: sizes[i]!, what: 'lost to rounding', share: one.equity > 0 ? one.rounding / one.equity : null },
    { equity: sizes[i]!, what: 'dust at the end', share: one.equity > 0 ? one.dust / one.equity : null },
  ])
  return {
    drawn: {
      title: 'By account size',
      columns: [
        column('equity', `Equity (${quote})`, 'text', sizes),
        column(
          'returnAfterCosts',
          'Return after costs',
          'fraction',
          rungs.map((one) => one.returnAfterCosts),
        ),
        column(
          'top',
          'Top of the bar',
          'fraction',
          rungs.map((one) => Math.max(0, one.returnAfterCosts)),
        ),
        column(
          'feeShareOfGross',
          'Fees over gross profit',
          'fraction',
          rungs.map((one) => one.feeShareOfGross),
        ),
        column(
          'tradeableShare',
          'Not refused for size',
          'fraction',
          rungs.map((one) => one.tradeableShare),
        ),
        column(
          'viable',
          'Viable',
          'text',
          rungs.map((one) => (one.viable ? 'yes' : 'no')),
        ),
      ],
    },
    reasons: {
      title: 'Refusals by reason',
      columns: [
        column(
          'equity',
          `Equity (${quote})`,
          'text',
          ordered.map((row) => row.equity),
        ),
        column(
          'reason',
          'Reason',
          'text',
          ordered.map((row) => row.reason),
        ),
        column(
          'place',
          'Order',
          'count',
          ordered.map((row) => row.place),
        ),
        column(
          'count',
          'Refusals',
          'count',
          ordered.map((row) => row.count),
        ),
      ],
    },
    losses: {
      title: 'Rounding and dust over equity',
      columns: [
        column(
          'equity',
          `Equity (${quote})`,
          'text',
          losses.map((row) => row.equity),
        ),
        column(
          'what',
          'What',
          'text',
          losses.map((row) => row.what),
        ),
        column(
          'share',
          'Share of equity',
          'fraction',
          losses.map((row) => row.share),
        ),
      ],
    },
  }
}
