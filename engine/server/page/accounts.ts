/** Every account at a glance: three-part balance, positions, connected or not, how old the figures are. */

import type { AccountStatus } from '../../run/venue-accounts/status.ts'
import type { AccountState } from '../live/accounts.ts'
import { get, put } from './api.ts'
import { type El, h } from './dom.ts'
import { duration, figure, money, NONE } from './format.ts'
import { positionTable } from './live.ts'
import { facts, table } from './table.ts'
import { badge, changeButton, link, loaded, pageHead, panel, tell, type View } from './view.ts'

const AGAIN_MS = 5000
/** Venues are asked no oftener than that. */
const VENUES_AGAIN_MS = 15_000

export const accountsView: View = (place) => {
  const list = h('div')
  const venues = h('div', { id: 'venue-accounts' })
  place.append(pageHead('Operations', 'Accounts'), venues, list, keysPanel())
  const askVenues = (): Promise<void> =>
    loaded(venues, async () => {
      const { accounts } = await get<{ accounts: AccountStatus[] }>('/venue-accounts')
      venues.replaceChildren(...accounts.map(venueCard))
    })
  void askVenues()
  const venueTimer = setInterval(() => void askVenues(), VENUES_AGAIN_MS)
  const load = (): Promise<void> =>
    loaded(list, async () => {
      const { accounts } = await get<{ accounts: AccountState[] }>('/accounts')
      const none = h(
        'p',
        { class: 'empty' },
        'No session has run on an account yet. Accounts at venues stand in accounts.yaml in the project folder.',
      )
      list.replaceChildren(...(accounts.length === 0 ? [none] : accounts.map(card)))
    })
  void load()
  const timer = setInterval(() => void load(), AGAIN_MS)
  return () => {
    clearInterval(timer)
    clearInterval(venueTimer)
  }
}

function venueCard({ account, quote, connected, trouble, ageMs, figures }: AccountStatus) {
  const old = ageMs === null ? 'no figures yet' : `figures ${duration(ageMs)} old`
  const share = (value: number | null): string => (value === null ? NONE : `${(100 * value).toFixed(1)} %`)
  return panel(
    account,
    h(
      'p',
      { class: 'badges' },
      badge(connected ? 'connected' : 'disconnected', connected ? 'good' : 'bad'),
      h('span', { class: 'soft' }, ` ${old}`),
    ),
    trouble === null ? null : h('p', { class: 'notice bad' }, trouble),
    figures === null
      ? null
      : facts([
          [`Total equity, ${quote}`, money(figures.totalEquity)],
          ['Available', money(figures.available)],
          ['Locked', money(figures.locked)],
          ['Open orders', String(figures.openOrders)],
          ['Profile', figures.profile ?? NONE],
          ['Margin in use', share(figures.marginUtilisation)],
        ]),
    figures === null
      ? null
      : table({
          caption: `Positions of ${account}`,
          empty: 'No position.',
          rows: figures.positions,
          columns: [
            { head: 'Symbol', cell: ({ symbol }) => symbol },
            { head: 'Quantity', number: true, cell: ({ quantity }) => figure(quantity) },
            { head: 'Value', number: true, cell: ({ value }) => money(value) },
            { head: 'Leverage', number: true, cell: ({ leverage }) => (leverage === null ? NONE : `${leverage}×`) },
            {
              head: 'Liquidation at',
              number: true,
              cell: ({ liquidationPrice, liquidationFrom }) =>
                liquidationPrice === null
                  ? NONE
                  : `${figure(liquidationPrice)}${liquidationFrom === 'rules' ? ' (by dated rules)' : ''}`,
            },
            { head: 'away', number: true, cell: ({ liquidationDistance }) => share(liquidationDistance) },
          ],
        }),
  )
}

function card({ account, venue, session, mode, connected, ageMs, positions, ...balance }: AccountState) {
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
