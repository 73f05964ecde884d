/**
 * Goal: moving one fee record's date by a day changes exactly the fees of the fills in between, and the hash. Method: one
 * schedule that changes on a day, the same strategy with sizes that don't hang on cash, and every fill compared.
 */

import { expect, it } from 'vitest'
import type { FeeRecord } from '../../engine/core/dated.ts'
import { FactKind } from '../../engine/core/fact.ts'
import { type DecodedRecord, decodeRecords } from '../../engine/core/record.ts'
import { simulate } from '../../engine/run/backtest.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { DAY_MS, feeRecord } from '../market/support.ts'
import { randomSeries } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf, plainConfig } from '../support/runs.ts'

const market = marketOf(randomSeries(3, 2, 500))
const START = market.grid.time[0]!
const CHANGE = START + 8 * DAY_MS

function records(changeMs: number): FeeRecord[] {
  const record = (fromMs: number, toMs: number | null, maker: number, taker: number) =>
    feeRecord({ venue: 'test', fromMs, toMs, tiers: [{ minVolume: 0, maker, taker }] })
  return [record(0, changeMs, 0.0016, 0.0026), record(changeMs, null, 0.0025, 0.004)]
}

function run(feeRecords: readonly FeeRecord[]) {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const data = { venue: 'test', symbols, timeframe: '1h' }
  const config = plainConfig({ data, sizing: { mode: 'fixed', quote: 100 } })
  const terms: Terms = { fees: { kind: 'schedule', records: feeRecords }, rulebooks: null, spread: 0, slippage: 0 }
  const outcomes = new ByteStore()
  const create = () => new RandomStrategy({ seed: 5, every: 3, brackets: true, resting: true })
  const { result, header } = simulate(config, market, terms, { create, hash: 'test', params: {} }, undefined, outcomes)
  const fills = decodeRecords(outcomes.bytes()).filter(({ kind }) => kind === FactKind.filled)
  return { result, header, fills }
}

const FEE = 3
const withoutFee = ({ numbers, ...rest }: DecodedRecord) => ({ ...rest, numbers: numbers.with(FEE, 0) })

it.each([1, -1])('moved by %i day: the fees of the fills in between, and the hash', (days) => {
  const moved = CHANGE + days * DAY_MS
  const [before, after] = [run(records(CHANGE)), run(records(moved))]
  expect(after.fills.map(withoutFee)).toEqual(before.fills.map(withoutFee))
  const differing = before.fills.filter((fill, i) => fill.numbers[FEE] !== after.fills[i]!.numbers[FEE])
  const [from, to] = [Math.min(CHANGE, moved), Math.max(CHANGE, moved)]
  const between = before.fills.filter(({ timeMs }) => timeMs >= from && timeMs < to)
  expect(differing).toEqual(between)
  expect(between.length).toBeGreaterThan(3)
  expect(between.length).toBeLessThan(before.fills.length / 2)
  // Makers and takers both: each by its own rate of the record in force.
  for (const { numbers, code } of between) {
    const maker = (code & 0x200) !== 0
    const late = days > 0
    const rate = late ? (maker ? 0.0025 : 0.004) : maker ? 0.0016 : 0.0026
    expect(numbers[FEE]! / numbers[2]!).toBeCloseTo(rate, 9)
  }
  expect(after.header.fees).not.toBe(before.header.fees)
  expect(after.result.runId).not.toBe(before.result.runId)
  const { config, data, rulebook, strategy } = before.header
  expect(after.header).toMatchObject({ config, data, rulebook, strategy })
  expect(after.result.digest.decisions).toBe(before.result.digest.decisions)
  expect(after.result.digest.outcomes).not.toBe(before.result.digest.outcomes)
  expect(run(records(CHANGE)).header.fees).toBe(before.header.fees)
})
