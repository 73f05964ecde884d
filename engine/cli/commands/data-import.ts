/** `tandem data import`: files of candles, trades or funding into the store. */

import { FORMATS } from '../../../datasets/import/formats/registry.ts'
import type { ImportResult } from '../../../datasets/import/import-path.ts'
import { formatTimeframe, parseTimeframe } from '../../core/timeframe.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'
import type { ImportRequest } from '../services.ts'

const DATES = { mdy: 'MM/DD/YYYY', dmy: 'DD/MM/YYYY' } as const

export const command = defineCommand({
  positionals: '<path>',
  positionalOptions: {
    path: { type: 'string', demandOption: true, describe: 'a file (plain, .gz or .zip) or a folder of files' },
  },
  options: {
    venue: { type: 'string', requiresArg: true, describe: "whose data, such as kraken; default: by the file's name" },
    symbol: { type: 'string', requiresArg: true, describe: 'such as BTC/USD or BTC/USDT:USDT; default: by the name' },
    timeframe: {
      type: 'string',
      requiresArg: true,
      describe: 'such as 15m or 1h; default: by the name; trades are made candles of it',
    },
    format: { choices: FORMATS, requiresArg: true, describe: "the file's format; default: seen from the file" },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'read and check all of it, say what was understood, write nothing',
    },
    columns: {
      type: 'string',
      requiresArg: true,
      describe:
        'for other CSV: time,open,high,low,close,volume in its order, - to pass over; or time=Date,close=Last,…',
    },
    dates: {
      choices: ['mdy', 'dmy'] as const,
      requiresArg: true,
      describe: 'only for dates such as 03/04/2017 that can be read both ways all through',
    },
    'date-format': {
      choices: ['MM/DD/YYYY', 'DD/MM/YYYY'] as const,
      requiresArg: true,
      describe: 'the same in full',
    },
    stamps: {
      choices: ['open', 'end'] as const,
      requiresArg: true,
      describe: "what a row's time is; default: the bar's open",
    },
    'utc-offset': {
      type: 'string',
      requiresArg: true,
      describe: 'how far local times in the file are ahead of UTC, such as +3',
    },
    price: {
      choices: ['mark', 'index'] as const,
      requiresArg: true,
      describe: 'candles of a mark or index price, not of trades',
    },
    fix: { type: 'boolean', default: false, describe: 'sort rows, drop repeated ones, and say so in the manifest' },
  },
  async run(args, output, services) {
    const { importPath, parseUtcOffset } = await services.datasets()
    const { store, venue, symbol, timeframe, format, columns, stamps, price, fix } = args
    const offset = args['utc-offset']
    const dateFormat = args.dates === undefined ? args['date-format'] : DATES[args.dates]
    const request: ImportRequest = {
      store,
      dryRun: args['dry-run'],
      fix,
      ...(venue === undefined ? {} : { venue }),
      ...(symbol === undefined ? {} : { symbol }),
      ...(timeframe === undefined ? {} : { timeframeMs: parseTimeframe(timeframe, '--timeframe') }),
      ...(format === undefined ? {} : { format }),
      ...(columns === undefined ? {} : { columns }),
      ...(dateFormat === undefined ? {} : { dateFormat }),
      ...(stamps === undefined ? {} : { stamps }),
      ...(offset === undefined ? {} : { utcOffsetMs: parseUtcOffset(offset) }),
      ...(price === undefined ? {} : { price }),
    }
    const result = await importPath(args.path, request)
    const [only, more] = result.series
    // One series is shown as itself too: a script that imports one file needn't look into a list.
    output.result({ ...(more === undefined ? only : {}), ...result }, () => importText(result))
    return result.refused.length === 0 ? 0 : 1
  },
})

/** What was imported as a table, then what was done to it, and what wasn't imported. */
function importText({ series, refused, passedOver, dryRun }: ImportResult): string {
  const heads = ['venue', 'symbol', 'what', 'format', 'rows', 'first (UTC)', 'last (UTC)', 'missing', 'hash']
  const table = formatTable(
    heads,
    series.map((one) => [
      one.venue,
      one.symbol,
      one.timeframeMs === null
        ? 'funding'
        : `${formatTimeframe(one.timeframeMs)}${one.price === null ? '' : ` ${one.price}`}`,
      one.format,
      one.rows,
      formatTimeMs(one.firstMs),
      formatTimeMs(one.lastMs),
      one.gaps.bars,
      one.dataHash.slice(0, 12),
    ]),
  )
  const lines = series.flatMap((one) => {
    const name = series.length === 1 ? '' : `${one.symbol}: `
    const notes = dryRun ? one.notes.map((note) => `  ${name}${note}\n`) : []
    return [
      ...notes,
      ...one.fixes.map(({ text, rows }) => `  ${name}${text} (${rows} ${rows === 1 ? 'row' : 'rows'})\n`),
    ]
  })
  const others = passedOver.length === 0 ? '' : `passed over ${passedOver.length} files of other series\n`
  const faults = refused.map(({ reason }) => `refused: ${reason}\n`)
  return table + lines.join('') + others + faults.join('') + (dryRun ? 'nothing was written (--dry-run)\n' : '')
}
