/** Every metric with what it was computed on, its observations and its definition. */

import type { Metric, RunResult } from '../../engine/core/result.ts'
import { formatMetric, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
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

function title(basis: string): string {
  return `From ${basis}`
}

function missing(metric: Metric): boolean {
  return metric.value === null || !Number.isFinite(metric.value)
}

function valueCell(metric: Metric, quote: string): Html {
  if (!missing(metric)) return html`<td class="number">${formatMetric(metric.value, metric.unit, quote)}</td>`
  const reason = metric.reason ?? 'not defined for this run'
  return html`<td class="number none" title="${reason}">n/a<span class="reason">${reason}</span></td>`
}

function observations({ n, annualisation }: Metric): string {
  const count = formatNumber(n, 0)
  return annualisation === undefined ? count : `${count} · ${formatNumber(annualisation, 0)} a year`
}

/** A table per basis, and the list of definitions. Links go by position: an id is data, not markup. */
export function metricsSection(result: RunResult, metrics: readonly Metric[]): Html {
  if (metrics.length === 0) return panel({ id: 'metrics', title: 'Metrics' }, html`<p class="empty">No metric was computed.</p>`)
  const position = new Map(metrics.map((metric, index) => [metric, index]))
  const row = (metric: Metric) =>
    html`<tr><th scope="row"><a href="#definition-${position.get(metric)}" title="${metric.definition}">${metric.label}</a></th>${valueCell(metric, result.quote)}<td class="number soft">${observations(metric)}</td></tr>`
  const groups = byBasis(metrics).map(
    ([basis, group]) =>
      html`<div class="group"><table><caption>${title(basis)}</caption><thead class="unseen"><tr><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">Observations</th></tr></thead><tbody>${group.map(row)}</tbody></table></div>`,
  )
  const definitions = metrics.map(
    (metric, index) =>
      html`<div id="definition-${index}"><dt>${metric.label} <code>${metric.id}</code></dt><dd>${metric.definition} <span class="soft">On ${metric.basis}; unit: ${metric.unit}.</span></dd></div>`,
  )
  return panel(
    {
      id: 'metrics',
      title: 'Metrics',
      dataset: 'metrics',
      intro: 'Right of each value: the number of observations behind it and, where annualised, periods a year.',
    },
    html`<div class="metrics">${groups}</div><details class="behind definitions"><summary>Definitions</summary><dl>${definitions}</dl></details>`,
  )
}
