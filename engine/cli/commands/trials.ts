/** `tandem trials`: questions to a finished sweep. */

import { TandemError } from '../../core/errors.ts'
import type { Table } from '../../sweep/results/query.ts'
import { defineCommand } from '../command.ts'
import { type Cell, formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<sweep>',
  positionalOptions: { sweep: { type: 'string', demandOption: true, describe: "the sweep's folder" } },
  options: {
    top: { type: 'number', default: 10, requiresArg: true, describe: 'how many trials are shown' },
    by: {
      type: 'string',
      requiresArg: true,
      describe: 'the column that orders them; default: the objective',
    },
    least: { type: 'boolean', default: false, describe: 'the least of --by is the best' },
    pivot: { type: 'string', requiresArg: true, describe: 'two axes: the mean of --by for each pair of their values' },
    stability: { type: 'boolean', default: false, describe: 'the best beside their neighbours in the grid' },
    sql: { type: 'string', requiresArg: true, describe: 'a query over trials, returns and trades' },
  },
  async run(args, output) {
    const { SweepQuery } = await import('../../sweep/results/query.ts')
    const asked = [args.pivot !== undefined, args.stability, args.sql !== undefined].filter((one) => one).length
    if (asked > 1) throw usage('--pivot, --stability and --sql are three questions', 'ask one at a time')
    if (!(Number.isInteger(args.top) && args.top >= 1))
      throw usage('--top: expected a whole number from 1', 'such as 20')
    const table = await SweepQuery.with(args.sweep, async (query): Promise<Table> => {
      const column = args.by ?? (query.columns.includes('objective') ? 'objective' : 'objective1')
      const by = args.least ? `-${column}` : column
      if (args.sql !== undefined) return query.sql(args.sql)
      if (args.stability) return query.stability(args.top, by)
      if (args.pivot === undefined) return query.top(args.top, by)
      const [down, across, ...more] = args.pivot.split(',').map((one) => one.trim())
      if (across === undefined || more.length > 0)
        throw usage('--pivot: expected two axes', 'such as --pivot fast,slow')
      return query.pivot(down!, across, column)
    })
    output.result(documentOf(table), () =>
      formatTable(
        table.columns,
        table.rows.map((row) => row.map(shown)),
      ),
    )
    return 0
  },
})

function usage(message: string, hint: string): TandemError {
  return new TandemError(message, { code: 'USAGE', hint })
}

/** One object a row. */
function documentOf({ columns, rows }: Table): unknown {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
}

function shown(cell: Cell | boolean): Cell {
  if (typeof cell === 'number') return Number.isInteger(cell) ? cell : Number(cell.toPrecision(5))
  return typeof cell === 'boolean' ? String(cell) : cell
}
