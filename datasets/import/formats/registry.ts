/** The formats that can be imported, in the order in which they are tried. */

import { TandemError } from '../../../engine/core/errors.ts'
import { refusal } from '../refuse.ts'
import { binance } from './binance.ts'
import { cryptoDataDownload } from './cryptodatadownload.ts'
import { csv, funding, trades } from './csv.ts'
import { type Format, type FormatName, firstPlace, type Layout, type Sample } from './format.ts'
import { ccxtCandles, ccxtTrades, feather, parquet } from './freqtrade.ts'
import { krakenOhlcvt, krakenRest, krakenTrades } from './kraken.ts'
import { lean } from './lean.ts'

/** The generic CSV comes last: it refuses what it doesn't know. */
export const FORMAT_LIST: readonly Format[] = [
  ...[feather, parquet],
  ...[krakenRest, ccxtTrades, ccxtCandles],
  ...[cryptoDataDownload, lean, binance, krakenOhlcvt, krakenTrades, funding, trades, csv],
]

export const FORMATS: readonly FormatName[] = FORMAT_LIST.map(({ name }) => name)

/** The layout of a file by its beginning. Throws `UNKNOWN_FORMAT` and the refusals of the formats. */
export function detectLayout(sample: Sample, wanted: FormatName | undefined): Layout {
  const known = sample.columns === undefined ? FORMAT_LIST : [csv]
  const format = FORMAT_LIST.find(({ name }) => name === wanted)
  if (format !== undefined) {
    if (!format.shape.includes(sample.shape)) {
      const message = `is ${SHAPE_NAMES[sample.shape]}, and ${format.name} is ${SHAPE_NAMES[format.shape[0]!]}`
      throw refusal('WRONG_FORMAT', { file: sample.file }, message, 'name the right format, or none')
    }
    const layout = format.detect(sample, true)
    if (layout !== null) return layout
  }
  for (const one of known) {
    const layout = one.shape.includes(sample.shape) ? one.detect(sample, false) : null
    if (layout !== null) return layout
  }
  throw refusal(
    'UNKNOWN_FORMAT',
    firstPlace(sample),
    `is ${SHAPE_NAMES[sample.shape]} whose rows are of no known format`,
    `name it with --format, or write a CSV with column names`,
  )
}

const SHAPE_NAMES = { lines: 'text', json: 'JSON', arrow: 'an Arrow file', parquet: 'a Parquet file' } as const

/** Throws `BAD_OPTION` unless `value` is one of the choices or absent. */
export function checkChoice(where: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return
  throw new TandemError(`'${value}' is not one of ${choices.join(', ')}`, {
    code: 'BAD_OPTION',
    where,
    hint: 'choose one of them, or leave it out',
  })
}
