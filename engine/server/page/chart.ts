/** A line over time, drawn by hand: it grows as figures come, and stays as small as its points. */

import { type El, h, svg } from './dom.ts'
import { fixed, time } from './format.ts'

export interface ChartPoint {
  readonly timeMs: number
  readonly value: number
}

const [WIDTH, HEIGHT] = [1000, 220]

export interface LineChart {
  readonly element: El
  draw(points: readonly ChartPoint[]): void
}

export function lineChart(label: string): LineChart {
  const line = svg('polyline', { class: 'line', points: '' })
  const drawing = svg(
    'svg',
    { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    line,
  )
  const [most, least, from, to] = [h('span'), h('span'), h('span'), h('span')]
  const element = h(
    'div',
    {},
    h('div', { class: 'plot-scale' }, most),
    drawing,
    h('div', { class: 'plot-scale' }, least),
    h('div', { class: 'plot-scale' }, from, to),
  )
  return {
    element,
    draw(points) {
      if (points.length === 0) return
      const values = points.map(({ value }) => value)
      const [low, high] = [Math.min(...values), Math.max(...values)]
      const [first, last] = [points[0]!.timeMs, points.at(-1)!.timeMs]
      const x = (ms: number): number => (last === first ? 0 : ((ms - first) / (last - first)) * WIDTH)
      const y = (value: number): number =>
        high === low ? HEIGHT / 2 : HEIGHT - 4 - ((value - low) / (high - low)) * (HEIGHT - 8)
      line.setAttribute(
        'points',
        points.map(({ timeMs, value }) => `${x(timeMs).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
      )
      drawing.setAttribute(
        'aria-label',
        `${label}: ${fixed(values.at(-1))} now, between ${fixed(low)} and ${fixed(high)}`,
      )
      most.textContent = fixed(high)
      least.textContent = fixed(low)
      from.textContent = time(first)
      to.textContent = time(last)
    },
  }
}
