/** The list of runs and sweeps: search, filters, order, and which to compare. The question stands in the address. */

import type { RunEntry } from '../runs/entry.ts'
import type { RunPage } from '../runs/query.ts'
import { get, queryText } from './api.ts'
import { browser, type El, h } from './dom.ts'
import { on } from './events.ts'
import { age, count, day, fixed, NONE, percent, signClass } from './format.ts'
import { go } from './router.ts'
import { type Column, table } from './table.ts'
import { badge, button, link, loaded, pageHead, settled, type View } from './view.ts'

/** One page of the list, and which state of it. */
type Page = RunPage & { readonly revision: number }

const LIMIT = 50
const FILTERS = ['kind', 'strategy', 'symbol', 'status', 'validation'] as const

type Question = Record<(typeof FILTERS)[number] | 'search' | 'sort' | 'order' | 'offset', string>

function questionOf(params: Readonly<Record<string, string>>): Question {
  const of = (name: string, otherwise = ''): string => params[name] ?? otherwise
  return {
    search: of('search'),
    kind: of('kind'),
    strategy: of('strategy'),
    symbol: of('symbol'),
    status: of('status'),
    validation: of('validation'),
    sort: of('sort', 'changedMs'),
    order: of('order', 'descending'),
    offset: of('offset', '0'),
  }
}

/** Chosen for a comparison; kept while the page is open. */
const chosen = new Set<string>()

export const runsView: View = (place, params) => {
  const question = questionOf(params)
  const compare = button('Compare', () => go(`/compare?runs=${[...chosen].map(encodeURIComponent).join(',')}`), 'plain')
  const list = h('div', { id: 'list', 'aria-live': 'polite' })
  const found = h('p', { class: 'soft', id: 'found' })
  const search = h('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Name, strategy, symbol …',
    'aria-label': 'Search',
    value: question.search,
  })
  const selects = FILTERS.map((name) => [name, h('select', { 'aria-label': name, 'data-filter': name })] as const)
  place.append(
    pageHead('Workbench', 'Runs and sweeps', compare, link('/launch', 'New run', { class: 'button main' })),
    h('div', { class: 'filters' }, search, ...selects.map(([, select]) => select)),
    found,
    list,
  )

  const showCompare = (): void => {
    compare.textContent = chosen.size === 0 ? 'Compare' : `Compare ${chosen.size}`
    compare.disabled = chosen.size < 2
  }
  let asked = 0
  let revision = -1
  const load = (): Promise<void> =>
    loaded(list, async () => {
      const mine = ++asked
      const page = await get<Page>(`/runs${queryText({ ...question, limit: LIMIT })}`)
      if (mine !== asked) return
      revision = page.revision
      fillChoices(selects, question, page)
      found.textContent =
        page.matched === page.total ? `${count(page.total)} in all` : `${count(page.matched)} of ${count(page.total)}`
      list.replaceChildren(listOf(page, question, change, showCompare), pager(page, Number(question.offset), change))
    })
  const change = (changes: Partial<Question>): void => {
    Object.assign(question, { offset: '0', ...changes })
    const { sort, order, offset, ...rest } = question
    const shown = { ...rest, ...(sort === 'changedMs' && order === 'descending' ? {} : { sort, order }) }
    browser.history.replaceState(null, '', `/${queryText({ ...shown, offset: offset === '0' ? '' : offset })}`)
    void load()
  }
  search.addEventListener(
    'input',
    settled(150, () => change({ search: search.value })),
  )
  for (const [name, select] of selects) select.addEventListener('change', () => change({ [name]: select.value }))
  showCompare()
  void load()
  // What the list didn't wait for; and what happened while nothing was heard of the server.
  const changed = (seen: { readonly revision: number }): void => {
    if (revision >= 0 && seen.revision !== revision) void load()
  }
  const stops = [on('runs', changed), on('hello', changed)]
  return () => {
    for (const stop of stops) stop()
  }
}

function fillChoices(selects: readonly (readonly [string, El])[], question: Question, page: Page): void {
  const choices: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    kind: [
      ['run', 'Runs'],
      ['sweep', 'Sweeps'],
    ],
    strategy: page.strategies.map((one) => [one, one]),
    symbol: page.symbols.map((one) => [one, one]),
    status: ['done', 'running', 'stopped', 'damaged'].map((one) => [one, one]),
    validation: [
      ['passed', 'gates passed'],
      ['failed', 'gates failed'],
      ['none', 'not validated'],
    ],
  }
  const all: Readonly<Record<string, string>> = {
    kind: 'Runs and sweeps',
    strategy: 'Every strategy',
    symbol: 'Every symbol',
    status: 'Every state',
    validation: 'Validated or not',
  }
  for (const [name, select] of selects) {
    const value = question[name as keyof Question]
    const options = choices[name]!.map(([key, words]) => h('option', { value: key, selected: key === value }, words))
    select.replaceChildren(h('option', { value: '' }, all[name]!), ...options)
    select.value = value
  }
}

function listOf(
  { rows, total }: Page,
  question: Question,
  change: (changes: Partial<Question>) => void,
  tick: () => void,
): El {
  const columns: Column<RunEntry>[] = [
    { head: '', cell: (entry) => tickBox(entry, tick) },
    { head: 'Name', sort: 'name', cell: (entry) => nameOf(entry) },
    { head: 'State', sort: 'kind', cell: (entry) => stateOf(entry) },
    { head: 'Strategy', sort: 'strategy', wide: true, cell: ({ strategy }) => strategy ?? NONE },
    { head: 'Market and days', wide: true, cell: marketOf },
    {
      head: 'Return',
      sort: 'totalReturn',
      number: true,
      cell: ({ totalReturn }) => toned(percent(totalReturn), totalReturn),
    },
    { head: 'Sharpe', sort: 'sharpe', number: true, cell: ({ sharpe }) => fixed(sharpe) },
    { head: 'Drawdown', sort: 'maxDrawdown', number: true, cell: ({ maxDrawdown }) => percent(maxDrawdown) },
    { head: 'Trades', sort: 'trades', number: true, cell: ({ trades }) => count(trades) },
    { head: 'Changed', sort: 'changedMs', number: true, cell: ({ changedMs }) => age(changedMs) },
  ]
  const descending = question.order === 'descending'
  return table({
    columns,
    rows,
    caption: 'Runs and sweeps',
    empty:
      total === 0 ? 'No runs yet: start one, or run tandem backtest.' : 'None fits. Fewer words or filters find more.',
    sorting: {
      by: question.sort,
      descending,
      change: (by) => change({ sort: by, order: by === question.sort && descending ? 'ascending' : 'descending' }),
    },
  })
}

function tickBox({ id, kind, name }: RunEntry, tick: () => void): El | string {
  if (kind === 'sweep') return ''
  const box = h('input', { type: 'checkbox', 'aria-label': `Compare ${name}` })
  box.checked = chosen.has(id)
  box.addEventListener('change', () => {
    if (box.checked) chosen.add(id)
    else chosen.delete(id)
    tick()
  })
  return box
}

function nameOf({ id, name }: RunEntry): El {
  return h('span', { class: 'named' }, link(`/runs/${encodeURIComponent(id)}`, name), h('span', { class: 'id' }, id))
}

export function stateOf({ kind, status, trials, validation }: RunEntry): El {
  const badges = [
    kind === 'sweep' ? badge(trials === null ? 'sweep' : `${count(trials)} trials`, 'plain') : null,
    status === 'running' ? badge('running', 'busy') : null,
    status === 'stopped' ? badge('stopped', 'plain') : null,
    status === 'damaged' ? badge('damaged', 'bad') : null,
    validation === 'passed' ? badge('gates passed', 'good') : null,
    validation === 'failed' ? badge('gates failed', 'bad') : null,
  ]
  return h('span', { class: 'badges' }, badges)
}

export function marketText(venue: string | null, symbols: readonly string[], timeframe: string | null): string {
  const shown =
    symbols.length > 3 ? `${symbols.slice(0, 3).join(', ')} and ${symbols.length - 3} more` : symbols.join(', ')
  return [venue, shown, timeframe].filter((part) => part !== null && part !== '').join(' ') || NONE
}

function marketOf({ venue, symbols, timeframe, fromMs, toMs }: RunEntry): El {
  const days = fromMs === null ? '' : `${day(fromMs)} to ${day(toMs)}`
  return h('span', { class: 'named' }, marketText(venue, symbols, timeframe), h('span', { class: 'id' }, days))
}

function toned(words: string, value: number | null): El {
  return h('span', { class: signClass(value) }, words)
}

function pager({ matched, rows }: Page, offset: number, change: (changes: Partial<Question>) => void): El {
  if (matched <= LIMIT) return h('div')
  const back = button('Back', () => change({ offset: String(Math.max(0, offset - LIMIT)) }))
  const next = button('Next', () => change({ offset: String(offset + LIMIT) }))
  back.disabled = offset === 0
  next.disabled = offset + LIMIT >= matched
  const words = `${count(offset + 1)} to ${count(offset + rows.length)} of ${count(matched)}`
  return h('div', { class: 'pager' }, h('span', { class: 'status' }, words), back, next)
}
