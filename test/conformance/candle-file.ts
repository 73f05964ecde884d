/** Reads the candle files beside the repository (CSV, gzip: timestamp,open,high,low,close,volume) for tests. */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { allocateCandles, type Candles } from '../../engine/core/candles.ts'

export function readCandleFile(path: string): Candles {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n').slice(1)
  const candles = allocateCandles(lines.length)
  const columns = [candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume]
  for (const [row, line] of lines.entries()) {
    for (const [index, cell] of line.split(',').entries()) columns[index]![row] = Number(cell)
  }
  return candles
}
