/**
 * The kind `promise` (RULES C4): the bracket of a small account, won and lost, really traded through kernel, rules and
 * simulated venue at several fees, against what was promised without fees; and the compounding promise alike.
 */

import { z } from 'zod'
import { type Dec, formatDec, toDec } from '../../core/dec.ts'
import { assert } from '../../core/errors.ts'
import { MICRO_CAP_PROMISE } from '../../rules/presets.ts'
import { breakEven, expectedResult } from '../../rules/promise.ts'
import { rateOf } from '../../rules/rate.ts'
import { defineKind, type Found, type PlayedTable } from './kind.ts'
import { type CaseRun, playRun, type RunCase, runCaseSchema } from './run-kind.ts'

const rate = z.number().min(0).lt(0.05)

const schema = z.strictObject({
  account: z.number().gt(0).default(MICRO_CAP_PROMISE.accountQuote),
  won: z.int().min(1).default(4),
  lost: z.int().min(1).default(4),
  otherWinRate: z.number().min(0).max(1).default(0.4),
  takers: z.array(rate).min(1),
  compounding: z
    .strictObject({
      start: z.number().gt(0),
      fraction: z.number().gt(0).max(1),
      gain: z.number().gt(0),
      trades: z.int().min(1),
      takers: z.array(rate).min(1),
    })
    .optional(),
  expect: z.record(z.string(), z.unknown()).optional(),
})

type Given = z.output<typeof schema>

export const promiseKind = defineKind<Given>({
  schema,
  async play(given, where) {
    const days: Day[] = []
    for (const taker of given.takers) days.push(await day(given, taker, where))
    const compounded = await compounding(given, where)
    const { compounding: asked } = given
    return {
      lines: wordsOf(given, days),
      tables: [dayTable(given, days), ...(asked === undefined ? [] : [compoundingTable(asked, compounded)])],
      found: { days: days.map(foundDay), compounded },
    }
  },
})

/** One fee's day, in units of 10^-k. */
interface Day {
  readonly taker: number
  readonly k: number
  readonly win: Dec
  readonly loss: Dec
  readonly total: Dec
  readonly breakEven: number | null
  readonly other: Dec
}

const PRICE = MICRO_CAP_PROMISE.sizeQuote
const WIN = PRICE * (1 + MICRO_CAP_PROMISE.targetFraction)
const LOSS = PRICE * (1 - MICRO_CAP_PROMISE.stopFraction)
const STEP = 0.01

/** A day of won and lost trades in one run: the market comes back to the entry's price before each. */
async function day(given: Given, taker: number, where: string): Promise<Day> {
  const won = [PRICE, WIN + STEP, PRICE, WIN] as const
  const lost = [PRICE, PRICE, LOSS - STEP, LOSS] as const
  const trades = Array.from({ length: given.won + given.lost }, (_, i) => (i < given.won ? won : lost))
  const run = await playRun(
    caseOf({
      account: { equity: given.account, profile: 'MICRO_CAP' },
      costs: { fees: { maker: taker, taker } },
      bars: trades.flatMap((bar) => [flat(PRICE), bar]),
      signal: { quality: 1 },
    }),
    where,
  )
  const results = netResults(run)
  const [win, loss] = [results[0]!, results.at(-1)!]
  const even = results.every((one, i) => one === (i < given.won ? win : loss))
  assert(results.length === trades.length && even, 'equal trades have equal results')
  const { ledger } = run.executed.kernel.portfolio
  const total = toDec(results.reduce((sum, one) => sum + one, 0))
  assert(formatDec(toDec(ledger.cash - total), ledger.quoteDec) === String(given.account), 'trades add up to equity')
  const outcome = { win, loss, breakEvenWinRate: breakEven(win, loss) }
  const other = expectedResult(outcome, trades.length, rateOf(given.otherWinRate))
  return { taker, k: ledger.quoteDec, win, loss, total, breakEven: outcome.breakEvenWinRate, other }
}

/** Final bankrolls by taker fee, as texts with six decimals. */
async function compounding({ compounding: asked }: Given, where: string): Promise<{ taker: number; end: string }[]> {
  if (asked === undefined) return []
  const ends: { taker: number; end: string }[] = []
  const up = Number((100 * (1 + asked.gain)).toPrecision(12))
  for (const taker of asked.takers) {
    const run = await playRun(
      caseOf({
        account: { equity: asked.start, profile: 'none' },
        sizing: { mode: 'percent', fraction: asked.fraction },
        costs: { fees: { maker: taker, taker } },
        rules: { minimums: 'off', feeGate: false },
        bars: Array.from({ length: asked.trades }).flatMap(() => [flat(100), [100, up + STEP, 100, up] as const]),
        signal: { target: asked.gain },
      }),
      where,
    )
    ends.push({ taker, end: run.executed.kernel.marker.equityNow.toFixed(6) })
  }
  return ends
}

interface Trades {
  readonly account: object
  readonly sizing?: object
  readonly costs: object
  readonly rules?: object
  readonly bars: readonly (readonly number[])[]
  readonly signal: object
}

/** A case that enters at the close of every other bar, beginning with the first. */
function caseOf({ bars, signal, ...sections }: Trades): RunCase {
  const script = [{ bar: { from: 0, to: bars.length - 2, every: 2 }, enter: 'SOL/USD', ...signal }]
  return runCaseSchema.parse({ ...sections, market: { symbols: { 'SOL/USD': [{ bars }] } }, script })
}

const flat = (price: number): readonly number[] => [price, price, price, price]

function netResults({ executed }: CaseRun): Dec[] {
  return executed.kernel.portfolio.trades
    .closed()
    .map((one) => toDec(one.side * (one.exitValue - one.entryValue) - one.entryFee - one.exitFee))
}

function foundDay({ taker, k, win, loss, total, breakEven: even, other }: Day): Found {
  const text = (amount: Dec): string => formatDec(amount, k)
  const breakEvenPercent = even === null ? null : (even * 100).toFixed(1)
  return { taker, win: text(win), loss: text(loss), total: text(total), breakEvenPercent, other: text(other) }
}

function wordsOf({ won, lost, account }: Given, days: readonly Day[]): string[] {
  const { sizeQuote, targetFraction, stopFraction, daysPerMonth } = MICRO_CAP_PROMISE
  const free = days.find(({ taker }) => taker === 0)
  const bracket = `${sizeQuote.toFixed(2)} at +${targetFraction * 100} % or −${stopFraction * 100} %`
  const lines = [`${won + lost} trades a day, ${won} of them won: ${bracket}, each really traded.`]
  if (free !== undefined) {
    const daily = Number(formatDec(free.total, free.k))
    const month = daily * daysPerMonth
    const share = Math.round((month / account) * 100)
    lines.push(
      `Promised without fees: ${sign(formatDec(free.total, free.k))} a day, +${month} a month, "${share} % ROI" on ${account}.`,
    )
  }
  return lines
}

function dayTable({ won, lost, otherWinRate }: Given, days: readonly Day[]): PlayedTable {
  const all = won + lost
  const part = (share: number): string => String(Number((all * share).toFixed(6)))
  const other = `at ${otherWinRate * 100} % won (${part(otherWinRate)} / ${part(1 - otherWinRate)})`
  return {
    title: 'The promise against the fees',
    heads: ['taker each side', 'a win', 'a loss', `${won} won, ${lost} lost`, 'break-even win rate', other],
    rows: days.map((one) => [
      takerText(one.taker),
      ...[one.win, one.loss, one.total].map((amount) => sign(formatDec(amount, one.k))),
      one.breakEven === null ? 'none' : `${(one.breakEven * 100).toFixed(1)} %`,
      sign(formatDec(one.other, one.k)),
    ]),
  }
}

function compoundingTable(
  { start, fraction, gain, trades }: NonNullable<Given['compounding']>,
  ends: readonly { readonly taker: number; readonly end: string }[],
): PlayedTable {
  return {
    title: `${start} after ${trades} trades of ${fraction * 100} % at +${gain * 100} %`,
    heads: ['taker each side', 'comes to'],
    rows: ends.map(({ taker, end }) => [takerText(taker), end]),
  }
}

function takerText(taker: number): string {
  return taker === 0 ? '0' : `${(taker * 100).toFixed(2)} %`
}

/** `+0.40`, `−0.20`: two decimals at least, a real minus. */
function sign(text: string): string {
  const [whole, fraction = ''] = text.replace('-', '').split('.') as [string, string?]
  return `${text.startsWith('-') ? '−' : '+'}${whole}.${fraction.padEnd(2, '0')}`
}
