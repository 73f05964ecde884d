/** A series against what the store has of the same time: is its clock right, is it the symbol that it is said to be? */

import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { shiftTimes } from '../fixes/clock.ts'
import { type SeriesKey, seriesName } from '../series.ts'
import { type Closes, type Likeness, likeness } from './pairs.ts'
import type { Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

export interface Reference extends SeriesKey {
  readonly time: Float64Array
  readonly close: Float64Array
}

/** Fewer common moments than this prove nothing. */
const LEAST = 80
const HALF_HOUR_MS = 1_800_000
const ZONES = 28
const DOLLARS = ['USD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'FDUSD', 'USDP', 'DAI']

/** `BTC/USDT:USDT` → BTC in dollars: what may be compared. */
export function assetOf(symbol: string): string {
  const [base, rest] = symbol.split('/') as [string, string]
  const quote = rest.split(':')[0]!.toUpperCase()
  const name = base.toUpperCase() === 'XBT' ? 'BTC' : base.toUpperCase()
  return `${name} in ${DOLLARS.includes(quote) ? 'dollars' : quote}`
}

interface Compared {
  readonly reference: Reference
  readonly like: Likeness
}

/** Clock and name of a series against the references; says nothing where none has enough in common with it. */
export function checkReferences(
  examined: Examined<RawCandles>,
  key: SeriesKey,
  references: readonly Reference[],
): void {
  const own = references.filter(({ symbol }) => assetOf(symbol) === assetOf(key.symbol))
  const other = references.filter((reference) => !own.includes(reference))
  for (const reference of own) if (checkClock(examined, key, reference)) break
  const compare = (reference: Reference): Compared[] => {
    const like = likeness(closesOf(examined, key), reference, 0, LEAST)
    return like === null ? [] : [{ reference, like }]
  }
  checkName(examined, key, own.flatMap(compare), other.flatMap(compare))
}

function closesOf({ table }: Examined<RawCandles>, { timeframeMs }: SeriesKey): Closes {
  return { time: table.time, close: table.close, timeframeMs }
}

/** Finds the shift at which the two move together best. True if it isn't 0 and the table was shifted. */
function checkClock(examined: Examined<RawCandles>, key: SeriesKey, reference: Reference): boolean {
  const now = likeness(closesOf(examined, key), reference, 0, LEAST)
  if (now === null || Math.abs(now.level) > 0.1) return false
  const shift = bestShift(examined, key, reference, now)
  if (shift === null) return false
  const { shiftMs, ratio } = shift
  const isEnd = shiftMs === key.timeframeMs
  const hours = `${shiftMs > 0 ? '+' : ''}${shiftMs / 3_600_000}`
  const asZone = shiftMs % HALF_HOUR_MS === 0 ? `UTC${hours}` : null
  const end = 'bars are stamped when they close'
  const what = isEnd && asZone !== null ? `${end}, or the times are ${asZone}` : isEnd ? end : `the times are ${asZone}`
  examined.tell(0, {
    code: isEnd ? 'STAMPED_AT_END' : 'LOCAL_TIME',
    severity: 'error',
    message: `${what}: against ${seriesName(reference)} prices fit best ${isEnd ? formatTimeframe(shiftMs) : `${hours} h`} later (what is left apart is ${ratio.toFixed(2)} of that at no shift)`,
    suggestion: `shift the times by ${-shiftMs / 1000} s; --fix does`,
    rows: examined.table.time.length,
    fixable: true,
  })
  examined.mend(
    isEnd ? 'STAMPED_AT_END' : 'LOCAL_TIME',
    shiftTimes(examined.table, -shiftMs),
    `${what}: made UTC opens`,
  )
  return true
}

/** The best shift, if it beats no shift clearly, and in at least six of eight stretches of time. */
function bestShift(
  examined: Examined<RawCandles>,
  key: SeriesKey,
  reference: Reference,
  now: Likeness,
): { shiftMs: number; ratio: number } | null {
  const sum = (noise: readonly number[]): number => noise.reduce((total, value) => total + value, 0)
  let best: { shiftMs: number; like: Likeness } = { shiftMs: 0, like: now }
  for (const shiftMs of shiftsFor(Math.min(key.timeframeMs, reference.timeframeMs), key.timeframeMs)) {
    const like = likeness(closesOf(examined, key), reference, shiftMs, LEAST)
    if (like !== null && sum(like.noise) < sum(best.like.noise)) best = { shiftMs, like }
  }
  if (best.shiftMs === 0) return null
  const better = best.like.noise.filter((noise, stretch) => noise < now.noise[stretch]!).length
  const ratio = sum(best.like.noise) / sum(now.noise)
  return better >= 6 && ratio < 0.75 ? { shiftMs: best.shiftMs, ratio } : null
}

/** One bar either way, and every zone from −14 to +14 hours that the finer series can tell. */
function shiftsFor(finestMs: number, timeframeMs: number): readonly number[] {
  const zones = Array.from({ length: 2 * ZONES + 1 }, (_, k) => (k - ZONES) * HALF_HOUR_MS)
  const shifts = [timeframeMs, ...zones.filter((shift) => shift !== 0 && shift % finestMs === 0)]
  return [...new Set(shifts)]
}

function checkName(
  examined: Examined<RawCandles>,
  key: SeriesKey,
  own: readonly Compared[],
  other: readonly Compared[],
): void {
  const copy = own.find(({ reference, like }) => reference.venue !== key.venue && like.equal > 0.98)
  if (copy !== undefined) tellCopy(examined, key, copy)
  if (own.some(({ like }) => isSame(like, 0.1, 0.5))) return
  const twin = other.find(({ like }) => isSame(like, 0.02, 0.9))
  const rows = examined.table.time.length
  if (twin !== undefined) {
    const message = `these are not ${key.symbol}: prices are those of ${seriesName(twin.reference)} (${figures(twin.like)})`
    const suggestion = `import them as ${twin.reference.symbol}, or fetch ${key.symbol} again`
    examined.tell(0, { code: 'WRONG_SYMBOL', severity: 'error', message, suggestion, rows })
  } else if (own.length > 0) {
    const { reference, like } = own[0]!
    const message = `prices are not like those of ${seriesName(reference)} (${figures(like)})`
    const suggestion = 'one of the two has a wrong name or a wrong clock: compare both with another source'
    examined.tell(0, { code: 'UNLIKE_STORE', severity: 'warning', message, suggestion, rows })
  }
}

function isSame({ level, correlation }: Likeness, near: number, least: number): boolean {
  return Math.abs(level) < near && correlation !== null && correlation > least
}

function figures({ pairs, level, correlation }: Likeness): string {
  const moved = correlation === null ? 'no movement' : `correlation of returns ${correlation.toFixed(3)}`
  return `price × ${Math.exp(level).toPrecision(4)}, ${moved}, ${pairs} common bars`
}

function tellCopy(examined: Examined<RawCandles>, key: SeriesKey, { reference, like }: Compared): void {
  examined.tell(0, {
    code: 'OTHER_VENUE',
    severity: 'warning',
    message: `${(like.equal * 100).toFixed(1)} % of closes equal those of ${seriesName(reference)} exactly: data of ${reference.venue} under the name of ${key.venue}`,
    suggestion: 'two venues never trade at the same prices: find out whose data these are',
    rows: examined.table.time.length,
  })
}
