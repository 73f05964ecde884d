/** Refusals of the importers: which file, which row, which column, and what to do. */

import { TandemError } from '../../engine/core/errors.ts'

/** Where in a file: `row` is the line number, counted from 1 with the header. */
export interface Place {
  readonly file: string
  readonly row?: number
  readonly column?: string
}

/** The error of a refused file; the caller throws it. */
export function refusal(code: string, place: Place, message: string, hint: string, cause?: unknown): TandemError {
  const row = place.row === undefined ? '' : `, row ${place.row}`
  const column = place.column === undefined ? '' : `, column ${place.column}`
  // Damaged files and archives put anything into messages and names; a terminal must not obey it.
  const where = `${place.file}${row}${column}`.replace(CONTROLS, '?')
  return new TandemError(message.replace(CONTROLS, ' '), { code, where, hint, cause })
}

const CONTROLS = /\p{Cc}+/gu
