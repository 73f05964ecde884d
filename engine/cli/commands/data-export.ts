/** `tandem data export`: a stored series as a file for others. */

import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'
import { formatTimeMs } from '../output.ts'

export const command = defineCommand({
  positionals: '<series> <file>',
  positionalOptions: {
    series: { type: 'string', demandOption: true, describe: 'VENUE:SYMBOL:TIMEFRAME, such as kraken:BTC/USD:1h' },
    file: { type: 'string', demandOption: true, describe: 'a name ending in .csv, .csv.gz, .arrow or .parquet' },
  },
  options: {
    format: {
      choices: ['csv', 'csv.gz', 'arrow', 'parquet'],
      requiresArg: true,
      describe: "default: seen from the file's name",
    },
    from: { type: 'string', requiresArg: true, describe: 'first bar, UTC: 2020-01-01' },
    to: { type: 'string', requiresArg: true, describe: 'end, UTC, a day is meant whole' },
    force: { type: 'boolean', default: false, describe: 'replace a file that is there' },
  },
  async run(args, output) {
    const { parseDateRange } = await import('../../../datasets/dates.ts')
    const { exportSeries } = await import('../../../datasets/export.ts')
    const { parseSeriesTarget } = await import('../../../datasets/series.ts')
    const key = parseSeriesTarget(args.series)
    if (key === null) {
      const hint = 'write VENUE:SYMBOL:TIMEFRAME, such as kraken:BTC/USD:1h; tandem data list shows what there is'
      throw new TandemError(`'${args.series}' is no series`, { code: 'USAGE', where: 'data export', hint })
    }
    const query = { ...key, ...parseDateRange(args.from, args.to) }
    const options = { force: args.force, ...(args.format === undefined ? {} : { format: args.format }) }
    const done = await exportSeries(args.store, query, args.file, options)
    output.result(
      done,
      () => `${done.file}: ${done.rows} rows, ${formatTimeMs(done.firstMs)} to ${formatTimeMs(done.lastMs)}\n`,
    )
    return 0
  },
})
