/** Draws the charts of a page of panels and keeps them on one theme and at the width of their places. */

import { PALETTES, type Palette, paint, type ThemeName } from '../../palette.ts'
import type { PanelChart } from '../../panels/model.ts'
import { browser, byId, create, document, type View } from '../dom.ts'
import { themeName } from '../theme.ts'
import { datasetOf, panelsModel, rowsOf } from './model.ts'

/** What a chart draws where its plan doesn't say: parts that are absent stay as planned. */
export interface Drawing {
  readonly variant?: string
  readonly data?: Readonly<Record<string, readonly unknown[]>>
  readonly signals?: Readonly<Record<string, unknown>>
  readonly words?: Readonly<Record<string, string>>
  readonly height?: number
  /** A sentence below the chart; null for none. */
  readonly note?: string | null
}

/** Charts that depend on what the reader chose. */
export type Drawings = Readonly<Record<string, (width: number) => Drawing>>

const views = new Map<string, View>()
let drawings: Drawings = {}
const listeners = new Map<string, (view: View) => void>()

export function viewOf(id: string): View | undefined {
  return views.get(id)
}

/** Called with a chart's view each time it is drawn anew. */
export function onDrawn(id: string, listener: (view: View) => void): void {
  listeners.set(id, listener)
}

/** Charts that the page has a place for. */
export function chartIds(): string[] {
  return Object.keys(panelsModel().charts).filter((id) => document.getElementById(`chart-${id}`) !== null)
}

function noteOf({ data }: PanelChart): string {
  const notes = new Set(Object.values(data).map((name) => datasetOf(name)?.note))
  return [...notes].filter((note) => note !== undefined).join(' ')
}

/** Draws one chart; nothing is drawn into a place that is hidden. */
export function draw(id: string, theme: ThemeName = themeName()): void {
  const plan = panelsModel().charts[id]!
  const place = byId(`chart-${id}`)
  if (place.clientWidth === 0) return
  const width = Math.max(200, place.clientWidth)
  const drawing = drawings[id]?.(width) ?? {}
  views.get(id)?.finalize()
  views.delete(id)
  const sources = Object.entries(plan.data).map(
    ([name, dataset]) => [name, drawing.data?.[name] ?? rowsOf(dataset)] as const,
  )
  if (sources.every(([, rows]) => rows.length === 0)) {
    // A scale over nothing would reach from infinity to infinity.
    place.replaceChildren(create('p', { class: 'empty' }, 'There is nothing to draw.'))
    return
  }
  // Words come last, so that a name that looks like a colour's role stays a name.
  const painted = paint(plan.specs[drawing.variant ?? plan.variant], PALETTES[theme])
  const spec = paint(painted, { ...plan.words, ...drawing.words } as unknown as Palette)
  place.replaceChildren()
  const view = new browser.vega.View(browser.vega.parse(spec), {
    renderer: plan.renderer,
    container: place,
    hover: false,
  })
  view.width(width)
  const height = drawing.height ?? plan.height
  if (height !== undefined) view.height(height)
  for (const [name, rows] of sources) view.data(name, rows)
  for (const [name, value] of Object.entries({ ...plan.signals, ...drawing.signals })) view.signal(name, value)
  view.run()
  views.set(id, view)
  const note = document.getElementById(`note-${id}`)
  if (note !== null) note.textContent = drawing.note === undefined ? noteOf(plan) : (drawing.note ?? '')
  listeners.get(id)?.(view)
}

export function drawAll(theme: ThemeName = themeName()): void {
  for (const id of chartIds()) draw(id, theme)
}

/** Draws everything, and again when width, theme or medium change. */
export function startViews(own: Drawings): void {
  drawings = own
  drawAll()
  let width = document.documentElement.clientWidth
  browser.addEventListener('resize', () => {
    if (document.documentElement.clientWidth === width) return
    width = document.documentElement.clientWidth
    drawAll()
  })
  browser.addEventListener('beforeprint', () => drawAll('light'))
  browser.addEventListener('afterprint', () => drawAll())
}
