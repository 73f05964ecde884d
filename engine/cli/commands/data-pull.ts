/** `tandem data pull`: candles from a venue into the store. */

import { formatTimeframe, parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { formatTimeMs } from '../output.ts'
import { progressBar } from '../progress.ts'
import { SERIES_OPTIONS, seriesTable } from '../series-options.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    ...SERIES_OPTIONS,
    venue: { ...SERIES_OPTIONS.venue, describe: 'the exchange, as ccxt names it: kraken, coinbase, binance, …' },
    from: {
      type: 'string',
      requiresArg: true,
      describe: 'first bar, YYYY-MM-DD; default: after the last that the store has',
    },
    to: { type: 'string', requiresArg: true, describe: 'last day, YYYY-MM-DD; default: the last bar that is over' },
    'from-trades': {
      type: 'boolean',
      default: false,
      describe: 'make the candles from trades, where the venue serves too few candles (Kraken); slow',
    },
    'api-url': { type: 'string', requiresArg: true, describe: "another address than the venue's own, such as a proxy" },
  },
  async run(args, output) {
    const timeframeMs = parseTimeframe(args.timeframe, '--timeframe')
    const [{ parseDateRange }, { checkApiUrl, openExchange }, { pullCandles }] = await Promise.all([
      import('../../../datasets/dates.ts'),
      import('../../../datasets/pull/exchange.ts'),
      import('../../../datasets/pull/pull.ts'),
    ])
    const { store, venue, symbol } = args
    const range = parseDateRange(args.from, args.to)
    const apiUrl = args['api-url'] === undefined ? {} : { apiUrl: checkApiUrl(args['api-url']) }
    const exchange = await openExchange(venue, apiUrl)
    const bar = progressBar(process.stderr)
    try {
      const report = await pullCandles(exchange, {
        ...{ store, venue, symbol, timeframeMs, ...range },
        fromTrades: args['from-trades'],
        onProgress: ({ fromMs, toMs, doneMs, rows, retries }) => {
          const again = retries === 0 ? '' : `, ${retries} calls again`
          const what = `${symbol} ${formatTimeframe(timeframeMs)} to ${formatTimeMs(doneMs)}, ${rows} candles${again}`
          bar.update((doneMs - fromMs) / Math.max(1, toMs - fromMs), what)
        },
        onRemark: (line) => {
          bar.done()
          output.log(line)
        },
      })
      bar.done()
      output.result(report, () => `${seriesTable([report])}${report.pulledRows} candles pulled\n`)
      return 0
    } finally {
      bar.done()
      await exchange.close()
    }
  },
})
