/** Amounts, times and refusals as a narration writes them. */

import { type Dec, formatDec } from '../../core/dec.ts'
import { REFUSAL_NAMES, REFUSAL_NUMBERS, type Refusal, RefusalCode } from '../../core/refusal.ts'

/** An exact amount with two decimals at least: 2.5 → `2.50`, 2.717 → `2.717`. */
export function moneyText(units: Dec, k: number): string {
  return padded(formatDec(units, k))
}

/** The same for a double. */
export function moneyNumber(value: number): string {
  return Number.isInteger(value * 1e15) || !/e/.test(String(value)) ? padded(String(value)) : String(value)
}

function padded(text: string): string {
  const [whole, fraction = ''] = text.split('.') as [string, string?]
  return `${whole}.${fraction.padEnd(2, '0')}`
}

/** A fraction in per cent: 0.0026 → `0.26 %`. */
export function percentText(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(12))} %`
}

/** `2019-01-01 00:30`, UTC; seconds and milliseconds only where there are some. */
export function timeText(ms: number): string {
  if (!Number.isFinite(ms)) return 'ever'
  const text = new Date(ms).toISOString()
  const seconds = ms % 60_000 === 0 ? 16 : ms % 1000 === 0 ? 19 : 23
  return `${text.slice(0, 10)} ${text.slice(11, seconds)}`
}

const SPANS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
]

/** `31 s`, `1 min 30 s`, `2 h`. */
export function spanText(ms: number): string {
  if (ms === 0) return '0 s'
  let left = ms
  const parts: string[] = []
  for (const [size, unit] of SPANS) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(`${count} ${unit}`)
    left -= count * size
  }
  return parts.slice(0, 2).join(' ')
}

type Unit = 'money' | 'percent' | 'time' | 'span' | 'plain' | null

/** How the two numbers of each refusal read; null for one that says nothing there. */
const UNITS: Readonly<Record<RefusalCode, readonly [Unit, Unit]>> = {
  [RefusalCode.noPosition]: [null, null],
  [RefusalCode.exitInFlight]: ['plain', null],
  [RefusalCode.positionOpen]: ['plain', null],
  [RefusalCode.entryPending]: ['plain', null],
  [RefusalCode.insufficientBalance]: ['money', 'money'],
  [RefusalCode.belowMinimum]: ['money', 'money'],
  [RefusalCode.exitBelowMinimum]: ['money', 'money'],
  [RefusalCode.noPrice]: [null, null],
  [RefusalCode.shortNotAllowed]: [null, null],
  [RefusalCode.sizeZero]: ['money', 'money'],
  [RefusalCode.badStop]: ['money', 'money'],
  [RefusalCode.notListed]: ['time', null],
  [RefusalCode.atTarget]: ['plain', 'plain'],
  [RefusalCode.entryInterval]: ['time', 'span'],
  [RefusalCode.entriesPerMinute]: ['time', 'plain'],
  [RefusalCode.microPositionOpen]: ['plain', 'plain'],
  [RefusalCode.lowQuality]: ['plain', 'plain'],
  [RefusalCode.noQuality]: ['plain', null],
  [RefusalCode.averagingDown]: ['plain', null],
  [RefusalCode.reEntry]: ['time', 'span'],
  [RefusalCode.belowTierMinimum]: ['money', 'money'],
  [RefusalCode.minimumAboveCap]: ['money', 'money'],
  [RefusalCode.feeUnprofitable]: ['percent', 'percent'],
  [RefusalCode.noVenue]: ['plain', 'plain'],
  [RefusalCode.maxPositions]: ['plain', 'plain'],
  [RefusalCode.belowMinOrder]: ['money', 'money'],
  [RefusalCode.reallocationFailed]: ['money', 'money'],
  [RefusalCode.sellBlockedByCash]: ['money', 'money'],
  [RefusalCode.nothingToAmend]: [null, null],
}

/** `BELOW_MINIMUM wanted 2.00, minimum 2.50`; times and spans in words. */
export function refusalText({ code, first, second }: Pick<Refusal, 'code' | 'first' | 'second'>): string {
  const names = REFUSAL_NUMBERS[code]
  const units = UNITS[code] ?? ['plain', 'plain']
  const parts = [first, second].flatMap((value, i) => {
    const unit = units[i]!
    return unit === null ? [] : [`${names[i]!.replace(/Ms$/, '')} ${numberText(value, unit)}`]
  })
  return `${REFUSAL_NAMES[code]}${parts.length === 0 ? '' : ` ${parts.join(', ')}`}`
}

function numberText(value: number, unit: Exclude<Unit, null>): string {
  if (unit === 'money') return moneyNumber(value)
  if (unit === 'percent') return percentText(value)
  if (unit === 'time') return timeText(value)
  return unit === 'span' ? spanText(value) : String(value)
}
