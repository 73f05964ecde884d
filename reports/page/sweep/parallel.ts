/** Parallel coordinates with a brush on each axis; the brush decides which trials the table shows. */

import { column } from '../../dataset.ts'
import { formatCell } from '../../format.ts'
import { browser, byId, create, document, type El, type PointerLike, type View } from '../dom.ts'
import { putDataset } from '../panels/model.ts'
import { type Drawing, onDrawn, viewOf } from '../panels/views.ts'
import {
  brushes,
  type Dimension,
  dimensions,
  isBrushed,
  type Range,
  ranked,
  rowsOfAll,
  shareOf,
  textOf,
} from './dimensions.ts'
import { cells, levelsOf, measureOf, more, numbers, quantile, quote } from './trials.ts'

/** Lines that are drawn at most: inside the brush, and as a ground outside of it. */
const INSIDE = 900
const OUTSIDE = 400
/** Pixels that an axis needs. */
const ROOM = 92

let changed: () => void = () => {}

function every(rows: readonly number[], most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(rows.length / most))
  return rows.filter((_, i) => i % step === 0)
}

const QUARTERS = ['best quarter', 'second quarter', 'third quarter', 'fourth quarter']

/** Axes that fit, parameters first; the first objective is always among them. */
function fitting(width: number): Dimension[] {
  const most = Math.max(3, Math.floor(width / ROOM))
  if (dimensions.length <= most) return dimensions
  const objective = dimensions.find(({ name }) => name === more.objectives[0]!.column)!
  const others = dimensions.filter((one) => one !== objective).slice(0, most - 1)
  return dimensions.filter((one) => one === objective || others.includes(one))
}

let shown: Dimension[] = []

export function parallelDrawing(width: number): Drawing {
  shown = fitting(width)
  const place = new Map(ranked.map((row, i) => [row, i]))
  const inside = ranked.filter(isBrushed)
  const outside = brushes.size === 0 ? [] : ranked.filter((row) => !isBrushed(row))
  const drawn = every(inside, INSIDE)
  const rows: object[] = []
  const add = (row: number, kind: string): void => {
    for (const one of shown) {
      const value = one.at(row)
      rows.push({ axis: one.label, at: value === null ? null : shareOf(one, value), class: kind, index: rows.length })
    }
    rows.push({ axis: shown.at(-1)!.label, at: null, class: kind, index: rows.length })
  }
  // The best are drawn last, above the others.
  for (const row of every(outside, OUTSIDE)) add(row, 'outside')
  for (const row of drawn.toReversed()) {
    add(row, QUARTERS[Math.min(3, Math.floor((4 * place.get(row)!) / Math.max(1, ranked.length)))]!)
  }
  putDataset('parallel', {
    title: 'Trials in the brush',
    columns: [
      column(
        'trial',
        'Trial',
        'count',
        inside.map((row) => numbers('trial')[row] ?? null),
      ),
      ...dimensions.map((one) =>
        column(
          one.name,
          one.label,
          one.kind,
          inside.map((row) => cells(one.name)[row] ?? null),
        ),
      ),
    ],
  })
  const notes = [
    drawn.length < inside.length
      ? `${formatCell(drawn.length, 'count', quote)} of ${formatCell(inside.length, 'count', quote)} lines drawn, every one so far apart in rank; brush and table know all.`
      : null,
    shown.length < dimensions.length ? `${shown.length} of ${dimensions.length} axes fit this width.` : null,
  ]
  return {
    data: {
      rows,
      frames: shown.map(({ label }) => ({ axis: label, low: 0, high: 1 })),
      ticks: shown.flatMap((one) => ticksOf(one)),
      brushes: brushRows(),
    },
    note: notes.filter((note) => note !== null).join(' ') || null,
  }
}

function ticksOf(one: Dimension): object[] {
  if (one.high === one.low) return [{ axis: one.label, at: 0.5, text: textOf(one, one.low) }]
  if (one.isText) {
    const { labels } = levelsOf(one.name)
    const step = Math.max(1, Math.ceil(labels.length / 8))
    return labels.flatMap((text, i) => (i % step === 0 ? [{ axis: one.label, at: shareOf(one, i), text }] : []))
  }
  const share = [0, 0.25, 0.5, 0.75, 1]
  return share.map((at) => {
    const value = one.low + at * (one.high - one.low)
    const isWhole =
      one.kind === 'count' || (one.kind === 'number' && Number.isInteger(one.low) && Number.isInteger(one.high))
    const text = textOf(one, isWhole ? Math.round(value) : Number(value.toPrecision(3)))
    return { axis: one.label, at, text }
  })
}

function brushRows(): object[] {
  return shown.flatMap((one) => {
    const range = brushes.get(one.name)
    return range === undefined
      ? []
      : [
          {
            axis: one.label,
            from: shareOf(one, Math.max(one.low, range[0])),
            to: shareOf(one, Math.min(one.high, range[1])),
          },
        ]
  })
}

/** Says in words what is in the brush. */
export function tellBrush(): void {
  const { column: name, label } = more.objectives[0]!
  const values = numbers(name)
  const medianOf = (rows: readonly number[]): string => {
    const sorted = rows.flatMap((row) => values[row] ?? []).sort((a, b) => a - b)
    const median = quantile(sorted, 0.5)
    return median === null ? 'n/a' : formatCell(median, measureOf(name).kind, quote)
  }
  const inside = rowsOfAll.filter(isBrushed)
  const all = formatCell(rowsOfAll.length, 'count', quote)
  byId('brushed').textContent =
    brushes.size === 0
      ? `All ${all} trials; median ${label} ${medianOf(rowsOfAll)}.`
      : `${formatCell(inside.length, 'count', quote)} of ${all} trials in the brush; median ${label} ${medianOf(inside)} (all: ${medianOf(rowsOfAll)}).`
}

function setBrush(name: string, range: Range | null): void {
  if (range === null) brushes.delete(name)
  else brushes.set(name, range)
  changed()
}

/** The share of the best trials by the first objective that a button asks for. */
function brushShare(share: number): void {
  const { column: name, sign } = more.objectives[0]!
  brushes.clear()
  const values = numbers(name)
  const known = ranked.filter((row) => values[row] !== null)
  if (share < 1 && known.length > 0) {
    const last = values[known[Math.max(0, Math.ceil(share * known.length) - 1)]!]!
    const one = dimensions.find((dim) => dim.name === name)!
    brushes.set(name, sign === 1 ? [last, one.high] : [one.low, last])
  }
  changed()
}

function startDragging(): void {
  const place = byId('chart-parallel')
  let dragged: { readonly one: Dimension; readonly from: number; moved: boolean } | null = null
  const shareAt = (event: PointerLike, view: View): number => {
    const top = place.getBoundingClientRect().top + view.origin()[1]
    return Math.max(0, Math.min(1, view.scale('y').invert(event.clientY - top)))
  }
  const valueAt = (one: Dimension, share: number): number => one.low + share * (one.high - one.low)
  const range = (event: PointerLike, view: View): Range => {
    const { one, from } = dragged!
    const ends = [from, shareAt(event, view)].sort((a, b) => a - b) as [number, number]
    return [valueAt(one, ends[0]), valueAt(one, ends[1])]
  }
  place.addEventListener('pointerdown', (event) => {
    const view = viewOf('parallel')
    if (view === undefined || event.button !== 0) return
    const x = event.clientX - place.getBoundingClientRect().left - view.origin()[0]
    const scale = view.scale('x') as unknown as (label: string) => number
    const near = shown.toSorted((a, b) => Math.abs(scale(a.label) - x) - Math.abs(scale(b.label) - x))[0]
    if (near === undefined || Math.abs(scale(near.label) - x) > ROOM / 2) return
    event.preventDefault()
    dragged = { one: near, from: shareAt(event, view), moved: false }
  })
  browser.addEventListener('pointermove', (event) => {
    const view = viewOf('parallel')
    if (dragged === null || view === undefined) return
    const next = range(event, view)
    const pixels = Math.abs(
      view.scale('y')(shareOf(dragged.one, next[1])) - view.scale('y')(shareOf(dragged.one, next[0])),
    )
    if (pixels < 4 && !dragged.moved) return
    dragged.moved = true
    brushes.set(dragged.one.name, next)
    view.data('brushes', brushRows()).run()
  })
  browser.addEventListener('pointerup', (event) => {
    const view = viewOf('parallel')
    if (dragged === null || view === undefined) return
    const { one, moved } = dragged
    const next = moved ? range(event, view) : null
    dragged = null
    setBrush(one.name, next)
  })
}

function field(one: Dimension, end: 0 | 1): El {
  const label = `${one.label}, ${end === 0 ? 'from' : 'to'}`
  const input = create('input', {
    type: 'number',
    step: 'any',
    'aria-label': label,
    'data-range': one.name,
    'data-end': String(end),
  })
  input.addEventListener('change', () => {
    const typed = input.value.trim() === '' ? null : Number(input.value)
    const range: [number, number] = [...(brushes.get(one.name) ?? [one.low, one.high])]
    range[end] = typed ?? (end === 0 ? one.low : one.high)
    setBrush(one.name, range[0] <= one.low && range[1] >= one.high ? null : range)
  })
  return input
}

function words(one: Dimension): El {
  const { labels } = levelsOf(one.name)
  const options = ['all', ...labels].map((text, i) => create('option', { value: i === 0 ? '' : String(i - 1) }, text))
  const select = create('select', { 'aria-label': one.label, 'data-range': one.name }, ...options)
  select.addEventListener('change', () => {
    const level = Number(select.value)
    setBrush(one.name, select.value === '' ? null : [level, level])
  })
  return select
}

/** Fields that do with keys what dragging does. */
function startFields(): void {
  const place = byId('ranges').querySelector('div')!
  const lines = dimensions.map((one) =>
    create(
      'div',
      { class: 'range' },
      create('span', {}, one.label),
      ...(one.isText ? [words(one)] : [field(one, 0), field(one, 1)]),
    ),
  )
  place.replaceChildren(create('div', { class: 'ranges' }, ...lines))
}

/** Shows the brush in the fields and on the buttons. */
function showFields(): void {
  for (const input of document.querySelectorAll('[data-range]')) {
    const one = dimensions.find(({ name }) => name === input.dataset['range'])!
    const range = brushes.get(one.name)
    if (one.isText) input.value = range === undefined || range[0] !== range[1] ? '' : String(range[0])
    else
      input.value =
        range === undefined ? '' : String(Number(range[input.dataset['end'] === '0' ? 0 : 1].toPrecision(6)))
  }
}

/** Starts brushing; `redraw` is called whenever the brush changed. */
export function startParallel(redraw: () => void): void {
  changed = () => {
    showFields()
    tellBrush()
    for (const button of document.querySelectorAll('[data-share]')) {
      button.setAttribute('aria-pressed', String(brushes.size === 0 && button.dataset['share'] === '1'))
    }
    redraw()
  }
  startDragging()
  startFields()
  for (const button of document.querySelectorAll('[data-share]')) {
    button.addEventListener('click', () => {
      brushShare(Number(button.dataset['share']))
      for (const other of document.querySelectorAll('[data-share]')) {
        other.setAttribute('aria-pressed', String(other === button))
      }
    })
  }
  onDrawn('parallel', () => tellBrush())
}
