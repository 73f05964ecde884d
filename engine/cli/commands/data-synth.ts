/** `tandem data synth`: synthetic markets in the store; the same seed gives the same market everywhere. */

import type { Statistic } from '../../../datasets/synthetic/likeness.ts'
import type { SyntheticModel } from '../../../datasets/synthetic/options.ts'
import type { ModelParameters } from '../../../datasets/synthetic/parameters.ts'
import { TandemError } from '../../core/errors.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'
import { SERIES_OPTIONS, seriesTable } from '../series-options.ts'
import type { SeriesReport } from '../services.ts'

const WALKS = ['gbm', 'regime', 'jumps', 'garch', 'edge', 'coin', 'correlated', 'crash', 'outage'] as const
const MODELS = [...WALKS, 'bootstrap', 'like'] as const satisfies readonly (SyntheticModel | 'bootstrap' | 'like')[]

/** A number that a model takes; the limits are checked where it is used. */
const number = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const

/** Options of single models, by the parameter they are. */
const PARAMETERS = {
  'jumps-per-year': 'jumpsPerYear',
  'jump-volatility': 'jumpVolatility',
  alpha: 'alpha',
  beta: 'beta',
  strength: 'strength',
  correlation: 'correlation',
  depth: 'depth',
  'recovery-bars': 'recoveryBars',
  outages: 'outages',
  'outage-bars': 'outageBars',
} as const satisfies Record<string, keyof ModelParameters>

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    model: {
      type: 'string',
      choices: MODELS,
      requiresArg: true,
      describe: 'the kind of market; default: gbm, or like',
    },
    like: {
      type: 'string',
      requiresArg: true,
      describe: 'VENUE:SYMBOL of the store to look like, or to take blocks of',
    },
    seed: { type: 'number', demandOption: true, requiresArg: true, describe: 'a whole number' },
    bars: { type: 'number', requiresArg: true, describe: 'how many bars; with --like default: as many as that has' },
    ...SERIES_OPTIONS,
    symbol: { ...SERIES_OPTIONS.symbol, describe: 'such as BTC/USD; several with commas, correlated with that model' },
    start: { type: 'string', requiresArg: true, describe: 'first bar, UTC; default: 2020-01-01' },
    'start-price': number('open of the first bar'),
    tick: number('price step'),
    drift: number('expected return a year, as a fraction; default: 0.1'),
    volatility: number('standard deviation of returns a year, as a fraction; default: 0.6'),
    'mean-volume': number('mean volume of a bar in base; default: 100'),
    'jumps-per-year': number('jumps: how many a year; default: 50'),
    'jump-volatility': number('jumps: standard deviation of one, as a fraction; default: 0.05'),
    alpha: number('garch: weight of the last squared return; default: 0.1'),
    beta: number('garch: weight of the variance before; default: 0.85'),
    strength: number('edge: Sharpe ratio per bar of following the bar before; default: 0.1'),
    correlation: number('correlated: of any two symbols of one seed; default: 0.7'),
    depth: number('crash: how far the price falls, as a fraction; default: 0.5'),
    'recovery-bars': number('crash: bars until it is back; default: 12'),
    outages: number('outage: how many; default: 3'),
    'outage-bars': number('outage: bars of each; default: 6'),
    block: number('bootstrap: mean bars of a block; default: the cube root of the bars there are'),
  },
  async run(args, output, services) {
    wholeNumber('--seed', args.seed, 0)
    if (args.bars !== undefined) wholeNumber('--bars', args.bars, 1)
    const { like, store, venue, seed } = args
    const model = args.model ?? (like === undefined ? 'gbm' : 'like')
    const timeframeMs = parseTimeframe(args.timeframe, '--timeframe')
    const isLike = model === 'like' || model === 'bootstrap'
    if (isLike !== (like !== undefined))
      throw usage(isLike ? `${model} needs --like VENUE:SYMBOL` : `${model} takes no --like`)
    if (!isLike && args.bars === undefined) throw usage('missing --bars')
    const start = args.start === undefined ? {} : { startMs: await startMs(args.start) }
    const common = {
      ...start,
      ...given({ startPrice: args['start-price'], tick: args.tick, bars: args.bars }),
      ...{ store, venue, timeframeMs, seed },
    }
    const reports: SeriesReport[] = []
    const statistics: (readonly Statistic[])[] = []
    for (const symbol of args.symbol.split(',').map((name) => name.trim())) {
      if (isLike) {
        const { importLike } = await import('../../../datasets/synthetic/like.ts')
        const source = sourceOf(like!)
        const report = await importLike({ ...common, symbol, model, source, ...given({ block: args.block }) })
        reports.push(report)
        statistics.push(report.statistics)
      } else {
        const { synthesize } = await services.datasets()
        const walk = { annualDrift: args.drift, annualVolatility: args.volatility, meanVolume: args['mean-volume'] }
        const own = Object.fromEntries(
          Object.entries(PARAMETERS).map(([option, name]) => [name, args[option as keyof typeof PARAMETERS]]),
        )
        reports.push(await synthesize({ ...common, bars: args.bars!, symbol, model, ...given(walk), ...given(own) }))
      }
    }
    const document = reports.length === 1 ? reports[0] : { series: reports }
    output.result(document, () => [seriesTable(reports), ...statistics.map(statisticsText)].join('\n'))
    return 0
  },
})

/** Only the members that were given. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

function sourceOf(text: string): { readonly venue: string; readonly symbol: string } {
  const at = text.indexOf(':')
  if (at > 0) return { venue: text.slice(0, at), symbol: text.slice(at + 1) }
  throw usage(`--like: expected VENUE:SYMBOL such as kraken:BTC/USD, got '${text}'`)
}

async function startMs(text: string): Promise<number> {
  const { parseDateRange } = await import('../../../datasets/dates.ts')
  return parseDateRange(text).fromMs!
}

function statisticsText(statistics: readonly Statistic[]): string {
  return formatTable(
    ['statistic', 'real', 'synthetic'],
    statistics.map(({ name, real, synthetic }) => [name, shown(real), shown(synthetic)]),
  )
}

function shown(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4))
}

function usage(message: string): TandemError {
  return new TandemError(message, { code: 'USAGE', where: 'data synth', hint: 'see tandem data synth --help' })
}

function wholeNumber(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TandemError(`expected a whole number of at least ${least}, got ${value}`, { code: 'USAGE', where })
}
