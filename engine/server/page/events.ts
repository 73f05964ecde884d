/** The stream of what happens. It outlives restarts of the server: it connects again, and asks to sign in where it must. */

import { get } from './api.ts'
import { browser, document, type EventLike, type Source } from './dom.ts'
import { type Server, server } from './view.ts'

type Listener = (data: never) => void

const listeners = new Map<string, Set<Listener>>()
let source: Source | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Returns how to stop listening. */
export function on<T>(event: string, listener: (data: T) => void): () => void {
  const set = listeners.get(event) ?? new Set()
  listeners.set(event, set.add(listener as Listener))
  return () => set.delete(listener as Listener)
}

export function emit(event: string, data: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(data as never)
}

const KINDS = ['hello', 'runs', 'job']
const AGAIN_MS = 1500

/**
 * Connects, and again after each loss. `connection` is told as `on`, `off`. A browser keeps six connections to a server
 * at most: a page that nobody looks at gives its own back.
 */
export function connect(): void {
  clearTimeout(timer)
  source?.close()
  if (document.visibilityState === 'hidden') return
  source = new browser.EventSource('/api/v1/events')
  for (const kind of KINDS) source.addEventListener(kind, (event: EventLike) => emit(kind, JSON.parse(event.data)))
  source.addEventListener('open', () => emit('connection', 'on'))
  source.addEventListener('error', () => lost())
}

/** A stream that was refused doesn't try again by itself: why it was is asked of the server. */
function lost(afterMs = AGAIN_MS): void {
  source?.close()
  emit('connection', 'off')
  clearTimeout(timer)
  timer = setTimeout(async () => {
    try {
      server.current = await get<Server>('/status')
      connect()
      emit('returned', null)
    } catch {
      // Signed out: that was told and the page asks. Not there: it may come back.
      if (!isWaitingForSignIn) lost()
    }
  }, afterMs)
}

/** Gives the streams back while the page is hidden, and takes them up again (`returned`) when it is looked at. */
export function mindVisibility(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') {
      if (!isWaitingForSignIn) lost(0)
      return
    }
    clearTimeout(timer)
    source?.close()
    emit('hidden', null)
  })
}

let isWaitingForSignIn = false

/** While nobody is signed in nothing is asked. */
export function waitForSignIn(waiting: boolean): void {
  isWaitingForSignIn = waiting
}
