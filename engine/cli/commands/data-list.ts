/** `tandem data list`: what the store has. */

import type { FundingManifest } from '../../../datasets/funding/manifest.ts'
import { formatTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'
import { seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(args, output, services) {
    const { listSeries } = await services.datasets()
    const { listFunding } = await import('../../../datasets/funding/store.ts')
    const [series, funding] = [await listSeries(args.store), await listFunding(args.store)]
    if (series.length === 0 && funding.length === 0)
      output.log(`the store ${args.store} is empty; fill it with tandem data import`)
    output.result({ store: args.store, series, funding }, () => seriesTable(series) + fundingTable(funding))
    return 0
  },
})

/** Funding series below the candles; nothing where there are none. */
function fundingTable(funding: readonly FundingManifest[]): string {
  if (funding.length === 0) return ''
  const heads = ['venue', 'symbol', 'funding', 'rows', 'first (UTC)', 'last (UTC)', 'missing', 'hash']
  const rows = funding.map((one) => [
    one.venue,
    one.symbol,
    one.intervalMs === null ? null : formatTimeframe(one.intervalMs),
    one.rows,
    formatTimeMs(one.firstMs),
    formatTimeMs(one.lastMs),
    one.gaps.rows,
    one.dataHash.slice(0, 12),
  ])
  return `\n${formatTable(heads, rows)}`
}
