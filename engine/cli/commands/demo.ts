/** `tandem demo`: the first thing a newcomer runs. A synthetic market, a small account, a backtest, a report; offline. */

import { formatTimeframe } from '../../core/timeframe.ts'
import { backtestText } from '../backtest-text.ts'
import { defineCommand } from '../command.ts'

const TIMEFRAME_MS = 300_000
const BARS = 50_000
const START_PRICE = 150
const VENUE = 'synthetic'
const SYMBOL = 'SOL/USD'

/** 50 USD at a small account's fees: what RULES C4 is about. */
const DEMO_RUN = {
  name: 'demo',
  strategy: { name: 'sma-cross' },
  data: { venue: VENUE, symbols: [SYMBOL], timeframe: formatTimeframe(TIMEFRAME_MS) },
  account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' },
  costs: { fees: { maker: 0.0016, taker: 0.0026 }, spreadBps: 10 },
  // A made-up venue has no rulebook; the tier minimums and all other rules are on.
  rules: { venueMinimums: false },
}

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    seed: { type: 'number', default: 7, requiresArg: true, describe: "the synthetic market's seed" },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML report and its figures" },
  },
  async run(args, output, services) {
    const { resolveConfig } = await import('../../run/config/index.ts')
    const config = resolveConfig({ ...DEMO_RUN, seed: args.seed }, '--seed')
    const { synthesize } = await services.datasets()
    output.log(`making ${BARS} bars of a synthetic ${SYMBOL} market`)
    const place = { store: args.store, venue: VENUE, symbol: SYMBOL, timeframeMs: TIMEFRAME_MS }
    await synthesize({ ...place, model: 'gbm', seed: args.seed, bars: BARS, startPrice: START_PRICE })
    const { runBacktest } = await services.backtests()
    const { store, runs } = args
    const report = !args['no-report']
    const { summary } = await runBacktest(config, { store, runs, report, baseFolder: '.', log: output.log })
    output.result(summary, () => backtestText(summary, config.account.quote))
    return 0
  },
})
