/** `tandem data synth`: a synthetic market in the store; the same seed gives the same market everywhere. */

import type { SyntheticModel } from '../../../datasets/synthetic/options.ts'
import { TandemError } from '../../core/errors.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { SERIES_OPTIONS, seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    model: {
      type: 'string',
      choices: ['gbm', 'regime'] satisfies SyntheticModel[],
      default: 'gbm' as SyntheticModel,
      requiresArg: true,
      describe: 'the kind of market',
    },
    seed: { type: 'number', demandOption: true, requiresArg: true, describe: 'a whole number' },
    bars: { type: 'number', demandOption: true, requiresArg: true, describe: 'how many bars' },
    ...SERIES_OPTIONS,
  },
  async run(args, output, services) {
    wholeNumber('--seed', args.seed, 0)
    wholeNumber('--bars', args.bars, 1)
    const timeframeMs = parseTimeframe(args.timeframe, '--timeframe')
    const { synthesize } = await services.datasets()
    const { store, venue, symbol, model, seed, bars } = args
    const report = await synthesize({ store, venue, symbol, timeframeMs, model, seed, bars })
    output.result(report, () => seriesTable([report]))
    return 0
  },
})

function wholeNumber(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TandemError(`expected a whole number of at least ${least}, got ${value}`, { code: 'USAGE', where })
}
