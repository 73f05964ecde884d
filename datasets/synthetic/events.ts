/** Things that happen to a market once: a flash crash, outages. Where they happen is part of the manifest. */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import { COLUMNS } from '../columns.ts'
import type { SyntheticModel, SyntheticParameters } from './options.ts'
import { bad } from './parameters.ts'
import { forkedUniform } from './random.ts'
import { makeTick, toTick } from './tick.ts'

/** `timeMs`: open of the first bar concerned; `bars`: how many. */
export interface MarketEvent {
  readonly kind: 'crash' | 'outage'
  readonly timeMs: number
  readonly bars: number
}

interface Happened {
  readonly candles: Candles
  readonly events: readonly MarketEvent[]
}

/** The market with the events of its model; other models' candles as they are. */
export function withEvents(model: SyntheticModel, candles: Candles, parameters: SyntheticParameters): Happened {
  if (model === 'crash') return withCrash(candles, parameters)
  return model === 'outage' ? withOutages(candles, parameters) : { candles, events: [] }
}

/** Volume in the crash, over what it would have been. */
const PANIC = 20

/**
 * In one bar, somewhere in the middle half, the price falls by `depth` and closes half way back; over the following
 * `recoveryBars` it returns to the path that it would have taken.
 */
function withCrash(candles: Candles, parameters: SyntheticParameters): Happened {
  const { seed, depth, recoveryBars, bars } = parameters
  const tick = makeTick(parameters.tick)
  const at = Math.floor(bars * (0.25 + 0.5 * forkedUniform(seed, 'crash')()))
  const { open, high, low, close, volume } = candles
  const end = Math.min(bars - 1, at + recoveryBars!)
  // How far below its own path the price is at the close of each bar.
  const below = (row: number): number => (depth! / 2) * Math.max(0, 1 - (row - at) / recoveryBars!)
  for (let row = at + 1; row <= end; row++) {
    const [before, after] = [1 - below(row - 1), 1 - below(row)]
    open[row] = toTick(open[row]! * before, tick)
    close[row] = toTick(close[row]! * after, tick)
    high[row] = Math.max(open[row]!, close[row]!, toTick(high[row]! * before, tick))
    low[row] = Math.min(open[row]!, close[row]!, toTick(low[row]! * before, tick))
  }
  low[at] = toTick(low[at]! * (1 - depth!), tick)
  close[at] = toTick(close[at]! * (1 - below(at)), tick)
  volume[at] = Math.round(volume[at]! * PANIC * 1e4) / 1e4
  return { candles, events: [{ kind: 'crash', timeMs: candles.time[at]!, bars: end - at + 1 }] }
}

/** `outages` holes of `outageBars` bars, one in each of as many equal stretches, never at an end. */
function withOutages(candles: Candles, parameters: SyntheticParameters): Happened {
  const { seed, outages, outageBars, bars } = parameters
  const stretch = Math.floor(bars / outages!)
  if (stretch < outageBars! + 2) bad('outages', outages, `${bars} bars have no room for so many of ${outageBars} bars`)
  const uniform = forkedUniform(seed, 'outage')
  const isMissing = new Uint8Array(bars)
  const events = Array.from({ length: outages! }, (_, index): MarketEvent => {
    const from = index * stretch + 1 + Math.floor(uniform() * (stretch - outageBars! - 1))
    isMissing.fill(1, from, from + outageBars!)
    return { kind: 'outage', timeMs: candles.time[from]!, bars: outageBars! }
  })
  const kept = allocateCandles(bars - outages! * outageBars!)
  for (const name of COLUMNS) kept[name].set(candles[name].filter((_, row) => isMissing[row] === 0))
  return { candles: kept, events }
}
