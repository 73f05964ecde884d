/** Is 03/04/2017 in March or April? The whole column tells, if one of its dates has a number beyond 12. */

import { makeCells, splitLine } from './cells.ts'
import type { Layout } from './formats/format.ts'
import type { Input } from './input/input.ts'
import { wholeLines } from './input/lines.ts'
import { cellText } from './numbers.ts'
import { refusal } from './refuse.ts'
import { type DateOrder, orderOfDate } from './times.ts'

const NEWLINE = 0x0a

/** Looks through the file's times. Throws `AMBIGUOUS_DATE` if they fit both orders, or neither. */
export async function findDateOrder(input: Input, layout: Layout, separator: number): Promise<DateOrder> {
  const cells = makeCells()
  const seen: Partial<Record<DateOrder, number>> = {}
  let row = 0
  let first = 0
  for await (const block of wholeLines(input.label, input.bytes())) {
    for (let from = 0; from < block.length; ) {
      const found = block.indexOf(NEWLINE, from)
      const to = found === -1 ? block.length : found
      row += 1
      if (splitLine(block, from, to, separator, cells) > layout.cells[0]!) {
        const at = layout.cells[0]!
        const order = orderOfDate(cellText(block, cells.start[at]!, cells.end[at]!))
        if (order !== null) seen[order] ??= row
        if (first === 0 && order === null) first = row
      }
      from = to + 1
    }
  }
  const { 'MM/DD/YYYY': mdy, 'DD/MM/YYYY': dmy } = seen
  const column = layout.names[0]!
  if (mdy !== undefined && dmy !== undefined) {
    const message = `row ${mdy} has the month first and row ${dmy} the day: the column mixes two orders`
    throw refusal('AMBIGUOUS_DATE', { file: input.label, column }, message, 'write the dates in one way')
  }
  if (mdy !== undefined) return 'MM/DD/YYYY'
  if (dmy !== undefined) return 'DD/MM/YYYY'
  const message = "dates are ambiguous: day and month can't be told apart, no day is beyond the 12th"
  throw refusal(
    'AMBIGUOUS_DATE',
    { file: input.label, row: layout.skip + 1, column },
    message,
    'say --dates mdy or --dates dmy',
  )
}
