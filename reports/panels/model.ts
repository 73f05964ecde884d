/** What the maker of a page of panels hands to its script: sweep, ladder, validation and data quality. */

import type { Datasets } from '../dataset.ts'

/** One chart: its compiled variants, how it is drawn, and which datasets its data sources are. */
export interface PanelChart {
  readonly specs: Readonly<Record<string, unknown>>
  /** The variant that is drawn unless the page's script chooses another. */
  readonly variant: string
  readonly renderer: 'svg' | 'canvas'
  /** Dataset by the name of the specification's data source. */
  readonly data: Readonly<Record<string, string>>
  /** Pixels; where it depends on the rows. */
  readonly height?: number
  readonly signals?: Readonly<Record<string, unknown>>
  /** Texts of the specification that are written as `@name`. */
  readonly words?: Readonly<Record<string, string>>
}

/** A table that the script makes sortable, in the place with its id. */
export interface PanelTable {
  readonly dataset: string
  readonly rowsPerPage: number
  readonly filter?: string
  readonly sorted?: { readonly column: string; readonly down: boolean }
  /** Column whose cells are links, and the column of their addresses (which is never shown). */
  readonly link?: { readonly column: string; readonly href: string }
}

export interface PanelsModel<More = unknown> {
  /** Start of the names of saved files. */
  readonly fileName: string
  readonly quote: string
  readonly datasets: Datasets
  readonly charts: Readonly<Record<string, PanelChart>>
  readonly tables: Readonly<Record<string, PanelTable>>
  /** What only this kind of page knows. */
  readonly more: More
}
