/** One run or sweep: what came of it, its report, its gates, its configuration. */

import type { ValidationDocument } from '../../run/validate/document.ts'
import type { Job } from '../jobs/job.ts'
import type { RunEntry } from '../runs/entry.ts'
import { get, post } from './api.ts'
import { type El, h } from './dom.ts'
import { on } from './events.ts'
import { count, day, figure, fixed, money, NONE, percent, signClass } from './format.ts'
import { draft } from './launch.ts'
import { promotionPanel } from './promotion.ts'
import { go } from './router.ts'
import { marketText, stateOf } from './runs.ts'
import { sweepPanels } from './sweep.ts'
import { tiles } from './table.ts'
import { changeButton, isReadOnly, loaded, pageHead, panel, reportFrame, type View } from './view.ts'

export interface RunDocument {
  readonly entry: RunEntry
  readonly summary: Readonly<Record<string, unknown>> | null
  readonly validation: ValidationDocument | null
  readonly config: string | null
  readonly reports: readonly string[]
}

interface Tab {
  readonly name: string
  readonly make: () => El
}

export const runView: View = (place, params) => {
  const id = params['id']!
  let shown = ''
  const load = (): Promise<void> =>
    loaded(place, async () => {
      const run = await get<RunDocument>(`/runs/${encodeURIComponent(id)}`)
      // That its folder was touched is nothing to see.
      const state = JSON.stringify([{ ...run.entry, changedMs: 0 }, run.validation])
      if (state === shown) return
      shown = state
      show(place, run, params['tab'])
    })
  void load()
  return on('runs', () => void load())
}

function show(place: El, run: RunDocument, wanted: string | undefined): void {
  const { entry } = run
  const what = entry.kind === 'sweep' ? 'Sweep' : 'Backtest'
  const market = marketText(entry.venue, entry.symbols, entry.timeframe)
  const days = entry.fromMs === null ? '' : `, ${day(entry.fromMs)} to ${day(entry.toMs)}`
  place.replaceChildren(
    pageHead(`${what} · ${entry.strategy ?? NONE} on ${market}${days}`, entry.name, ...actions(run)),
    h('p', { class: 'soft states' }, entry.id, ' ', stateOf(entry)),
    entry.kind === 'run' && !entry.hasReport ? runTiles(run) : h('div'),
    tabs(tabsOf(run), wanted),
  )
}

function actions({ entry }: RunDocument): El[] {
  const buttons: El[] = []
  if (entry.kind === 'sweep' && entry.status === 'stopped') {
    buttons.push(h('span', { class: 'soft' }, 'Stopped: continue it from its run file under Launch.'))
  }
  if (entry.status === 'done') {
    const validate = async (): Promise<void> => {
      const job = await post<Job>('/jobs', { job: { kind: 'validate', run: entry.id } })
      go(`/jobs/${job.id}`)
    }
    buttons.push(changeButton(entry.validation === null ? 'Validate' : 'Validate again', validate))
  }
  return buttons
}

function runTiles({ entry, summary }: RunDocument): El {
  const number = (key: string): number | null => (typeof summary?.[key] === 'number' ? (summary[key] as number) : null)
  const exits = Object.entries((summary?.['exits'] as Record<string, number> | undefined) ?? {})
  return tiles([
    { name: 'Final equity', figure: money(entry.finalEquity), detail: `from ${money(number('initialEquity'))}` },
    { name: 'Return', figure: percent(entry.totalReturn), tone: signClass(entry.totalReturn) },
    { name: 'Sharpe ratio', figure: fixed(entry.sharpe) },
    { name: 'Deepest drawdown', figure: percent(entry.maxDrawdown) },
    { name: 'Closed trades', figure: count(entry.trades), detail: exits.map(([code, n]) => `${code} ${n}`).join(', ') },
    { name: 'Fees', figure: money(number('fees')), detail: `${count(number('bars'))} bars` },
  ])
}

function tabsOf(run: RunDocument): Tab[] {
  const { entry, reports, config } = run
  const base = `/api/v1/runs/${encodeURIComponent(entry.id)}`
  const all: Tab[] = []
  // Of a sweep one wants its trials first, from which runs are made.
  if (entry.kind === 'sweep' && entry.status === 'done') all.push({ name: 'Trials', make: () => sweepPanels(run) })
  if (reports.includes('report.html')) {
    all.push({ name: 'Report', make: () => reportFrame(`${base}/report`, `Report of the ${entry.kind}`) })
  }
  if (entry.kind === 'run') {
    all.push({ name: 'Validation and promotion', make: () => promotionPanel(run) })
  }
  if (reports.includes('validation.html')) {
    all.push({ name: 'Evidence', make: () => reportFrame(`${base}/validation-report`, 'Validation report') })
  }
  all.push(
    { name: 'Configuration', make: () => configPanel(entry.name, config) },
    { name: 'Figures', make: () => figuresPanel(run) },
  )
  return all
}

function configPanel(name: string, config: string | null): El {
  if (config === null) return panel('Configuration', h('p', { class: 'empty' }, 'It is not in the folder.'))
  const open = changeButton('Open as a new run file', () => {
    draft.text = config
    draft.path = `${name.replace(/[^A-Za-z0-9_-]+/g, '-')}-again.yaml`
    go('/launch?draft=1')
  })
  return panel(
    'Configuration',
    h('div', { class: 'buttons' }, isReadOnly() ? null : open),
    h('pre', { tabindex: '0' }, config),
  )
}

/** Everything that the summary says and a tile doesn't. */
function figuresPanel({ summary }: RunDocument): El {
  if (summary === null) return panel('Figures', h('p', { class: 'empty' }, 'There are none yet.'))
  const metrics = (summary['metrics'] ?? {}) as Record<string, unknown>
  const skips = Object.entries((summary['skips'] ?? {}) as Record<string, number>)
  const digests = Object.entries((summary['digest'] ?? {}) as Record<string, string>)
  const list = (pairs: readonly (readonly [string, unknown])[]): El =>
    h(
      'dl',
      { class: 'pairs' },
      ...pairs.map(([key, value]) => h('div', {}, h('dt', {}, key), h('dd', {}, figure(value)))),
    )
  return h(
    'div',
    {},
    panel('Metrics', list(Object.entries(metrics))),
    skips.length === 0 ? null : panel('Refusals', list(skips)),
    digests.length === 0 ? null : panel('Digests', list(digests)),
  )
}

/** Tabs by the keys that tabs have: left and right, home and end. */
function tabs(all: readonly Tab[], wanted: string | undefined): El {
  const body = h('div', { role: 'tabpanel', tabindex: '0', id: 'tab-body' })
  const buttons = all.map(({ name }) => h('button', { type: 'button', role: 'tab', 'aria-controls': 'tab-body' }, name))
  const choose = (at: number): void => {
    for (const [i, one] of buttons.entries()) {
      one.setAttribute('aria-selected', String(i === at))
      one.setAttribute('tabindex', i === at ? '0' : '-1')
    }
    body.setAttribute('aria-label', all[at]!.name)
    body.replaceChildren(all[at]!.make())
  }
  for (const [i, one] of buttons.entries()) {
    one.addEventListener('click', () => choose(i))
    one.addEventListener('keydown', ({ key }) => {
      const last = all.length - 1
      const to = { ArrowRight: i === last ? 0 : i + 1, ArrowLeft: i === 0 ? last : i - 1, Home: 0, End: last }[key]
      if (to === undefined) return
      choose(to)
      buttons[to]!.focus()
    })
  }
  const at = all.findIndex(({ name }) => name.toLowerCase().startsWith(wanted ?? '\0'))
  choose(Math.max(0, at))
  return h('div', {}, h('div', { role: 'tablist', class: 'tabs' }, ...buttons), body)
}
