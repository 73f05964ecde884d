/** What the reader has chosen: window of time, scale, symbol. Listeners are told after a change, once per frame. */

import { browser } from './dom.ts'
import { model } from './model.ts'

export interface State {
  fromMs: number
  toMs: number
  log: boolean
  /** Whether buying and holding is drawn beside equity. */
  benchmark: boolean
  symbol: number
}

export type Change = 'window' | 'scale' | 'symbol' | 'theme'

export const state: State = { fromMs: model.fromMs, toMs: model.toMs, log: false, benchmark: true, symbol: 0 }

const listeners: ((changes: ReadonlySet<Change>) => void)[] = []
let pending: Set<Change> | null = null

/** Called with everything that changed since the last frame. */
export function onChange(listener: (changes: ReadonlySet<Change>) => void): void {
  listeners.push(listener)
}

/** Says that something changed. Many calls in one frame, such as a brush's, are told once. */
export function announce(change: Change): void {
  if (pending === null) {
    pending = new Set()
    browser.requestAnimationFrame(() => {
      const changes = pending ?? new Set<Change>()
      pending = null
      for (const listener of listeners) listener(changes)
    })
  }
  pending.add(change)
}

/** Sets the window, at least two bars wide and inside the run. */
export function setWindow(fromMs: number, toMs: number): void {
  const least = 2 * model.timeframeMs
  const from = Math.max(model.fromMs, Math.min(fromMs, model.toMs - least))
  const to = Math.min(model.toMs, Math.max(toMs, from + least))
  if (from === state.fromMs && to === state.toMs) return
  state.fromMs = from
  state.toMs = to
  announce('window')
}

/** The dataset behind a panel: prices and indicators are kept by symbol, everything else under its own name. */
export function datasetId(panel: string): string {
  return panel === 'price' || panel === 'indicators' ? `${panel}-${state.symbol}` : panel
}
