/** Draws the charts over time and keeps them on one window, one cursor and one theme. */

import { formatCell, formatTime } from '../format.ts'
import { PALETTES, paint, type ThemeName } from '../palette.ts'
import { firstAtOrAfter } from '../thin.ts'
import { browser, byId, document, type El, type View } from './dom.ts'
import { curveFeed, type Feed } from './feeds.ts'
import { showLineKeys } from './lines-key.ts'
import { model, numbers, rowsOf } from './model.ts'
import { paneFeed, priceFeed } from './price-feed.ts'
import { type Change, onChange, setWindow, state } from './state.ts'
import { themeName } from './theme.ts'

const POINTS = 2000

const feeds: Readonly<Record<string, (width: number) => Feed>> = {
  equity: () =>
    curveFeed('equity', POINTS, {
      log: state.log,
      shaded: true,
      marked: true,
      ...(state.benchmark ? { beside: 'benchmark' } : {}),
    }),
  drawdown: () => curveFeed('drawdown', POINTS, { ceiling: 0, shaded: true }),
  exposure: () => curveFeed('exposure', POINTS, { floor: 0 }),
  distance: () => curveFeed('distance', POINTS, { floor: 0, gaps: true }),
  price: (width) => priceFeed(width),
  overview: () => curveFeed('equity', 600, { whole: true }),
}

const views = new Map<string, View>()
let brushing = false

function holder(id: string): El {
  return byId(`chart-${id}`)
}

function widthOf(id: string): number {
  return Math.max(240, holder(id).clientWidth)
}

/** Charts without a window draw their dataset; they never change but with the theme and the width. */
function feedOf(id: string): Feed | null {
  const { dataset, most, signals } = model.charts[id]!
  if (dataset === undefined) return id.startsWith('pane-') ? paneFeed(Number(id.slice(5))) : feeds[id]!(widthOf(id))
  return { data: { rows: rowsOf(dataset, most) }, signals: signals ?? {}, note: model.datasets[dataset]?.note ?? null }
}

function isStill(id: string): boolean {
  return model.charts[id]!.dataset !== undefined
}

function feed(id: string, view: View): void {
  const found = feedOf(id)
  if (found === null) return
  const { data, signals, note } = found
  for (const [name, rows] of Object.entries(data)) view.data(name, rows)
  for (const [name, value] of Object.entries(signals)) view.signal(name, value)
  const place = document.getElementById(`note-${id}`)
  if (place !== null) place.textContent = note ?? ''
}

function draw(id: string, theme: ThemeName): void {
  const plan = model.charts[id]!
  views.get(id)?.finalize()
  const scale = id === 'equity' && state.log ? 'log' : 'linear'
  const spec = paint(model.specs[plan.specs[scale]!], PALETTES[theme])
  const place = holder(id)
  place.replaceChildren()
  const view = new browser.vega.View(browser.vega.parse(spec), {
    renderer: plan.renderer,
    container: place,
    hover: false,
  })
  view.width(widthOf(id))
  if (plan.height !== undefined) view.height(plan.height)
  if (id === 'equity') view.signal('base', model.initialEquity)
  feed(id, view)
  view.run()
  views.set(id, view)
  if (id === 'overview') listenToBrush(view)
}

/** Every chart that the page has. */
export function chartIds(): string[] {
  return Object.keys(model.charts).filter((id) => document.getElementById(`chart-${id}`) !== null)
}

/** A chart's view; one that hasn't had its turn yet is drawn now. */
export function viewOf(id: string): View | undefined {
  if (!views.has(id) && chartIds().includes(id)) draw(id, themeName())
  return views.get(id)
}

function listenToBrush(view: View): void {
  showBrush(view)
  view.addSignalListener('brush', (_name, value) => {
    const range = (value as { time?: readonly [number, number] }).time
    if (brushing) return
    if (range === undefined) setWindow(model.fromMs, model.toMs)
    else setWindow(Number(range[0]), Number(range[1]))
  })
}

/** Puts the brush where the window is, for windows that were set by buttons, keys or a trade. */
function showBrush(view: View): void {
  const whole = state.fromMs <= model.fromMs && state.toMs >= model.toMs
  const x = view.scale('x')
  brushing = true
  view.signal('brush_x', whole ? [0, 0] : [x(state.fromMs), x(state.toMs)]).run()
  brushing = false
}

function update(changes: ReadonlySet<Change>): void {
  if (changes.has('symbol')) showLineKeys()
  for (const id of chartIds()) {
    if (changes.has('theme') || (changes.has('scale') && id === 'equity')) draw(id, themeName())
    else if (id !== 'overview' && !isStill(id)) {
      const view = views.get(id)
      if (view === undefined) continue
      feed(id, view)
      view.run()
    }
  }
  const overview = views.get('overview')
  if (overview !== undefined && changes.has('window')) showBrush(overview)
  showWindow()
}

function showWindow(): void {
  byId('window').textContent = `${formatTime(state.fromMs)} – ${formatTime(state.toMs)} UTC`
  for (const button of document.querySelectorAll('[data-span]')) {
    const span = Number(button.dataset['span'])
    const shown = state.toMs - state.fromMs
    const whole = shown >= model.toMs - model.fromMs
    button.setAttribute('aria-pressed', String(span === 0 ? whole : !whole && shown === span))
  }
}

/** Redraws at the width of the page; for paper in light colours. */
export function drawAll(theme: ThemeName = themeName()): void {
  for (const id of chartIds()) draw(id, theme)
  showWindow()
}

/** Draws what is in sight at once and the rest in the pauses after it, so that a long page is there soon. */
function drawInTurn(): void {
  const near = (id: string) => holder(id).getBoundingClientRect().top < browser.innerHeight
  const ids = chartIds()
  const later = ids.filter((id) => !near(id))
  for (const id of ids) if (!later.includes(id)) draw(id, themeName())
  showWindow()
  const next = (): void => {
    const id = later.shift()
    if (id === undefined) {
      document.documentElement.setAttribute('data-drawn', 'true')
      return
    }
    // Printing or a resize may have drawn it meanwhile.
    if (!views.has(id)) draw(id, themeName())
    browser.setTimeout(next, 0)
  }
  next()
}

let cursorRow = -1

function moveCursor(row: number): void {
  const times = numbers('curve', 'time')
  cursorRow = Math.max(0, Math.min(times.length - 1, row))
  const at = times[cursorRow]!
  for (const [id, view] of views) {
    if (id !== 'overview' && !isStill(id)) view.signal('cursor', at).signal('cursorShown', true).run()
  }
  const cell = (column: string, kind: 'money' | 'fraction') =>
    formatCell(numbers('curve', column)[cursorRow] ?? null, kind, model.quote)
  const near = numbers('curve', 'distance')[cursorRow] ?? null
  byId('readout').textContent =
    `${formatTime(at!)} UTC · equity ${cell('equity', 'money')} ${model.quote} · drawdown ${cell('drawdown', 'fraction')} · exposure ${cell('exposure', 'fraction')}${near === null ? '' : ` · to liquidation ${cell('distance', 'fraction')}`}`
}

function hideCursor(): void {
  for (const [id, view] of views) {
    if (id !== 'overview' && !isStill(id)) view.signal('cursorShown', false).run()
  }
  byId('readout').textContent = byId('readout').dataset['idle'] ?? ''
}

function followPointer(id: string): void {
  const place = holder(id)
  let waiting = false
  place.addEventListener('pointermove', (event) => {
    if (waiting) return
    waiting = true
    browser.requestAnimationFrame(() => {
      waiting = false
      const view = views.get(id)
      if (view === undefined) return
      const ms = view.scale('x').invert(event.clientX - place.getBoundingClientRect().left - view.origin()[0])
      const times = numbers('curve', 'time')
      const after = firstAtOrAfter(times, ms)
      const before = Math.max(0, after - 1)
      moveCursor(after < times.length && times[after]! - ms < ms - times[before]! ? after : before)
    })
  })
  place.addEventListener('pointerleave', hideCursor)
  place.addEventListener('blur', hideCursor)
  place.addEventListener('keydown', (event) => {
    const times = numbers('curve', 'time')
    const stride = event.shiftKey ? 24 : 1
    const moves: Record<string, number> = {
      ArrowLeft: (cursorRow < 0 ? times.length : cursorRow) - stride,
      ArrowRight: cursorRow + stride,
      Home: firstAtOrAfter(times, state.fromMs),
      End: firstAtOrAfter(times, state.toMs + 1) - 1,
    }
    const row = moves[event.key]
    if (row === undefined) return
    event.preventDefault()
    moveCursor(row)
  })
}

export function startCharts(): void {
  showLineKeys()
  drawInTurn()
  onChange(update)
  for (const id of chartIds()) if (id !== 'overview' && !isStill(id)) followPointer(id)
  let width = document.documentElement.clientWidth
  browser.addEventListener('resize', () => {
    if (document.documentElement.clientWidth === width) return
    width = document.documentElement.clientWidth
    drawAll()
  })
  browser.addEventListener('beforeprint', () => drawAll('light'))
  browser.addEventListener('afterprint', () => drawAll())
}
