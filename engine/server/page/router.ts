/** Addresses without reloading: links of the page are followed here, everything else is the browser's. */

import { browser, byId, document, type El } from './dom.ts'
import type { View } from './view.ts'

export interface Route {
  /** Steps; one that begins with `:` is taken as a parameter. */
  readonly path: string
  readonly view: View
}

let routes: readonly Route[] = []
let leave: (() => void) | undefined
let moved: (path: string) => void = () => undefined

export function startRouter(all: readonly Route[], onMove: (path: string) => void): void {
  routes = all
  moved = onMove
  browser.addEventListener('popstate', () => show())
  document.addEventListener('click', (event) => {
    const anchor = event.target?.closest('a') ?? null
    const path = anchor?.getAttribute('href') ?? ''
    const isOurs = path.startsWith('/') && !path.startsWith('/api/') && anchor?.getAttribute('target') === null
    if (!isOurs || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(path)
  })
}

export function go(path: string): void {
  browser.history.pushState(null, '', path)
  show()
  browser.scrollTo(0, 0)
  byId('main').focus({ preventScroll: true })
}

/** Shows what the address says. */
export function show(): void {
  const { pathname, search } = browser.location
  leave?.()
  leave = undefined
  const place: El = byId('main')
  place.replaceChildren()
  moved(pathname)
  for (const { path, view } of routes) {
    const params = match(path, pathname)
    if (params === null) continue
    leave = view(place, { ...queryOf(search), ...params })
    return
  }
  place.append('There is no such page.')
}

function match(pattern: string, pathname: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), pathname.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [i, step] of wanted.entries()) {
    if (step.startsWith(':')) params[step.slice(1)] = decoded(given[i]!)
    else if (step !== given[i]) return null
  }
  return params
}

function queryOf(search: string): Record<string, string> {
  const pairs = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part.includes('='))
    .map((part) => [part.slice(0, part.indexOf('=')), decoded(part.slice(part.indexOf('=') + 1).replaceAll('+', ' '))])
  return Object.fromEntries(pairs)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
