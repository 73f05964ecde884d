/** `tandem data import`: a file of candles into the store. */

import { parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { SERIES_OPTIONS, seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '<path>',
  positionalOptions: { path: { type: 'string', demandOption: true, describe: 'the file, plain or gzip' } },
  options: {
    ...SERIES_OPTIONS,
    format: {
      choices: ['kraken', 'binance', 'csv'],
      requiresArg: true,
      describe: "the file's format; default: seen from the file",
    },
    'date-format': {
      choices: ['MM/DD/YYYY', 'DD/MM/YYYY'],
      requiresArg: true,
      describe: 'only for dates that can be read both ways',
    },
  },
  async run(args, output, services) {
    const timeframeMs = parseTimeframe(args.timeframe, '--timeframe')
    const { importFile } = await services.datasets()
    const report = await importFile(args.path, {
      store: args.store,
      venue: args.venue,
      symbol: args.symbol,
      timeframeMs,
      ...(args.format === undefined ? {} : { format: args.format }),
      ...(args['date-format'] === undefined ? {} : { dateFormat: args['date-format'] }),
    })
    output.result(report, () => seriesTable([report]))
    return 0
  },
})
