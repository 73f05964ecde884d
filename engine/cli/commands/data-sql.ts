/** `tandem data sql`: questions to the store. */

import type { SqlValue } from '../../../datasets/sql.ts'
import { defineCommand } from '../command.ts'
import { type Cell, formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<query>',
  positionalOptions: { query: { type: 'string', demandOption: true, describe: 'one SELECT, in quotes' } },
  options: {
    rows: { type: 'number', default: 100, requiresArg: true, describe: 'rows that are shown; --json gives all' },
  },
  async run(args, output) {
    const { querySql } = await import('../../../datasets/sql.ts')
    const answer = await querySql(args.store, args.query)
    const left = answer.rows.length - args.rows
    if (left > 0 && !output.json) output.log(`${left} more rows; show them with --rows, or take --json`)
    const heads = answer.columns.map(({ name }) => name)
    output.result(answer, () =>
      formatTable(
        heads,
        answer.rows.slice(0, args.rows).map((row) => row.map(cellOf)),
      ),
    )
    return 0
  },
})

/** Times as everywhere on the command line, whatever is nested as JSON. */
function cellOf(value: SqlValue): Cell {
  if (value === null || typeof value === 'number') return value
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) ? value.replace('T', ' ').replace(/(:00)?\.000Z$|Z$/, '') : value
}
