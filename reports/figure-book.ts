/**
 * The figures of a page: every single number in its text, with its unit, what it was computed on and how it is defined.
 * Sections take figures from here alone, so that the page and `figures.json` can't differ.
 */

import { formatMetric } from './format.ts'
import { type Html, html, type Part } from './html.ts'

export interface Figure {
  readonly id: string
  readonly label: string
  /** Null where it isn't defined, for `reason`. */
  readonly value: number | null
  readonly unit: string
  readonly basis: string
  readonly definition: string
  readonly n?: number
  readonly annualisation?: number
  readonly reason?: string
}

export class FigureBook {
  readonly quote: string
  private readonly byId = new Map<string, Figure>()

  constructor(quote: string, figures: Iterable<Figure>) {
    this.quote = quote
    for (const figure of figures) {
      const { value } = figure
      // What isn't finite has no place on a page or in JSON.
      const bad = value !== null && !Number.isFinite(value)
      this.byId.set(figure.id, bad ? { ...figure, value: null, reason: 'not a finite number' } : figure)
    }
  }

  get all(): readonly Figure[] {
    return [...this.byId.values()]
  }

  has(id: string): boolean {
    return this.byId.has(id)
  }

  of(id: string): Figure {
    const figure = this.byId.get(id)
    if (figure === undefined) throw new Error(`bug: the page has no figure '${id}'`)
    return figure
  }

  /** A figure as the page writes it, without markup: for labels of charts. */
  text(id: string): string {
    const { value, unit } = this.of(id)
    return formatMetric(value, unit, this.quote)
  }

  /** A figure as an element that names it. */
  html(id: string): Html {
    const { value, definition, reason } = this.of(id)
    const title = reason === undefined ? definition : `${definition} (${reason})`
    return html`<data data-figure="${id}" value="${value === null ? '' : String(value)}" title="${title}">${this.parts(id)}</data>`
  }

  /** The same text, a currency apart: where figures are set large it is set small. */
  private parts(id: string): Part {
    const text = this.text(id)
    const tail = ` ${this.quote}`
    if (this.of(id).unit !== 'quote' || !text.endsWith(tail)) return text
    return html`${text.slice(0, -tail.length)} <span class="unit">${this.quote}</span>`
  }
}
