/** Returns by calendar, over moving windows, and as a distribution. */

import type { Metric } from '../../engine/core/result.ts'
import { type Datasets, rowCount } from '../dataset.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { chartPlace, panel, partHead } from './panel.ts'

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
    html`${partHead('Rolling Sharpe ratio', { chart: 'rolling-sharpe' })}${chartPlace('rolling-sharpe', `Rolling Sharpe ratio. ${words}`)}${partHead('Rolling volatility', { chart: 'rolling-volatility' })}${chartPlace('rolling-volatility', `Rolling volatility. ${words}`, 'rolling')}`,
  )
}

function distribution({ datasets, figures }: RunView): Html {
  const histogram = datasets['histogram']!
  if (rowCount(histogram) === 0) {
    return panel(
      { id: 'distribution', title: 'Distribution of returns' },
      html`<p class="empty">There is no return to count.</p>`,
    )
  }
  const known = ['var95', 'cvar95'].every((id) => figures.has(id) && figures.of(id).value !== null)
  const f = (id: string) => figures.html(id)
  const words = known
    ? html`Dashed: one day in twenty lost more than ${f('var95')} (historical value at risk, 95 %); on those days ${f('cvar95')} on average.`
    : html`A value at risk is not defined for this run.`
  const label = known
    ? `One day in twenty lost more than ${figures.text('var95')}; on those days ${figures.text('cvar95')} on average.`
    : 'A value at risk is not defined for this run.'
  return panel(
    { id: 'distribution', title: histogram.title, intro: words, dataset: 'histogram', chart: 'histogram' },
    chartPlace('histogram', `${histogram.title}. ${label}`, 'histogram'),
  )
}

/** The three panels. */
export function returnsSections(view: RunView): Html {
  return html`${calendar(view.datasets)}<div class="pair">${rolling(view.datasets)}${distribution(view)}</div>`
}
