/** The controls above the charts: spans, steps, scale and symbol. Everything the brush does can be done with them. */

import { byId, document } from './dom.ts'
import { model } from './model.ts'
import { announce, setWindow, state } from './state.ts'

export function startControls(): void {
  for (const button of document.querySelectorAll('[data-span]')) {
    button.addEventListener('click', () => {
      const span = Number(button.dataset['span'])
      if (span === 0) setWindow(model.fromMs, model.toMs)
      else {
        // Keep the window's end in place unless that would leave the run.
        const to = Math.min(model.toMs, Math.max(state.toMs, model.fromMs + span))
        setWindow(to - span, to)
      }
    })
  }
  for (const button of document.querySelectorAll('[data-step]')) {
    button.addEventListener('click', () => {
      const width = state.toMs - state.fromMs
      const wanted = state.fromMs + (Number(button.dataset['step']) * width) / 2
      const from = Math.max(model.fromMs, Math.min(model.toMs - width, wanted))
      setWindow(from, from + width)
    })
  }
  for (const button of document.querySelectorAll('[data-scale]')) {
    button.addEventListener('click', () => {
      state.log = button.dataset['scale'] === 'log'
      for (const other of document.querySelectorAll('[data-scale]')) {
        other.setAttribute('aria-pressed', String(other === button))
      }
      announce('scale')
    })
  }
  const benchmark = document.getElementById('benchmark')
  benchmark?.addEventListener('click', () => {
    state.benchmark = !state.benchmark
    benchmark.setAttribute('aria-pressed', String(state.benchmark))
    announce('scale')
  })
  const picker = document.getElementById('symbol')
  picker?.addEventListener('change', () => {
    state.symbol = Number(picker.value)
    announce('symbol')
  })
}

/** Shows a trade on the charts: its symbol, and a window with as much room on each side as the trade is long. */
export function showTrade(symbol: string, entryMs: number, exitMs: number): void {
  const index = model.symbols.indexOf(symbol)
  if (index >= 0 && index !== state.symbol) {
    state.symbol = index
    const picker = document.getElementById('symbol')
    if (picker !== null) picker.value = String(index)
    announce('symbol')
  }
  const room = Math.max(exitMs - entryMs, 20 * model.timeframeMs)
  setWindow(entryMs - room, exitMs + room)
  const price = byId('price')
  price.scrollIntoView({ block: 'center' })
  byId('chart-price').focus()
}
