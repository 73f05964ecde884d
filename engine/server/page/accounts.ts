/** Every account at a glance: three-part balance, positions, connected or not, how old the figures are. */

import { get, put } from './api.ts'
import { type El, h } from './dom.ts'
import { duration, money, NONE } from './format.ts'
import { type Position, positionTable } from './live.ts'
import { facts, table } from './table.ts'
import { badge, changeButton, link, loaded, pageHead, panel, tell, type View } from './view.ts'

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
  place.append(pageHead('Operations', 'Accounts'), list, keysPanel())
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

/** Names of keys, and a form that writes one. What was written is never shown again, here or anywhere. */
function keysPanel(): El {
  const list = h('div')
  const load = (): Promise<void> =>
    loaded(list, async () => {
      const { keys } = await get<{ keys: { name: string; place: string }[] }>('/keys')
      list.replaceChildren(
        table({
          caption: 'Keys',
          empty: 'No keys are kept yet.',
          rows: keys,
          columns: [
            { head: 'Name', cell: ({ name }) => name },
            { head: 'Kept in', cell: ({ place }) => place },
          ],
        }),
      )
    })
  const input = (words: string, type: string, id: string): readonly [El, El] => {
    const element = h('input', { type, id, autocomplete: 'off' })
    return [element, h('label', { class: 'field short' }, words, element)]
  }
  const [name, nameField] = input('Name, such as kraken', 'text', 'key-name')
  const [apiKey, keyField] = input('API key', 'password', 'key-api')
  const [secret, secretField] = input('Secret', 'password', 'key-secret')
  const place = h(
    'select',
    { id: 'key-place' },
    h('option', { value: 'keychain' }, "the system's keychain"),
    h('option', { value: 'file' }, 'an encrypted file'),
  )
  const write = async (): Promise<void> => {
    const fields = { apiKey: apiKey.value, secret: secret.value }
    await put(`/keys/${encodeURIComponent(name.value.trim())}`, { fields, to: place.value })
    for (const one of [apiKey, secret]) one.value = ''
    tell(`Kept ${name.value.trim()}`)
    await load()
  }
  void load()
  return panel(
    'Keys',
    h(
      'p',
      { class: 'intro' },
      'Keys can be written here and are never shown again. Give a key the rights to query and trade, never to withdraw.',
    ),
    list,
    h(
      'div',
      { class: 'fields' },
      nameField,
      keyField,
      secretField,
      h('label', { class: 'field short' }, 'Kept in', place),
    ),
    h('div', { class: 'buttons' }, changeButton('Keep this key', write)),
  )
}
