/**
 * A run's fundings: what is stored, and what is done about what isn't. A missing funding is refused, or assumed at a rate
 * that the run file names and counted; it is never a silent zero.
 */

import { type DecArray, decArray, decFromNumber } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { FundingSeries } from '../core/funding.ts'
import type { Assumption } from '../core/result.ts'
import type { FundingEvents } from '../sim/margin-terms.ts'

const RATE_DECIMALS = 12
const HOUR_MS = 3_600_000
const LATE_MS = 1000
/** A rate beyond this for one period is a percentage taken for a fraction. */
const RATE_MAX = 0.1

/** As the run file says: what is stored must be whole, or holes get a rate, or none is paid at all. */
export type FundingPolicy = 'stored' | 'off' | { readonly assume: number }

export interface FundingRequest {
  readonly name: string
  readonly series: FundingSeries | null
  readonly policy: FundingPolicy
  /** The venue's interval; null where it isn't known: then that of the series. */
  readonly intervalMs: number | null
  /** The run's time, [fromMs, toMs). */
  readonly fromMs: number
  readonly toMs: number
}

export interface RunFunding {
  readonly events: FundingEvents | null
  readonly assumptions: readonly Assumption[]
}

/** What a series came to last, and for which request: the trials of a sweep ask for the same, one after the other. */
const latest = new WeakMap<FundingSeries, { readonly asked: string; readonly made: RunFunding }>()

/** Throws `NO_FUNDING` where some are missing and none are assumed, `BAD_FUNDING` for intervals that can't be. */
export function runFunding(request: FundingRequest): RunFunding {
  const { series, ...rest } = request
  if (series === null) return makeFunding(request)
  const asked = JSON.stringify(rest)
  const known = latest.get(series)
  if (known?.asked === asked) return known.made
  const made = makeFunding(request)
  latest.set(series, { asked, made })
  return made
}

function makeFunding(request: FundingRequest): RunFunding {
  const { name, series, policy, fromMs, toMs } = request
  const intervalMs = request.intervalMs ?? ownInterval(series) ?? 8 * HOUR_MS
  const first = Math.ceil(fromMs / intervalMs) * intervalMs
  if (policy === 'off') {
    const count = Math.max(0, Math.ceil((toMs - first) / intervalMs))
    const text = `${name}: fundings of the run that were neither paid nor received (margin.funding: off)`
    return { events: null, assumptions: [{ code: 'FUNDING_OFF', text, count }] }
  }
  const times: number[] = []
  const rates: number[] = []
  let missing = 0
  let firstMissing = Number.NaN
  const fill = (fromTime: number, untilTime: number): void => {
    for (let ms = fromTime; ms < untilTime; ms += intervalMs) {
      if (missing++ === 0) firstMissing = ms
      if (policy === 'stored') continue
      times.push(ms)
      rates.push(policy.assume)
    }
  }
  let expected = first
  series?.time.forEach((stamp, i) => {
    const ms = checkedTime(name, stamp, series.rate[i]!)
    if (ms < fromMs || ms >= toMs) return
    const before = times.at(-1)
    if (before !== undefined && ms < before + intervalMs && intervalMs % (ms - before) !== 0) {
      throw new TandemError(`a funding ${(ms - before) / HOUR_MS} h after the one before`, {
        code: 'BAD_FUNDING',
        where: `funding of ${name} at ${new Date(ms).toISOString()}`,
        hint: `the interval is ${intervalMs / HOUR_MS} h or a part of it`,
      })
    }
    fill(expected, ms)
    times.push(ms)
    rates.push(series.rate[i]!)
    expected = ms + intervalMs
  })
  fill(expected, toMs)
  if (missing > 0 && policy === 'stored') throw noFunding(name, missing, firstMissing)
  const text = `${name}: fundings that aren't in the store, taken at the rate of margin.funding.assume`
  const assumptions = missing === 0 ? [] : [{ code: 'FUNDING_ASSUMED', text, count: missing }]
  return { events: { timeMs: Float64Array.from(times), rate: unitsOf(rates) }, assumptions }
}

/** A stamp put to its hour: venues are up to a second late. Throws `BAD_FUNDING` for one off the hour, or no rate. */
function checkedTime(name: string, stamp: number, rate: number): number {
  const hour = Math.floor(stamp / HOUR_MS) * HOUR_MS
  const bad = (message: string, hint: string): TandemError =>
    new TandemError(message, {
      code: 'BAD_FUNDING',
      where: `funding of ${name} at ${new Date(stamp).toISOString()}`,
      hint,
    })
  if (stamp - hour > LATE_MS) throw bad("this time isn't on the hour", 'fundings are whole hours apart, in UTC')
  if (!(Math.abs(rate) <= RATE_MAX))
    throw bad(`a rate of ${rate} can't be one`, 'rates are fractions, 0.0001 for 0.01 %')
  return hour
}

function unitsOf(rates: readonly number[]): DecArray {
  const units = decArray(rates.length)
  rates.forEach((rate, i) => {
    units[i] = decFromNumber(rate, RATE_DECIMALS)
  })
  return units
}

/** The least distance between two fundings of a series; null for fewer than two. */
function ownInterval(series: FundingSeries | null): number | null {
  if (series === null || series.time.length < 2) return null
  let least = Number.POSITIVE_INFINITY
  for (let i = 1; i < series.time.length; i++)
    least = Math.min(least, Math.round((series.time[i]! - series.time[i - 1]!) / HOUR_MS) * HOUR_MS)
  return least
}

function noFunding(name: string, missing: number, firstMs: number): TandemError {
  const first = new Date(firstMs).toISOString().slice(0, 16).replace('T', ' ')
  return new TandemError(`${missing} fundings of ${name} are missing, the first of ${first}`, {
    code: 'NO_FUNDING',
    where: 'margin.funding',
    hint: 'import them, or set margin.funding: { assume: 0.0001 } to count them at that rate, or off to pay none',
  })
}
