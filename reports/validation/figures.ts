/** The figures of a validation, each with its definition. */

import { figure, type ReportFigure } from '../figures.ts'
import type { ValidationInput } from '../validation-input.ts'

const NO_PATHS = 'no cross-validation was made'

export function validationFigures(input: ValidationInput): ReportFigure[] {
  return [
    ...gateFigures(input),
    ...countFigures(input),
    ...walkForwardFigures(input),
    ...overfittingFigures(input),
    ...certaintyFigures(input),
  ]
}

function gateFigures({ gates }: ValidationInput): ReportFigure[] {
  return gates.map(({ name, label, value, limit, relation, formula, status, reason }) =>
    figure(
      `gate.${name}`,
      label,
      value,
      'number',
      'gates',
      `${formula}; ${status}${limit === null ? '' : `, ${relation} ${limit} is asked for`}.`,
      { reason },
    ),
  )
}

function countFigures({ trialCount }: ValidationInput): ReportFigure[] {
  const of = (id: string, label: string, value: number, definition: string): ReportFigure =>
    figure(id, label, value, 'count', 'trials', definition)
  return [
    of(
      'trials.space',
      'Trials in the space',
      trialCount.space,
      'Configurations that were tried by this validation or the sweep it judges.',
    ),
    of('trials.elsewhere', 'Told of', trialCount.elsewhere, 'Trials made elsewhere, as the run file says.'),
    of('trials.ledger', 'On record', trialCount.ledger, 'Trials on this data in the ledgers of the runs folder.'),
    of('trials.total', 'Trials that count', trialCount.total, 'All of them, each once.'),
  ]
}

function walkForwardFigures({ walkForwards, crossValidation }: ValidationInput): ReportFigure[] {
  const forward = walkForwards.flatMap(({ anchored, folds, summary, sharpe, trades }) => {
    const kind = anchored ? 'anchored' : 'rolling'
    const basis = `walk-forward, ${kind}`
    return [
      figure(
        `${kind}.return`,
        'Stitched return',
        summary.stitched,
        'fraction',
        basis,
        'Return over all days out of sample, folds put together.',
        { n: folds.length },
      ),
      figure(
        `${kind}.sharpe`,
        'Stitched Sharpe ratio',
        sharpe,
        'ratio',
        basis,
        'Annual Sharpe ratio of the UTC days out of sample.',
        { n: folds.length },
      ),
      figure(
        `${kind}.profitable`,
        'Folds that gain',
        summary.shareProfitable,
        'fraction',
        basis,
        'Share of the folds with a return above 0 out of sample.',
        { n: folds.length },
      ),
      figure(
        `${kind}.efficiency`,
        'Efficiency',
        summary.efficiency.value,
        'ratio',
        basis,
        'Mean annual return out of sample over that in sample; null where the latter isn’t above 0. Information, no gate.',
        { n: folds.length, reason: 'the return in sample isn’t above 0' },
      ),
      figure(`${kind}.trades`, 'Trades out of sample', trades, 'count', basis, 'Closed trades of all folds.', {
        n: folds.length,
      }),
    ]
  })
  const sharpes = (crossValidation?.paths ?? []).flatMap(({ sharpe }) => sharpe ?? []).sort((a, b) => a - b)
  const basis = 'cross-validation paths'
  const none = { reason: crossValidation === null ? NO_PATHS : 'no path has a Sharpe ratio' }
  return [
    ...forward,
    figure(
      'paths.low',
      'Lowest Sharpe ratio of a path',
      sharpes[0],
      'ratio',
      basis,
      'Annual, over the whole length of the worst path.',
      none,
    ),
    figure(
      'paths.middle',
      'Middle Sharpe ratio',
      sharpes[Math.floor(sharpes.length / 2)],
      'ratio',
      basis,
      'Annual, of the path in the middle.',
      none,
    ),
    figure(
      'paths.high',
      'Highest Sharpe ratio of a path',
      sharpes.at(-1),
      'ratio',
      basis,
      'Annual, of the best path.',
      none,
    ),
  ]
}

function overfittingFigures({ overfitting }: ValidationInput): ReportFigure[] {
  const basis = 'halves of the days'
  const more = { reason: 'needs two trials or more', ...(overfitting === null ? {} : { n: overfitting.halves }) }
  return [
    figure(
      'overfitting',
      'Probability of overfitting',
      overfitting?.probability,
      'probability',
      basis,
      'Share of the halves whose best trial ranks at or below the median in the other half (CSCV).',
      more,
    ),
    figure(
      'overfitting.loss',
      'Probability of loss',
      overfitting?.lossProbability,
      'probability',
      basis,
      'Share of the halves whose best trial loses in the other half.',
      more,
    ),
    figure(
      'overfitting.slope',
      'Slope',
      overfitting?.slope,
      'number',
      basis,
      'Least squares of the Sharpe ratio out of sample on that in sample, of the best of each half.',
      more,
    ),
  ]
}

function certaintyFigures({ interval, trackRecordDays, haircuts, monteCarlo }: ValidationInput): ReportFigure[] {
  const basis = 'the chosen configuration'
  const none = { reason: 'not defined for these returns' }
  const trades = { reason: 'fewer than two trades' }
  return [
    figure('sharpe', 'Sharpe ratio', interval?.sharpe, 'ratio', basis, 'Annual, of UTC days.', none),
    figure(
      'sharpe.low',
      '95 % from',
      interval?.low,
      'ratio',
      basis,
      'Lower end of the 95 % interval by the stationary bootstrap.',
      none,
    ),
    figure('sharpe.high', 'to', interval?.high, 'ratio', basis, 'Upper end of that interval.', none),
    figure(
      'trackRecord',
      'Minimum track record',
      trackRecordDays,
      'days',
      basis,
      'Days after which a Sharpe ratio like this is above 0 with 95 %.',
      none,
    ),
    ...(haircuts?.rows ?? []).map(({ method, sharpe }) =>
      figure(
        `haircut.${method}`,
        `Sharpe ratio after ${method}`,
        sharpe,
        'ratio',
        basis,
        `What is left of the annual Sharpe ratio once its p-value is adjusted for all trials by ${method}.`,
      ),
    ),
    figure(
      'drawdown.reordered',
      'Drawdown in another order, 5 %',
      monteCarlo?.reordered.maxDrawdown[0],
      'fraction',
      basis,
      'The drawdown that one in twenty orders of the trades exceeds.',
      trades,
    ),
    figure(
      'lossProbability',
      'Draws that lose',
      monteCarlo?.redrawn.lossProbability,
      'probability',
      basis,
      'Share of the draws of as many trades, with replacement, that end with a loss.',
      trades,
    ),
  ]
}
