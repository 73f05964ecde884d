/** What a view is, and what views share: panels, buttons, notices, the second confirmation. */

import { ApiError } from './api.ts'
import { browser, byId, document, type El, h } from './dom.ts'

/** Shows itself in `place`; what it returns is done when it is left. */
export type View = (place: El, params: Readonly<Record<string, string>>) => (() => void) | undefined

export interface Server {
  readonly readOnly: boolean
  readonly version: string
  readonly folders: { readonly project: string; readonly runs: string; readonly store: string }
}

/** What the server said of itself, once asked. */
export const server: { current: Server | null } = { current: null }

export function isReadOnly(): boolean {
  return server.current?.readOnly ?? true
}

export function panel(title: string, ...children: readonly (El | string | null)[]): El {
  return h('section', { class: 'panel' }, h('div', { class: 'panel-head' }, h('h2', {}, title)), children)
}

export function pageHead(kind: string, title: string, ...actions: readonly (El | null)[]): El {
  return h(
    'div',
    { class: 'masthead' },
    h('div', { class: 'title' }, h('p', { class: 'kind' }, kind), h('h1', {}, title)),
    h('div', { class: 'buttons' }, actions),
  )
}

/** A button; `main` for the one that one came for. */
export function button(words: string, run: () => unknown, kind: 'main' | 'plain' | 'stop' = 'plain'): El {
  const element = h('button', { type: 'button', class: `button ${kind}` }, words)
  element.addEventListener('click', () => void guard(element, run))
  return element
}

/** A button that changes something: not there to be pressed in read-only mode. */
export function changeButton(words: string, run: () => unknown, kind: 'main' | 'plain' | 'stop' = 'plain'): El {
  const element = button(words, run, kind)
  if (isReadOnly()) {
    element.disabled = true
    element.setAttribute('title', 'the workbench is read-only')
  }
  return element
}

/** One press at a time; what goes wrong is told. */
async function guard(element: El, run: () => unknown): Promise<void> {
  element.disabled = true
  try {
    await run()
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), 'bad')
  } finally {
    element.disabled = false
  }
}

export function link(path: string, words: string | El, attributes: Readonly<Record<string, string>> = {}): El {
  return h('a', { href: path, ...attributes }, words)
}

export function badge(words: string, tone: 'good' | 'bad' | 'busy' | 'plain'): El {
  return h('span', { class: `badge ${tone}` }, words)
}

const NOTICE_MS = 8000

/** A notice that goes by itself; a bad one stays until it is put away. */
export function tell(words: string, tone: 'good' | 'bad' = 'good'): void {
  const notice = h('div', { class: `note-line ${tone}` }, h('span', {}, words))
  notice.append(
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Put away', click: () => notice.remove() }, '×'),
  )
  byId('notices').append(notice)
  if (tone === 'good') setTimeout(() => notice.remove(), NOTICE_MS)
}

/** Runs `load` and shows what it throws in place of what it would have shown. */
export async function loaded(place: El, load: () => Promise<void>): Promise<void> {
  try {
    await load()
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return
    place.replaceChildren(h('p', { class: 'notice' }, error instanceof Error ? error.message : String(error)))
  }
}

/**
 * The second confirmation: what will happen, in full, and a box that must be ticked before the button works. Resolves
 * false where it is put away.
 */
export function confirmed(title: string, content: El, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    const act = h('button', { type: 'button', class: 'button stop', disabled: true }, action)
    const box = h('input', { type: 'checkbox', id: 'agreed', change: () => (act.disabled = !box.checked) })
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'dialog-title' },
      h('h2', { id: 'dialog-title' }, title),
      content,
      h('label', { class: 'tick' }, box, 'I have read this and want it done'),
      h(
        'div',
        { class: 'buttons end' },
        h('button', { type: 'button', class: 'button plain', click: () => end(false) }, 'Go back'),
        act,
      ),
    )
    const end = (agreed: boolean): void => {
      dialog.close()
      dialog.remove()
      resolve(agreed)
    }
    act.addEventListener('click', () => end(true))
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault()
      end(false)
    })
    document.body.append(dialog)
    dialog.showModal()
    box.focus()
  })
}

/** `run` after a pause in what is typed. */
export function settled(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(run, ms)
  }
}

/** Light or dark, as the page shows itself now; frames are told. */
export function themeNow(): 'light' | 'dark' {
  const chosen = document.documentElement.getAttribute('data-theme')
  if (chosen === 'light' || chosen === 'dark') return chosen
  return browser.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** A report in a cell of its own: its scripts run in no origin and reach nothing. */
export function reportFrame(path: string, title: string): El {
  const joint = path.includes('?') ? '&' : '?'
  return h('iframe', {
    class: 'report',
    sandbox: 'allow-scripts allow-downloads',
    src: `${path}${joint}theme=${themeNow()}`,
    title,
  })
}
