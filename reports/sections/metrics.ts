/** Every metric with what it was computed on, its observations and its definition. */

import type { Metric } from '../../engine/core/result.ts'
import { formatNumber, sentence } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel } from './panel.ts'

/** Metrics by basis, both in the order in which they come. */
function byBasis(metrics: readonly Metric[]): [string, Metric[]][] {
  const groups = new Map<string, Metric[]>()
  for (const metric of metrics) {
    const group = groups.get(metric.basis)
    if (group === undefined) groups.set(metric.basis, [metric])
    else group.push(metric)
  }
  return [...groups]
}

function missing(metric: Metric): boolean {
  return metric.value === null || !Number.isFinite(metric.value)
}

function reasonOf(metric: Metric): string {
  return metric.reason ?? 'not defined for this run'
}

/** A table per basis, and the list of definitions. Links go by position: an id is data, not markup. */
export function metricsSection({ metrics, figures }: RunView): Html {
  if (metrics.length === 0)
    return panel({ id: 'metrics', title: 'Metrics' }, html`<p class="empty">No metric was computed.</p>`)
  const position = new Map(metrics.map((metric, index) => [metric, index]))
  const row = (metric: Metric) =>
    html`<tr><th scope="row"><a href="#definition-${position.get(metric)}" title="${metric.definition}">${metric.label}</a>${missing(metric) ? html`<span class="reason">${reasonOf(metric)}</span>` : null}</th><td class="number${missing(metric) ? ' none' : ''}">${figures.html(metric.id)}</td><td class="number soft">${formatNumber(metric.n, 0)}</td></tr>`
  const groups = byBasis(metrics).map(
    ([basis, group]) =>
      html`<div class="group"><table><thead><tr><th scope="col">${sentence(basis)}</th><th scope="col" class="number">Value</th><th scope="col" class="number" title="Number of observations">n</th></tr></thead><tbody>${group.map(row)}</tbody></table></div>`,
  )
  const definitions = metrics.map(
    (metric, index) =>
      html`<div id="definition-${index}"><dt>${metric.label} <code>${metric.id}</code></dt><dd>${metric.definition} <span class="soft">On ${metric.basis}${metric.annualisation === undefined ? '' : `, ${formatNumber(metric.annualisation, 0)} periods a year`}; unit: ${metric.unit}.</span></dd></div>`,
  )
  return panel(
    {
      id: 'metrics',
      title: 'Metrics',
      dataset: 'metrics',
      intro: 'Each name leads to its definition; n is the number of observations behind a value.',
    },
    html`<div class="flow">${groups}</div><details class="behind definitions"><summary>Definitions</summary><dl>${definitions}</dl></details>`,
  )
}
