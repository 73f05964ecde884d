/** The figures of a sweep, each with its definition, and what they come to in plain words. */

import { figure, type ReportFigure } from '../figures.ts'
import { formatFraction, formatNumber } from '../format.ts'
import type { Statement } from '../panels/render.ts'
import type { SweepReportInput } from '../sweep-input.ts'
import { type Luck, metricOf } from './luck.ts'
import { neighbourWords, type Plateau } from './plateau.ts'
import type { SplitFacts } from './split.ts'

/** Everything that was computed of a sweep. */
export interface SweepFacts {
  readonly luck: Luck
  readonly plateau: Plateau
  readonly split: SplitFacts | null
}

function countFigures({ count, ledger }: SweepReportInput): ReportFigure[] {
  const of = (id: string, label: string, value: number, definition: string): ReportFigure =>
    figure(id, label, value, 'count', 'trials', definition)
  return [
    of('trials', 'Trials', count.trials, 'Configurations that this sweep ran, failed ones and early windows included.'),
    of('compared', 'Compared trials', count.compared, 'Trials that ran to the end over the whole window.'),
    of('failed', 'Failed trials', count.failed, 'Trials that ended with an error; they have no figures.'),
    of(
      'feasible',
      'Feasible trials',
      count.feasible,
      'Compared trials that satisfy every constraint and have every objective.',
    ),
    of(
      'ledgerStrategy',
      'On record: this strategy',
      ledger.strategy,
      'Trials of this strategy on this data in the ledger of the runs folder, all sweeps together.',
    ),
    of(
      'ledgerData',
      'On record: this data',
      ledger.data,
      'Trials of any strategy on this data in the ledger of the runs folder, all sweeps together.',
    ),
  ]
}

function bestFigures(input: SweepReportInput): ReportFigure[] {
  const { best, table, objectives } = input
  const reason = 'no trial is feasible'
  const trial = best[0]
  const columns = [...table.objectives, ...table.metrics]
  const wanted = [
    ...new Set([...objectives.map(({ column }) => column), 'sharpe', 'totalReturn', 'maxDrawdown', 'trades']),
  ]
  return [
    figure(
      'bestTrial',
      'Best trial',
      trial,
      'count',
      'the best trial',
      'Number of the feasible trial with the best first objective; of equals the earlier.',
      { reason },
    ),
    ...wanted.flatMap((name) => {
      const column = columns.find((one) => one.name === name)
      if (column === undefined) return []
      const { label, unit, definition } = column
      return [
        figure(
          `best.${name}`,
          label,
          metricOf(input, trial, name),
          unit,
          'the best trial',
          `Of the best trial: ${definition}.`,
          {
            reason: trial === undefined ? reason : 'not defined for this trial',
          },
        ),
      ]
    }),
  ]
}

function luckFigures(luck: Luck): ReportFigure[] {
  const basis = 'UTC days of all trials'
  const none = 'needs two trials with a Sharpe ratio'
  return [
    figure(
      'countedTrials',
      'Trials that count',
      luck.trials,
      'count',
      basis,
      'The largest of: this sweep’s trials, those on record of the strategy, those on record of the data.',
    ),
    figure(
      'sharpeDeviation',
      'Deviation of Sharpe ratios',
      luck.deviation,
      'ratio',
      basis,
      'Standard deviation (ddof 1) of the annual Sharpe ratios across the compared trials of this sweep.',
      { reason: none },
    ),
    figure(
      'expectedMaximum',
      'Expected maximum under noise',
      luck.expectedMaximum,
      'ratio',
      basis,
      'Annual Sharpe ratio that the best of so many worthless trials shows on average: √V·((1−γ)Φ⁻¹(1−1/N) + γΦ⁻¹(1−1/(N·e))), V the variance across trials, N the trials that count (Bailey & López de Prado 2014).',
      { reason: none },
    ),
    figure(
      'deflatedSharpe',
      'Deflated Sharpe ratio',
      luck.deflated,
      'probability',
      basis,
      'Probability that the best trial’s true Sharpe ratio is above the expected maximum under noise, by its length, skew and kurtosis; all trials count as independent.',
      { reason: luck.deflatedReason },
    ),
    figure(
      'effectiveTrials',
      'Effective trials',
      luck.effective,
      'number',
      basis,
      'ρ̄ + (1 − ρ̄)·N with ρ̄ the mean correlation between the daily returns of a sample of the trials, not below 0. Information: N itself is the careful choice.',
      { reason: 'the returns by day weren’t kept' },
    ),
    figure(
      'deflatedSharpeEffective',
      'Deflated by effective trials',
      luck.deflatedEffective,
      'probability',
      basis,
      'The deflated Sharpe ratio with the effective number of trials.',
      { reason: 'the returns by day weren’t kept, or the ratio is not defined' },
    ),
  ]
}

function stabilityFigures(input: SweepReportInput, { plateau }: SweepFacts): ReportFigure[] {
  const own = plateau.neighbourhoods[0]
  const words = neighbourWords(input.isGrid, input.table.axes.length)
  const reason =
    own === undefined
      ? 'no trial is feasible'
      : own.neighbours === 0
        ? 'the best has no neighbour'
        : 'needs an objective above 0 of which more is better'
  return [
    figure('neighbours', 'Neighbours of the best', own?.neighbours, 'count', 'neighbourhood', words, { reason }),
    figure(
      'neighbourMedian',
      'Their median',
      own?.median,
      'number',
      'neighbourhood',
      `Median of the first objective over the neighbours of the best trial. ${words}`,
      { reason },
    ),
    figure(
      'neighbourRatio',
      'Their median over the best',
      own?.ratio,
      'fraction',
      'neighbourhood',
      `That median over the best trial’s own value; the default policy asks for 70 % of the Sharpe ratio. ${words}`,
      { reason },
    ),
  ]
}

function sampleFigures(input: SweepReportInput, { split }: SweepFacts): ReportFigure[] {
  const { overfitting } = input
  const noSplit = { reason: input.splitReason ?? 'not defined for these trials' }
  const noHalves = { reason: input.overfittingReason ?? 'not defined' }
  const before = 'days before and after'
  const halves = 'halves of the days'
  return [
    figure(
      'bestBefore',
      'Best trial before',
      split?.bestBefore,
      'ratio',
      before,
      'Annual Sharpe ratio of the best trial over the first 11 of 16 equal blocks of days.',
      noSplit,
    ),
    figure(
      'bestAfter',
      'Best trial after',
      split?.bestAfter,
      'ratio',
      before,
      'Annual Sharpe ratio of the best trial over the last 5 of 16 equal blocks of days. Not unseen: the trial was chosen over the whole window.',
      noSplit,
    ),
    figure(
      'chosenAfter',
      'Best of before, after',
      split?.chosenAfter,
      'ratio',
      before,
      'Annual Sharpe ratio after the date of the trial that has the highest before it: a choice without knowledge of what came after.',
      noSplit,
    ),
    figure(
      'rankCorrelation',
      'Rank correlation',
      split?.rankCorrelation,
      'correlation',
      before,
      'Spearman’s between the Sharpe ratios before and after the date, over all trials that have both.',
      { ...noSplit, ...(split === null ? {} : { n: split.trials }) },
    ),
    figure(
      'overfitting',
      'Probability of overfitting',
      overfitting?.probability,
      'probability',
      halves,
      'Share of the halves of the blocks of days whose best trial ranks at or below the median in the other half; noise gives about 0.5 (CSCV, Bailey et al. 2015).',
      { ...noHalves, ...(overfitting === null ? {} : { n: overfitting.halves }) },
    ),
    figure(
      'lossProbability',
      'Probability of loss',
      overfitting?.lossProbability,
      'probability',
      halves,
      'Share of the halves whose best trial has a negative Sharpe ratio in the other half.',
      { ...noHalves, ...(overfitting === null ? {} : { n: overfitting.halves }) },
    ),
  ]
}

export function sweepFigures(input: SweepReportInput, facts: SweepFacts): ReportFigure[] {
  return [
    ...countFigures(input),
    ...bestFigures(input),
    ...luckFigures(facts.luck),
    ...stabilityFigures(input, facts),
    ...sampleFigures(input, facts),
  ]
}

const two = (value: number): string => formatNumber(value, 2)

/** Sentences, the gravest first. */
export function sweepVerdict(input: SweepReportInput, { luck, plateau, split }: SweepFacts): Statement[] {
  const { count, overfitting, best } = input
  const statements: Statement[] = []
  if (count.compared === 0) statements.push({ tone: 'bad', text: 'Every trial failed: see the errors below.' })
  else if (best.length === 0)
    statements.push({ tone: 'bad', text: 'No trial satisfies the constraints: there is no best one.' })
  else if (count.failed > 0) {
    const text = `${formatNumber(count.failed, 0)} of ${formatNumber(count.trials, 0)} trials failed and aren’t compared.`
    statements.push({ tone: 'bad', text })
  }
  const { bestSharpe, expectedMaximum, deflated, trials } = luck
  if (bestSharpe !== null && expectedMaximum !== null) {
    const luckWords = `the best of ${formatNumber(trials, 0)} worthless trials would show about ${two(expectedMaximum)}`
    const above = bestSharpe > expectedMaximum
    const probability =
      deflated === null ? '' : ` Deflated Sharpe ratio ${formatNumber(deflated, 3)} (0.95 is asked for).`
    statements.push({
      tone: deflated !== null && deflated >= 0.95 ? 'good' : 'bad',
      text: `The best trial’s Sharpe ratio of ${two(bestSharpe)} is ${above ? 'above' : 'below'} what luck explains: ${luckWords}.${probability}`,
    })
  }
  const own = plateau.neighbourhoods[0]
  if (own !== undefined && own.ratio !== null) {
    statements.push({
      tone: own.ratio >= 0.7 ? 'good' : 'bad',
      text: `The ${own.neighbours} neighbours of the best keep ${formatFraction(own.ratio, 0)} of it in the median${own.ratio >= 0.7 ? ': a plateau' : ': a lone peak'}.`,
    })
  }
  if (overfitting !== null) {
    statements.push({
      tone: overfitting.probability <= 0.2 ? 'good' : 'bad',
      text: `What is best on one half of the days ranks at or below the median on the other in ${formatFraction(overfitting.probability, 0)} of cases (noise: 50 %).`,
    })
  }
  if (split !== null && split.chosenAfter !== null && split.rankCorrelation !== null) {
    statements.push({
      tone: 'plain',
      text: `The trial that was best before the cut made a Sharpe ratio of ${two(split.chosenAfter)} after it; the order of trials ${split.rankCorrelation > 0.5 ? 'held' : split.rankCorrelation > 0.1 ? 'held a little' : 'did not hold'} (rank correlation ${two(split.rankCorrelation)}).`,
    })
  }
  return statements
}
