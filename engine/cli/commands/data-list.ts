/** `tandem data list`: what the store has. */

import { defineCommand } from '../command.ts'
import { seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(args, output, services) {
    const { listSeries } = await services.datasets()
    const series = await listSeries(args.store)
    if (series.length === 0) output.log(`the store ${args.store} is empty; fill it with tandem data import`)
    output.result({ store: args.store, series }, () => seriesTable(series))
    return 0
  },
})
