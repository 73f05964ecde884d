/** The figures of checked data, each with its definition, and what they come to in plain words. */

import { figure, type ReportFigure } from '../figures.ts'
import { formatNumber, formatTime } from '../format.ts'
import type { Statement } from '../panels/render.ts'
import type { QualityInput } from '../quality-input.ts'
import { total, worstFirst } from './datasets.ts'

export function qualityFigures({ series }: QualityInput): ReportFigure[] {
  const basis = 'all that was checked'
  const of = (id: string, label: string, value: number, definition: string): ReportFigure =>
    figure(id, label, value, 'count', basis, definition)
  const known = series.filter(({ firstMs }) => firstMs !== null)
  return [
    of('series', 'Series', series.length, 'Files or stored series that were checked.'),
    of(
      'rows',
      'Rows',
      total(series, (one) => one.rows),
      'Rows that they have together.',
    ),
    of(
      'errors',
      'Errors',
      total(series, (one) => one.errors),
      'Findings that are wrong and must be mended before the data is used.',
    ),
    of(
      'warnings',
      'Warnings',
      total(series, (one) => one.warnings),
      'Findings that are probably wrong, or holes to know of.',
    ),
    of(
      'seriesWithErrors',
      'Series with errors',
      series.filter((one) => one.errors > 0).length,
      'Series with at least one error.',
    ),
    of(
      'outageRows',
      'Rows missing in outages',
      total(series, (one) => one.outageRows),
      'Rows that are missing where the venue writes every interval, or in a run that chance explains with less than 0.001 expected such runs.',
    ),
    of(
      'outageRuns',
      'Outages',
      total(series, (one) => one.outageRuns),
      'Runs of such rows.',
    ),
    of(
      'noTradeRows',
      'Rows missing for want of trades',
      total(series, (one) => one.noTradeRows),
      'Rows that a venue leaves out when nobody trades, by how often rows are empty around them.',
    ),
    of(
      'emptyBars',
      'Empty bars',
      total(series, (one) => one.emptyBars),
      'Bars that are there, flat and without volume.',
    ),
    figure(
      'first',
      'First row',
      known.length === 0
        ? null
        : formatTime(known.reduce((a, one) => Math.min(a, one.firstMs!), Number.POSITIVE_INFINITY)),
      'UTC time',
      basis,
      'Open of the earliest row of all.',
      { reason: 'nothing has rows' },
    ),
    figure(
      'last',
      'Last row’s end',
      known.length === 0
        ? null
        : formatTime(known.reduce((a, one) => Math.max(a, one.lastMs!), Number.NEGATIVE_INFINITY)),
      'UTC time',
      basis,
      'End of the latest row of all.',
      { reason: 'nothing has rows' },
    ),
    ...series.flatMap((one) => [
      figure(`errors@${one.target}`, 'Errors', one.errors, 'count', one.target, 'Findings that are wrong.'),
      figure(
        `warnings@${one.target}`,
        'Warnings',
        one.warnings,
        'count',
        one.target,
        'Findings that are probably wrong, or holes to know of.',
      ),
      figure(
        `outageRows@${one.target}`,
        'Rows missing in outages',
        one.outageRows,
        'count',
        one.target,
        'Rows missing that a market without trades doesn’t explain.',
      ),
    ]),
  ]
}

export function verdictOf({ series }: QualityInput): Statement[] {
  if (series.length === 0)
    return [
      {
        tone: 'plain',
        text: 'There is nothing to check: the store is empty. tandem data import, pull or synth put series there.',
      },
    ]
  const bad = series.filter((one) => one.errors > 0)
  const gaps = worstFirst(series).toSorted((a, b) => b.outageRows - a.outageRows)[0]!
  const statements: Statement[] = [
    bad.length === 0
      ? {
          tone: 'good',
          text:
            series.length === 1
              ? 'No error was found.'
              : `No error was found in ${formatNumber(series.length, 0)} series.`,
        }
      : {
          tone: 'bad',
          text:
            series.length === 1
              ? `${formatNumber(bad[0]!.errors, 0)} ${bad[0]!.errors === 1 ? 'error was' : 'errors were'} found.`
              : `${formatNumber(bad.length, 0)} of ${formatNumber(series.length, 0)} series ${bad.length === 1 ? 'has' : 'have'} errors; most: ${worstFirst(bad)[0]!.target} with ${formatNumber(worstFirst(bad)[0]!.errors, 0)}.`,
        },
  ]
  if (gaps.outageRows > 0) {
    statements.push({
      tone: 'plain',
      text: `Most is missing of ${gaps.target}: ${formatNumber(gaps.outageRows, 0)} rows in ${formatNumber(gaps.outageRuns, 0)} ${gaps.outageRuns === 1 ? 'outage' : 'outages'}.`,
    })
  }
  return statements
}
