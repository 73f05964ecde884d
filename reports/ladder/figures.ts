/** The figures of a ladder, each with its definition, and what they come to in plain words. */

import { figure, type ReportFigure } from '../figures.ts'
import { formatFraction, formatMoney, formatNumber } from '../format.ts'
import type { LadderInput, LadderRung } from '../ladder-input.ts'
import type { Statement } from '../panels/render.ts'
import { sizeOf } from './datasets.ts'

/** Each figure of a rung: key, label, unit, definition. */
const RUNG_FIGURES: readonly (readonly [keyof LadderRung & string, string, string, string])[] = [
  [
    'returnAfterCosts',
    'Return after costs',
    'fraction',
    'Final equity over initial equity, less 1; after fees, spread and slippage; an open position at the end is valued at the last close.',
  ],
  ['finalEquity', 'Final equity', 'quote', 'Cash and positions at the last close.'],
  ['trades', 'Closed trades', 'count', 'Round trips that were closed.'],
  ['entrySignals', 'Entry signals', 'count', 'Entries that the strategy asked for.'],
  ['entries', 'Entries', 'count', 'Entry orders that went to the venue.'],
  [
    'sizeRefusals',
    'Refused for size',
    'count',
    'Refusals that a larger account would not have met: balance, minimums, caps, a size that rounds to zero.',
  ],
  ['tradeableShare', 'Not refused for size', 'fraction', 'Entries over entries and refusals for size.'],
  [
    'rounding',
    'Lost to rounding',
    'quote',
    'Value wanted less value executed, summed over entries: what steps and ticks kept out of the market.',
  ],
  ['dust', 'Dust at the end', 'quote', 'Value of what is left and too small for the venue to sell.'],
  ['fees', 'Fees', 'quote', 'All fees paid.'],
  ['grossProfit', 'Gross profit', 'quote', 'Sum of what trades gained before fees, losing ones left out.'],
  [
    'feeShareOfGross',
    'Fees over gross profit',
    'fraction',
    'Fees over gross profit; above 1 fees took more than all winners made.',
  ],
]

export function ladderFigures(input: LadderInput): ReportFigure[] {
  const { rungs, quote, smallestViable, definition } = input
  const basis = 'the ladder'
  return [
    figure('smallestViable', 'Smallest viable account', smallestViable, 'quote', basis, `Viable: ${definition}.`, {
      reason: 'no account of the list is viable',
    }),
    figure('sizes', 'Account sizes', rungs.length, 'count', basis, 'Equities at which the configuration was run.'),
    ...rungs.flatMap((rung) =>
      RUNG_FIGURES.map(([key, label, unit, words]) =>
        figure(
          `${key}@${rung.equity}`,
          label,
          rung[key] as number | null,
          unit,
          `an account of ${sizeOf(rung, quote)} ${quote}`,
          words,
          {
            reason: key === 'feeShareOfGross' ? 'no trade gained anything before fees' : 'no signal came that far',
          },
        ),
      ),
    ),
  ]
}

/** In the page: the ladder's own, and those of the smallest viable account or else the largest; the JSON has all. */
export function shownFigures({ rungs, smallestViable }: LadderInput, figures: readonly ReportFigure[]): ReportFigure[] {
  const shown = smallestViable ?? rungs.at(-1)?.equity
  return figures.filter(({ id }) => !id.includes('@') || id.endsWith(`@${shown}`))
}

export function verdictOf({ rungs, smallestViable, quote }: LadderInput): Statement[] {
  const money = (value: number) => `${formatMoney(value, quote).replace(/\.00$/, '')} ${quote}`
  const statements: Statement[] = [
    smallestViable === null
      ? { tone: 'bad', text: 'No account of the list is viable.' }
      : { tone: 'good', text: `Viable from ${money(smallestViable)} on.` },
  ]
  const [smallest, largest] = [rungs[0], rungs.at(-1)]
  if (smallest === undefined || largest === undefined || smallest === largest) return statements
  statements.push({
    tone: 'plain',
    text: `${money(smallest.equity)} made ${formatFraction(smallest.returnAfterCosts)} on ${formatNumber(smallest.trades, 0)} trades, ${money(largest.equity)} made ${formatFraction(largest.returnAfterCosts)} on ${formatNumber(largest.trades, 0)}.`,
  })
  const eaten = rungs.filter((one) => one.feeShareOfGross !== null && one.feeShareOfGross >= 1)
  if (eaten.length > 0) {
    statements.push({
      tone: 'bad',
      text: `Fees took all that winners made at ${eaten.map((one) => money(one.equity)).join(', ')}.`,
    })
  }
  return statements
}
