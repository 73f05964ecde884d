/** `tandem data resample`: a stored series with a coarser timeframe. */

import type { Partial } from '../../../datasets/resample.ts'
import { TandemError } from '../../core/errors.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '<series>',
  positionalOptions: {
    series: { type: 'string', demandOption: true, describe: 'VENUE:SYMBOL:TIMEFRAME, such as kraken:BTC/USD:1m' },
  },
  options: {
    timeframe: { type: 'string', demandOption: true, requiresArg: true, describe: 'the coarser one, such as 1h' },
    'drop-partial': { type: 'boolean', default: false, describe: 'leave out ends whose data begin or end inside them' },
    gaps: {
      choices: ['leave', 'carry'] as const,
      default: 'leave' as const,
      requiresArg: true,
      describe: 'missing bars: leave them out, or carry the last close forward with zero volume',
    },
  },
  async run(args, output) {
    const { parseSeriesTarget } = await import('../../../datasets/series.ts')
    const { resampleSeries } = await import('../../../datasets/resample-series.ts')
    const key = parseSeriesTarget(args.series)
    if (key === null) {
      const hint = 'write VENUE:SYMBOL:TIMEFRAME, such as kraken:BTC/USD:1m; tandem data list shows what there is'
      throw new TandemError(`'${args.series}' is no series`, { code: 'USAGE', where: 'data resample', hint })
    }
    const { manifest, replaced, partial } = await resampleSeries(args.store, key, {
      timeframeMs: parseTimeframe(args.timeframe, '--timeframe'),
      dropPartial: args['drop-partial'],
      gaps: args.gaps,
    })
    output.result({ ...manifest, replaced, partial }, () => seriesTable([manifest]) + partialText(partial))
    return 0
  },
})

function partialText({ first, last, inside }: Partial): string {
  const ends = [...(first ? ['the first'] : []), ...(last ? ['the last'] : [])].join(' and ')
  const atEnds =
    ends === '' ? '' : `partial: ${ends} bar; the data begin or end inside it (--drop-partial leaves it out)\n`
  return `${atEnds}${inside === 0 ? '' : `${inside} bars have holes inside\n`}`
}
