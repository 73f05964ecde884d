/** The workbench starts here: who is asking, the bar, the stream of events, the page of the address. */

import { accountsView } from './accounts.ts'
import { get, onSignedOut } from './api.ts'
import { compareView } from './compare.ts'
import { browser, byId, document, h } from './dom.ts'
import { connect, emit, mindVisibility, on } from './events.ts'
import { jobsView, jobView } from './jobs.ts'
import { launchView } from './launch.ts'
import { liveView, sessionView } from './live.ts'
import { rebalanceView } from './rebalance.ts'
import { type Route, show, startRouter } from './router.ts'
import { runView } from './run.ts'
import { runsView } from './runs.ts'
import { askToSignIn } from './sign-in.ts'
import { link, type Server, server, themeNow } from './view.ts'

const ROUTES: readonly Route[] = [
  { path: '/', view: runsView },
  { path: '/runs/:id', view: runView },
  { path: '/compare', view: compareView },
  { path: '/launch', view: launchView },
  { path: '/jobs', view: jobsView },
  { path: '/jobs/:id', view: jobView },
  { path: '/live', view: liveView },
  { path: '/live/:id', view: sessionView },
  { path: '/accounts', view: accountsView },
  { path: '/rebalance', view: rebalanceView },
]

const PLACES: readonly (readonly [path: string, words: string])[] = [
  ['/', 'Runs'],
  ['/launch', 'Launch'],
  ['/jobs', 'Jobs'],
  ['/live', 'Live'],
  ['/accounts', 'Accounts'],
  ['/rebalance', 'Rebalance'],
]

const THEME = 'tandem-workbench-theme'

function remembered(): string | null {
  try {
    return browser.localStorage.getItem(THEME)
  } catch {
    return null
  }
}

function bar(): void {
  const links = PLACES.map(([path, words]) => link(path, words, { 'data-place': path }))
  const theme = h('button', { type: 'button', class: 'quiet', id: 'theme' })
  const name = (): void => {
    const other = themeNow() === 'dark' ? 'light' : 'dark'
    theme.textContent = other === 'dark' ? 'Dark' : 'Light'
    theme.setAttribute('aria-label', `Switch to the ${other} theme`)
  }
  theme.addEventListener('click', () => {
    const next = themeNow() === 'dark' ? 'light' : 'dark'
    document.documentElement.setAttribute('data-theme', next)
    try {
      browser.localStorage.setItem(THEME, next)
    } catch {
      // The choice then lasts as long as the page is open.
    }
    for (const frame of document.querySelectorAll('iframe.report')) {
      frame.setAttribute('src', (frame.getAttribute('src') ?? '').replace(/theme=\w+/, `theme=${next}`))
    }
    name()
  })
  browser.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name)
  const connection = h('span', { class: 'connection', id: 'connection', role: 'status' })
  byId('bar').replaceChildren(
    link('/', 'tandem', { class: 'brand' }),
    h('nav', { 'aria-label': 'Places' }, ...links),
    h('span', { class: 'spacer' }),
    connection,
    theme,
  )
  name()
  on<string>('connection', (state) => {
    connection.textContent = state === 'on' ? (server.current?.readOnly ? 'read-only' : '') : 'connecting …'
    document.documentElement.setAttribute('data-connection', state)
  })
}

/** The place of the bar that an address belongs to. */
function mark(path: string): void {
  const root = path.startsWith('/runs/') || path === '/compare' ? '/' : `/${path.split('/')[1] ?? ''}`
  for (const anchor of byId('bar').querySelectorAll('a[data-place]')) {
    if (anchor.dataset['place'] === root) anchor.setAttribute('aria-current', 'page')
    else anchor.removeAttribute('aria-current')
  }
  const words = PLACES.find(([one]) => one === root)?.[1] ?? 'Workbench'
  document.title = `${words} – tandem`
}

/** What came with the page, at its first start; asked for at every later one. */
function given(): Server | null {
  const text = document.querySelector('meta[name=tandem-server]')?.getAttribute('content') ?? ''
  return text === '' || server.current !== null ? null : (JSON.parse(text) as Server)
}

async function begin(): Promise<void> {
  try {
    server.current = given() ?? (await get<Server>('/status'))
  } catch {
    return
  }
  const isFirst = document.documentElement.getAttribute('data-ready') === null
  if (isFirst) show()
  connect()
  if (!isFirst) emit('returned', null)
  document.documentElement.setAttribute('data-ready', 'true')
}

const kept = remembered()
if (kept === 'light' || kept === 'dark') document.documentElement.setAttribute('data-theme', kept)
bar()
onSignedOut(() => askToSignIn(document.documentElement.getAttribute('data-ready') !== null, () => void begin()))
startRouter(ROUTES, mark)
mindVisibility()
void begin()
