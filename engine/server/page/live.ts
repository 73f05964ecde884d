/** Live sessions: the list, and one as it goes on: equity, positions, decisions, refusals, health, the digest so far. */

import type { ShownPosition } from '../live/books.ts'
import type { SessionEvent } from '../live/fold.ts'
import type { Change, Snapshot } from '../live/view.ts'
import { get, post } from './api.ts'
import { type ChartPoint, lineChart } from './chart.ts'
import { browser, type El, h, type Source } from './dom.ts'
import { on } from './events.ts'
import { age, count, duration, figure, money, NONE, time } from './format.ts'
import { facts, table, tiles } from './table.ts'
import { badge, changeButton, link, loaded, pageHead, panel, tell, type View } from './view.ts'

/** What the server sends: a snapshot, then changes. */
type Message = Snapshot | Change

const TONES = { active: 'good', reducing: 'bad', halted: 'bad', closed: 'plain', starting: 'busy' } as const

/** Rows of events that stay on the page, and points of the line. */
const EVENTS_MAX = 200
const POINTS_MAX = 3000

export const liveView: View = (place) => {
  const list = h('div')
  place.append(pageHead('Operations', 'Live sessions'), list)
  const load = (): Promise<void> =>
    loaded(list, async () => {
      const { sessions } = await get<{ sessions: Snapshot[] }>('/live')
      list.replaceChildren(
        table({
          caption: 'Live sessions',
          empty: 'No live or paper sessions yet.',
          rows: sessions,
          columns: [
            { head: 'Session', cell: ({ id }) => link(`/live/${encodeURIComponent(id)}`, id) },
            { head: 'State', cell: ({ state }) => badge(state, TONES[state]) },
            { head: 'Mode', cell: ({ facts: { mode } }) => mode ?? NONE },
            {
              head: 'Account',
              wide: true,
              cell: ({ facts: { account, venue } }) => `${account ?? NONE} at ${venue ?? NONE}`,
            },
            { head: 'Equity', number: true, cell: ({ equity }) => money(equity) },
            { head: 'Decisions', number: true, cell: ({ decisions }) => count(decisions.count) },
            { head: 'Last record', number: true, cell: ({ health }) => age(health.changedMs, health.nowMs) },
          ],
        }),
      )
    })
  void load()
  const timer = setInterval(() => void load(), 5000)
  return () => clearInterval(timer)
}

export const sessionView: View = (place, params) => {
  const id = params['id']!
  const shown = frameOf(id)
  place.append(shown.element)
  let source: Source | null = null
  const listen = (): void => {
    source?.close()
    source = new browser.EventSource(`/api/v1/live/${encodeURIComponent(id)}/events`)
    source.addEventListener('snapshot', ({ data }) => shown.take(JSON.parse(data) as Message, true))
    source.addEventListener('change', ({ data }) => shown.take(JSON.parse(data) as Message, false))
    source.addEventListener('trouble', ({ data }) => shown.trouble((JSON.parse(data) as { text: string }).text))
  }
  void loaded(place, async () => {
    await get(`/live/${encodeURIComponent(id)}`)
    listen()
  })
  const stops = [on('returned', listen), on('hidden', () => source?.close())]
  return () => {
    for (const stop of stops) stop()
    source?.close()
  }
}

interface Frame {
  readonly element: El
  take(message: Message, isWhole: boolean): void
  trouble(text: string): void
}

function frameOf(id: string): Frame {
  const chart = lineChart('Equity')
  const events = h('tbody')
  const parts = {
    state: h('span', { id: 'session-state' }),
    about: h('p', { class: 'kind' }),
    halted: h('div'),
    tiles: h('div'),
    positions: h('div'),
    refusals: h('div'),
    health: h('div'),
  }
  let points: ChartPoint[] = []
  const head = h(
    'div',
    { class: 'masthead' },
    h('div', { class: 'title' }, parts.about, h('h1', {}, id), h('p', {}, parts.state)),
    h('div', { class: 'buttons' }, haltButton(id)),
  )
  const log = h('table', { class: 'events' }, h('caption', { class: 'unseen' }, 'Events, latest first'), events)
  const element = h(
    'div',
    {},
    head,
    parts.halted,
    parts.tiles,
    panel('Equity', chart.element),
    panel('Positions', parts.positions),
    panel(
      'Decisions and what became of them',
      h('div', { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': 'Events' }, log),
    ),
    panel('Refusals', parts.refusals),
    panel('Health', parts.health),
  )
  return {
    element,
    trouble: (text) => parts.halted.replaceChildren(h('p', { class: 'notice bad' }, text)),
    take(message, isWhole) {
      points =
        isWhole || ('pointsAnew' in message && message.pointsAnew)
          ? [...message.points]
          : [...points, ...message.points]
      if (points.length > POINTS_MAX) points = points.filter((_, i) => i % 2 === 0)
      chart.draw(points)
      if (isWhole) events.replaceChildren()
      events.prepend(...[...message.events].reverse().map(eventRow))
      for (const old of [...events.querySelectorAll('tr')].slice(EVENTS_MAX)) old.remove()
      standing(parts, message)
    },
  }
}

function eventRow({ seq, timeMs, text, tone }: SessionEvent): El {
  return h('tr', { 'data-seq': seq, class: tone }, h('td', { class: 'time' }, time(timeMs)), h('td', {}, text))
}

function standing(
  parts: Readonly<Record<'state' | 'about' | 'halted' | 'tiles' | 'positions' | 'refusals' | 'health', El>>,
  now: Message,
): void {
  const { facts: about, health, decisions } = now
  parts.about.textContent = `Live session · ${about.mode ?? ''} · ${about.strategy ?? NONE} on ${about.venue ?? NONE} ${about.symbols.join(', ')}`
  parts.state.replaceChildren(badge(now.state, TONES[now.state]))
  parts.state.setAttribute('data-state', now.state)
  parts.halted.replaceChildren(
    ...(now.haltReason === null
      ? []
      : [
          h(
            'p',
            { class: 'notice bad' },
            `${now.state === 'reducing' ? 'Only orders that lower exposure' : 'Halted'}: ${now.haltReason}`,
          ),
        ]),
  )
  parts.tiles.replaceChildren(
    tiles([
      { name: 'Equity', figure: money(now.equity), detail: `cash ${money(now.cash)}` },
      { name: 'Positions', figure: count(now.positions.length), detail: `${count(now.openOrders)} orders out` },
      { name: 'Fills', figure: count(now.fills), detail: `fees ${money(now.fees)}` },
      { name: 'Decisions', figure: count(decisions.count) },
      { name: 'Rows', figure: count(health.rows), detail: `last closed ${time(health.lastRowMs)}` },
      { name: 'Records', figure: count(health.records), detail: `written ${age(health.changedMs, health.nowMs)}` },
    ]),
  )
  parts.positions.replaceChildren(positionTable(now.positions))
  const refusals = Object.entries(now.refusals)
  parts.refusals.replaceChildren(
    table({
      caption: 'Refusals',
      empty: 'None so far.',
      rows: refusals,
      columns: [
        { head: 'Code', cell: ([code]) => h('code', {}, code) },
        { head: 'Times', number: true, cell: ([, times]) => count(times) },
      ],
    }),
  )
  const chain =
    health.brokenAt === null ? `unbroken over ${count(health.records)} records` : `broken at record ${health.brokenAt}`
  const behind = health.lastRowMs === null ? NONE : duration(health.nowMs - health.lastRowMs)
  parts.health.replaceChildren(
    facts([
      ['Journal', h('span', { class: health.brokenAt === null ? '' : 'loss' }, chain)],
      ['Behind the last close', behind],
      ['Orders of unknown fate', h('span', { class: health.unknown === 0 ? '' : 'loss' }, count(health.unknown))],
      ['Candles that never came', count(health.missedCandles)],
      [
        'Begun',
        about.epoch > 1 ? `${time(about.startedMs)}, taken up again ${about.epoch - 1} times` : time(about.startedMs),
      ],
      ['Digest of the decisions so far', h('code', { id: 'digest' }, decisions.digest ?? NONE)],
      ['Head of the journal', h('code', {}, health.head)],
    ]),
  )
}

export function positionTable(positions: readonly ShownPosition[]): El {
  return table({
    caption: 'Positions',
    empty: 'No position is open.',
    rows: positions,
    columns: [
      { head: 'Symbol', cell: ({ symbol }) => symbol },
      { head: 'Quantity', number: true, cell: ({ quantity }) => figure(Number(quantity.toPrecision(12))) },
      { head: 'Last close', number: true, cell: ({ price }) => figure(price) },
      { head: 'Value', number: true, cell: ({ value }) => money(value) },
    ],
  })
}

const ARMED_MS = 4000

/** Two presses within a few seconds: quick, and not by accident. */
function haltButton(id: string): El {
  let armed = false
  const press = async (): Promise<void> => {
    if (!armed) {
      armed = true
      element.textContent = 'Press again to halt'
      setTimeout(() => {
        armed = false
        element.textContent = 'Halt'
      }, ARMED_MS)
      return
    }
    armed = false
    element.textContent = 'Halt'
    const { answers } = await post<{ answers: { taken: boolean; answer: string | null; afterMs: number }[] }>(
      `/live/${encodeURIComponent(id)}/halt`,
      {},
    )
    for (const { taken, answer, afterMs } of answers) {
      tell(
        taken
          ? `${answer ?? 'Halted'} (after ${afterMs} ms)`
          : 'The session has not answered: is its process running? The command waits for it.',
        taken ? 'good' : 'bad',
      )
    }
  }
  const element = changeButton('Halt', press, 'stop')
  element.id = 'halt'
  return element
}
