/**
 * CryptoDataDownload: a line with the site's address, a header that varies over the years, rows newest first; times as
 * `unix` in s or ms, or dates such as `2019-10-17 09-AM`. `volume_btc` is in base, plain `volume` in quote then.
 */

import { refusal } from '../refuse.ts'
import { headerLayout } from './csv.ts'
import { type Format, firstPlace } from './format.ts'
import { hints, pairOf, timeframeOf } from './names.ts'

export const cryptoDataDownload: Format = {
  name: 'cryptodatadownload',
  title: 'CryptoDataDownload',
  shape: ['lines'],
  detect(sample, forced) {
    const comment = sample.rows[0]?.some((cell) => /cryptodatadownload\.com/i.test(cell)) ?? false
    if (!comment && !forced) return null
    const at = comment ? 1 : 0
    if (sample.rows[at] === undefined) {
      throw refusal('EMPTY_FILE', firstPlace(sample), 'has no header and no candles', 'fetch the file again')
    }
    const match = /^([A-Za-z0-9]+)_([A-Za-z0-9]+)_([a-z0-9]+)\.csv$/.exec(sample.name)
    const symbol = match === null ? undefined : pairOf(match[2]!, match[1]!.toLowerCase())
    const layout = headerLayout({ ...sample, symbol: sample.symbol ?? symbol }, 'cryptodatadownload', 'candles', at)
    return {
      ...layout,
      hints: hints({
        venue: match?.[1]?.toLowerCase(),
        symbol: symbol ?? layout.hints.symbol,
        timeframeMs: match === null ? undefined : timeframeOf(match[3]!),
      }),
    }
  },
}
