/** Every account at a glance: three-part balance, positions, connected or not, how old the figures are. */

import { get } from './api.ts'
import { h } from './dom.ts'
import { duration, money, NONE } from './format.ts'
import { type Position, positionTable } from './live.ts'
import { facts } from './table.ts'
import { badge, link, loaded, pageHead, panel, type View } from './view.ts'

interface Account {
  readonly account: string
  readonly venue: string
  readonly session: string
  readonly mode: string | null
  readonly connected: boolean
  readonly totalEquity: number | null
  readonly available: number | null
  readonly locked: number | null
  readonly positions: readonly Position[]
  readonly ageMs: number | null
}

const AGAIN_MS = 5000

export const accountsView: View = (place) => {
  const list = h('div')
  place.append(pageHead('Operations', 'Accounts'), list)
  const load = (): Promise<void> =>
    loaded(list, async () => {
      const { accounts } = await get<{ accounts: Account[] }>('/accounts')
      const none = h(
        'p',
        { class: 'empty' },
        'No account yet: accounts show here once a live or paper session has run on them.',
      )
      list.replaceChildren(...(accounts.length === 0 ? [none] : accounts.map(card)))
    })
  void load()
  const timer = setInterval(() => void load(), AGAIN_MS)
  return () => clearInterval(timer)
}

function card({ account, venue, session, mode, connected, ageMs, positions, ...balance }: Account) {
  const old = ageMs === null ? NONE : `${duration(ageMs)} old`
  return panel(
    `${account} at ${venue}`,
    h(
      'p',
      { class: 'badges' },
      badge(connected ? 'connected' : 'disconnected', connected ? 'good' : 'bad'),
      badge(mode ?? 'unknown mode', 'plain'),
      h('span', { class: 'soft' }, ` figures ${old}, from `),
      link(`/live/${encodeURIComponent(session)}`, session),
    ),
    facts([
      ['Total equity', money(balance.totalEquity)],
      ['Available', money(balance.available)],
      ['Locked', money(balance.locked)],
    ]),
    positionTable(positions),
  )
}
