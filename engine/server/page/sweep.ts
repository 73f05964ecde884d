/** A finished sweep: its best trials by any column, and two axes against each other. */

import { get, queryText } from './api.ts'
import { type El, h } from './dom.ts'
import { figure } from './format.ts'
import { draft } from './launch.ts'
import { go } from './router.ts'
import type { RunDocument } from './run.ts'
import { type Column, table } from './table.ts'
import { button, isReadOnly, loaded, panel } from './view.ts'

type Cell = string | number | null

interface Trials {
  readonly by: string
  readonly axes: readonly string[]
  readonly sortable: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export function sweepPanels(run: RunDocument): El {
  const trials = h('div')
  const grid = h('div')
  const place = h('div', {}, panel('Best trials', trials), grid)
  void loaded(trials, async () => {
    const first = await load(run, {})
    showTrials(trials, run, first)
    if (first.axes.length >= 2) grid.replaceChildren(pivotPanel(run, first))
  })
  return place
}

interface Asked {
  readonly by?: string
  readonly order?: string
  readonly limit?: number
}

const FEW = 20
const MANY = 200

function load({ entry }: RunDocument, { limit = FEW, ...query }: Asked): Promise<Trials> {
  return get<Trials>(`/sweeps/${encodeURIComponent(entry.id)}/trials${queryText({ ...query, limit })}`)
}

function showTrials(place: El, run: RunDocument, trials: Trials, order = 'descending', limit = FEW): void {
  const again = (by: string, order: string, limit: number): void => {
    void loaded(place, async () => showTrials(place, run, await load(run, { by, order, limit }), order, limit))
  }
  const by = h(
    'select',
    { 'aria-label': 'Ordered by' },
    ...trials.sortable.map((name) => h('option', { value: name }, name)),
  )
  by.value = trials.by
  by.addEventListener('change', () => again(by.value, order, limit))
  const columns: Column<readonly Cell[]>[] = trials.columns.map((head, i) => ({
    head,
    ...(trials.sortable.includes(head) ? { sort: head } : {}),
    number: typeof trials.rows[0]?.[i] === 'number',
    cell: (row) => figure(row[i]),
  }))
  if (!isReadOnly()) columns.push({ head: '', cell: (row) => button('Run it', () => open(run, trials, row)) })
  place.replaceChildren(
    h('div', { class: 'filters' }, h('label', {}, 'Ordered by ', by)),
    table({
      columns,
      rows: trials.rows,
      caption: 'Best trials',
      empty: 'None of the trials counts as best.',
      sorting: {
        by: trials.by,
        descending: order === 'descending',
        change: (name) => again(name, name === trials.by && order === 'descending' ? 'ascending' : 'descending', limit),
      },
    }),
    trials.rows.length < limit || limit > FEW ? h('span') : button('More', () => again(trials.by, order, MANY)),
  )
}

/** A trial as a run file of its own: the sweep's configuration without `sweep:`, its values as changes. */
function open({ entry, config }: RunDocument, { axes, columns }: Trials, row: readonly Cell[]): void {
  const text = config ?? ''
  const end = text.search(/^sweep:/m)
  draft.text = end < 0 ? text : text.slice(0, end)
  draft.path = `${entry.name.replace(/[^A-Za-z0-9_-]+/g, '-')}-trial-${row[columns.indexOf('trial')]}.yaml`
  draft.set = axes.map((axis) => {
    const path = axis.includes('.') ? axis : `strategy.params.${axis}`
    return `${path}=${JSON.stringify(row[columns.indexOf(axis)])}`
  })
  go('/launch?draft=1')
}

function pivotPanel({ entry }: RunDocument, { axes, by, sortable }: Trials): El {
  const choice = (name: string, of: readonly string[], value: string): El => {
    const select = h('select', { 'aria-label': name }, ...of.map((one) => h('option', { value: one }, one)))
    select.value = value
    return select
  }
  const down = choice('Down', axes, axes[0]!)
  const across = choice('Across', axes, axes[1]!)
  const value = choice('Mean of', sortable, by)
  const place = h('div')
  const show = (): void => {
    void loaded(place, async () => {
      if (down.value === across.value) throw new Error('Choose two different axes.')
      const query = queryText({ down: down.value, across: across.value, by: value.value })
      const { columns, rows } = await get<{ columns: string[]; rows: Cell[][] }>(
        `/sweeps/${encodeURIComponent(entry.id)}/pivot${query}`,
      )
      place.replaceChildren(heatTable(columns, rows))
    })
  }
  for (const one of [down, across, value]) one.addEventListener('change', show)
  show()
  const labels = [h('label', {}, 'Mean of ', value), h('label', {}, 'down ', down), h('label', {}, 'across ', across)]
  return panel('Two axes', h('div', { class: 'filters' }, ...labels), place)
}

const STEPS = 8

/** The figure is always there; the ground only helps the eye. */
function heatTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): El {
  const all = rows.flatMap((row) => row.slice(1)).filter((cell): cell is number => typeof cell === 'number')
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const heat = (cell: Cell): string => {
    if (typeof cell !== 'number' || most === least) return 'number'
    return `number heat-${Math.round(((cell - least) / (most - least)) * STEPS)}`
  }
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Two axes' },
    h(
      'table',
      { class: 'heat' },
      h(
        'thead',
        {},
        h('tr', {}, ...columns.map((head, i) => h('th', { scope: 'col', class: i === 0 ? null : 'number' }, head))),
      ),
      h(
        'tbody',
        {},
        ...rows.map(([head, ...cells]) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, figure(head)),
            ...cells.map((cell) =>
              h('td', { class: heat(cell) }, figure(typeof cell === 'number' ? Number(cell.toPrecision(4)) : cell)),
            ),
          ),
        ),
      ),
    ),
  )
}
