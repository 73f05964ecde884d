/** The page of a ladder: one configuration at several account sizes. */

import {
  ladderFees,
  ladderLosses,
  ladderRefusals,
  ladderReturns,
  ladderTradeable,
  REASONS_DRAWN,
} from './charts/ladder.ts'
import { refusalWords } from './codes.ts'
import { describe } from './config.ts'
import { column, type Dataset, type Datasets, tableHtml } from './dataset.ts'
import { figure, figuresOf, figuresSection, type ReportFigure } from './figure-list.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatDuration, formatFraction, formatMoney, formatNumber, formatTime } from './format.ts'
import { type Html, html } from './html.ts'
import type { LadderInput, LadderRung } from './ladder-input.ts'
import type { PanelsModel } from './panels/model.ts'
import {
  chartOf,
  factsHtml,
  masthead,
  type RenderedPage,
  renderPanels,
  reproduceHtml,
  type Statement,
  safeFileName,
  tablePlace,
  tilesHtml,
  verdictHtml,
} from './panels/render.ts'
import { chartPlace, panel } from './sections/panel.ts'

const sizeOf = (rung: LadderRung, quote: string): string => formatMoney(rung.equity, quote).replace(/\.00$/, '')

/** Reasons by how often they came, all rungs together. */
function reasonsOf(rungs: readonly LadderRung[]): [string, number][] {
  const totals = new Map<string, number>()
  for (const { refusals } of rungs) {
    for (const [code, count] of Object.entries(refusals)) totals.set(code, (totals.get(code) ?? 0) + count)
  }
  return [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
}

function rungsDataset({ rungs, quote }: LadderInput): Dataset {
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

function refusalsDataset({ rungs }: LadderInput): Dataset {
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
function drawnDatasets({ rungs, quote }: LadderInput): Datasets {
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

function ladderFigures(input: LadderInput): ReportFigure[] {
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
function shownFigures({ rungs, smallestViable }: LadderInput, figures: readonly ReportFigure[]): ReportFigure[] {
  const shown = smallestViable ?? rungs.at(-1)?.equity
  return figures.filter(({ id }) => !id.includes('@') || id.endsWith(`@${shown}`))
}

function verdictOf({ rungs, smallestViable, quote }: LadderInput): Statement[] {
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

function tilesOf(input: LadderInput): Html {
  const { rungs, smallestViable, quote } = input
  const best = rungs.reduce<LadderRung | null>(
    (top, one) => (top === null || one.returnAfterCosts > top.returnAfterCosts ? one : top),
    null,
  )
  const refused = rungs.reduce((sum, one) => sum + one.sizeRefusals, 0)
  const range = (pick: (one: LadderRung) => number | null, text: (value: number) => string): string => {
    const known = rungs.map(pick).filter((value) => value !== null)
    return known.length === 0 ? 'n/a' : `${text(Math.min(...known))} – ${text(Math.max(...known))}`
  }
  const percent = (value: number) => formatFraction(value, 0)
  return tilesHtml([
    {
      label: 'Smallest viable account',
      value: smallestViable === null ? 'none' : formatMoney(smallestViable, quote).replace(/\.00$/, ''),
      detail: 'of the list; defined below',
      ...(smallestViable === null ? {} : { unit: quote }),
    },
    {
      label: 'Account sizes',
      value: formatNumber(rungs.length, 0),
      detail: rungs.length === 0 ? 'none' : `${sizeOf(rungs[0]!, quote)} to ${sizeOf(rungs.at(-1)!, quote)} ${quote}`,
    },
    {
      label: 'Best return',
      value: best === null ? 'n/a' : formatFraction(best.returnAfterCosts),
      detail: best === null ? '' : `at ${sizeOf(best, quote)} ${quote}`,
    },
    { label: 'Fees over gross profit', value: range((one) => one.feeShareOfGross, percent), detail: 'over the sizes' },
    { label: 'Refused for size', value: formatNumber(refused, 0), detail: 'all sizes together' },
    {
      label: 'Closed trades',
      value: range(
        (one) => one.trades,
        (value) => formatNumber(value, 0),
      ),
      detail: 'over the sizes',
    },
  ])
}

function chartPanels(input: LadderInput, hasRefusals: boolean): Html {
  const place = (id: string, title: string, intro: string, dataset: string) =>
    panel({ id, title, intro, dataset, chart: id }, chartPlace(id, `${title}. ${intro}`, dataset))
  const words = reasonsOf(input.rungs).flatMap(([code]) => {
    const text = refusalWords(code)
    return text === null ? [] : [html`<div><dt><code>${code}</code></dt><dd>${text}</dd></div>`]
  })
  const refusals = hasRefusals
    ? panel(
        {
          id: 'refusals',
          title: 'Refusals by reason',
          intro: 'What the rules or the venue did not let through, by account size; the rarest reasons together.',
          dataset: 'refusals',
          chart: 'refusals',
        },
        html`${chartPlace('refusals', 'Refusals by reason and account size', 'refusals')}${words.length === 0 ? null : html`<details class="behind"><summary>What they mean</summary><dl class="words-list">${words}</dl></details>`}`,
      )
    : panel(
        { id: 'refusals', title: 'Refusals by reason', dataset: 'refusals' },
        html`<p class="empty">Nothing was refused at any size.</p>`,
      )
  return html`${place('returns', 'Return after costs', 'Pale: not viable.', 'drawn')}
<div class="pair">${place('fees', 'What fees take', 'Fees as a share of what winners made before fees; dashed: all of it. No point where no trade gained.', 'drawn')}${place('tradeable', 'What size lets through', 'Share of the entries behind the gates that were not refused for their size; dashed: what viable asks for.', 'drawn')}</div>
${refusals}
${place('losses', 'Rounding and dust', 'Value that lot steps kept out of entries, summed, and what is left too small to sell, both over the equity at the start.', 'losses')}`
}

/** The page, and the figures that stand beside it. */
export async function renderLadderReport(input: LadderInput): Promise<RenderedPage> {
  const figures = figuresOf('ladder', input.name, ladderFigures(input))
  const words = { xTitle: `Equity at the start (${input.quote})` }
  const hasRefusals = input.rungs.some(({ refusals }) => Object.keys(refusals).length > 0)
  const rungs = rungsDataset(input)
  const model: PanelsModel<null> = {
    fileName: safeFileName(`${input.name}-ladder`, 'ladder'),
    quote: input.quote,
    datasets: { rungs, refusals: refusalsDataset(input), ...drawnDatasets(input), figures: figuresDataset(figures) },
    charts: {
      returns: await chartOf(ladderReturns, { rows: 'drawn' }, { words }),
      fees: await chartOf(ladderFees, { rows: 'drawn' }, { words }),
      tradeable: await chartOf(ladderTradeable, { rows: 'drawn' }, { words }),
      refusals: await chartOf(ladderRefusals, { rows: 'reasons' }, { words }),
      losses: await chartOf(ladderLosses, { rows: 'losses' }, { words }),
    },
    tables: { rungs: { dataset: 'rungs', rowsPerPage: 50 } },
    more: null,
  }
  const span = input.toMs - input.fromMs
  const body = html`${masthead('Ladder', input.name, `${input.strategy.name} (${describe(input.strategy.params)}) on ${input.symbols.join(', ')} at ${input.venue}, ${input.timeframe} candles`)}
${tilesOf(input)}${verdictHtml('The ladder in plain words', verdictOf(input))}
${factsHtml([
  [
    'Period',
    `${formatTime(input.fromMs)} – ${formatTime(input.toMs)} UTC`,
    `${formatNumber(input.bars, 0)} bars, ${formatDuration(span)}`,
  ],
  ['Profile', input.profile, 'of the account'],
  ['Viable', input.definition],
])}
${chartPanels(input, hasRefusals)}
${panel({ id: 'rungs', title: 'Account sizes', dataset: 'rungs', intro: 'Money in the quote currency.' }, tablePlace('rungs', tableHtml(rungs, 50, input.quote)))}
${figuresSection(shownFigures(input, figures.figures), input.quote)}
${panel(
  { id: 'reproduce', title: 'Reproduce', intro: 'The same configuration on the same data gives the same ladder.' },
  reproduceHtml(
    input.command,
    [
      ['Configuration', input.hashes.config],
      ['Strategy', input.hashes.strategy],
      ['Data', input.hashes.data],
    ],
    input.configText,
  ),
)}`
  return {
    html: await renderPanels({
      title: `${input.name} – ladder`,
      body,
      script: 'panels',
      model,
      figures,
      closing: 'A simulation of the past, not a promise.',
    }),
    figures,
  }
}
