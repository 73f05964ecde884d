/**
 * QuantConnect Lean, crypto: no header, 6 columns. Minute and second files have ms since midnight and the day in the
 * name (`20221213_btcbusd_minute_trade.csv`); hour and daily files `yyyymmdd hh:mm`. Prices of crypto are not scaled.
 */

import { daysFromEpoch } from '../../dates.ts'
import { refusal } from '../refuse.ts'
import { type Format, firstPlace, isNumeric, type Layout, type Sample } from './format.ts'
import { hints, pairOf, timeframeOf } from './names.ts'

const DAY_MS = 86_400_000
const FINE = /^(\d{4})(\d{2})(\d{2})_([a-z0-9]+)_(minute|second)_(trade|quote)\.csv$/i

export const lean: Format = {
  name: 'lean',
  title: 'QuantConnect Lean',
  shape: ['lines'],
  detect(sample, forced): Layout | null {
    const row = sample.rows[0] ?? []
    const coarse = /^\d{8} \d{2}:\d{2}$/.test(row[0] ?? '')
    const fine = FINE.exec(sample.name)
    if (!coarse && fine === null && !forced) return null
    if (fine?.[6]?.toLowerCase() === 'quote' || row.length === 11) {
      const message = 'has quotes (bid and ask), not trades'
      throw refusal('NOT_CANDLES', { file: sample.file }, message, 'import the file that ends in _trade')
    }
    if (row.length !== 6 || (!coarse && !isNumeric(row[0]))) {
      const message = `has ${row.length} columns, a lean file of trades has 6`
      throw refusal('WRONG_COLUMNS', firstPlace(sample), message, 'name the right format')
    }
    if (!coarse && fine === null) {
      const message = 'has times since midnight, and its name has no day'
      throw refusal(
        'BAD_TIME',
        { file: sample.file },
        message,
        'keep its name, such as 20221213_btcusdt_minute_trade.csv',
      )
    }
    const venue = venueOf(sample.folders)
    const dayMs = coarse ? undefined : midnight(sample, fine!)
    return {
      format: 'lean',
      kind: 'candles',
      skip: 0,
      width: 6,
      cells: [0, 1, 2, 3, 4, 5],
      names: ['time', 'open', 'high', 'low', 'close', 'volume'],
      ...(dayMs === undefined ? {} : { dayMs }),
      hints: hints({
        venue,
        symbol: pairOf(coarse ? sample.name.split(/[_.]/)[0]! : fine![4]!, venue),
        timeframeMs: fine === null ? coarseTimeframe(sample) : timeframeOf(fine[5]!),
      }),
      notes: [coarse ? 'times as yyyymmdd hh:mm, UTC' : 'times in ms since midnight UTC of the day in the name'],
    }
  },
}

function midnight(sample: Sample, match: RegExpExecArray): number {
  const days = daysFromEpoch(Number(match[1]), Number(match[2]), Number(match[3]))
  if (!Number.isNaN(days)) return days * DAY_MS
  throw refusal('BAD_TIME', { file: sample.file }, `its name has no day of the calendar`, 'check the name')
}

/** Folders are `crypto/binance/minute/btcusdt`; archives may be named `binance_hour_btcusdt_trade.zip`. */
function venueOf(folders: readonly string[]): string | undefined {
  const at = folders.findIndex((name) => /^crypto(future)?$/.test(name))
  if (at >= 0 && folders[at + 1] !== undefined) return folders[at + 1]
  return archiveName(folders)?.[1]
}

function coarseTimeframe(sample: Sample): number | undefined {
  const named = archiveName(sample.folders)?.[2] ?? sample.folders.find((name) => name === 'hour' || name === 'daily')
  if (named !== undefined) return timeframeOf(named)
  return sample.rows.every((row) => / 00:00$/.test(row[0] ?? '')) ? timeframeOf('daily') : timeframeOf('hour')
}

function archiveName(folders: readonly string[]): RegExpExecArray | null {
  return /^([a-z0-9]+)_(hour|daily|minute)_[a-z0-9]+(?:_\d{8})?_trade\.zip$/i.exec(folders.at(-1) ?? '')
}
