/** Returns by calendar, over moving windows, and as a distribution. */

import type { Metric } from '../../engine/core/result.ts'
import { type Datasets, rowCount } from '../dataset.ts'
import { formatFraction } from '../format.ts'
import { type Html, html } from '../html.ts'
import { chartPlace, panel } from './panel.ts'

/** Value of a metric; null where it's undefined or wasn't computed. */
export function metricValue(metrics: readonly Metric[], id: string): number | null {
  return metrics.find((metric) => metric.id === id)?.value ?? null
}

function calendar(datasets: Datasets): Html {
  if (rowCount(datasets['calendar']!) === 0) return html``
  return panel(
    {
      id: 'calendar',
      title: 'Returns by month and year',
      intro: 'Per cent; * the run starts or ends inside it.',
      dataset: 'calendar',
      chart: 'calendar',
    },
    chartPlace('calendar', 'Returns by month and year; the table behind has every figure.', 'calendar'),
  )
}

function rolling(datasets: Datasets): Html {
  if (rowCount(datasets['rolling']!) < 2) {
    return panel(
      { id: 'rolling', title: 'Rolling Sharpe ratio and volatility' },
      html`<p class="empty">Needs more than 31 days; the run is shorter.</p>`,
    )
  }
  const words = 'Over the last 30 (solid) and 90 days (dashed), annualised by 365 days.'
  return panel(
    { id: 'rolling', title: 'Rolling Sharpe ratio and volatility', intro: words, dataset: 'rolling' },
    html`<h3>Sharpe ratio</h3>${chartPlace('rolling-sharpe', `Rolling Sharpe ratio. ${words}`)}<h3>Volatility</h3>${chartPlace('rolling-volatility', `Rolling volatility. ${words}`, 'rolling')}`,
  )
}

function distribution(datasets: Datasets, metrics: readonly Metric[]): Html {
  if (rowCount(datasets['histogram']!) === 0) {
    return panel(
      { id: 'distribution', title: 'Distribution of returns' },
      html`<p class="empty">There is no return to count.</p>`,
    )
  }
  const [loss, beyond] = [metricValue(metrics, 'var95'), metricValue(metrics, 'cvar95')]
  const words =
    loss === null || beyond === null
      ? 'A value at risk is not defined for this run.'
      : `Dashed: one day in twenty lost more than ${formatFraction(loss)} (historical value at risk, 95 %); on those days ${formatFraction(beyond)} on average.`
  return panel(
    {
      id: 'distribution',
      title: datasets['histogram']!.title,
      intro: words,
      dataset: 'histogram',
      chart: 'histogram',
    },
    chartPlace('histogram', `${datasets['histogram']!.title}. ${words}`, 'histogram'),
  )
}

/** The three panels. */
export function returnsSections(datasets: Datasets, metrics: readonly Metric[]): Html {
  return html`${calendar(datasets)}<div class="pair">${rolling(datasets)}${distribution(datasets, metrics)}</div>`
}
