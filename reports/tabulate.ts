/** A dataset out of a list of things, a column a field. */

import { type Cell, column, type Dataset } from './dataset.ts'
import type { Kind } from './format.ts'

/** A column of a table of `T`: name, label, kind, how to read it, and whether it is shown only when asked for. */
export type Field<T> = readonly [
  name: string,
  label: string,
  kind: Kind,
  read: (item: T, row: number) => Cell,
  extra?: 'extra',
]

export function tabulate<T>(title: string, items: readonly T[], fields: readonly Field<T>[], note?: string): Dataset {
  const columns = fields.map(([name, label, kind, read, extra]) => {
    const made = column(name, label, kind, items.map(read))
    return extra === undefined ? made : { ...made, extra: true as const }
  })
  return { title, ...(note === undefined ? {} : { note }), columns }
}
