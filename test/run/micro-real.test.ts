/**
 * Goal: on real candles a 50-dollar account under the automatic profile shows every rule at work, and its counts add up
 * by profile. Method: two pairs on Kraken's hours, its dated fees and rulebooks; micro-momentum as it comes and a faster
 * one. The emergency is the net under the stops: it is looked at once without a hole in them, and once with every
 * tenth stop refused by the venue.
 */

import { beforeAll, expect, it } from 'vitest'
import { FactKind, RejectCode } from '../../engine/core/fact.ts'
import { Purpose } from '../../engine/core/order.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import type { ProfileResult } from '../../engine/core/result.ts'
import { DecisionKind } from '../../engine/kernel/recorder.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'
import { profileResults } from '../../engine/run/profile-results.ts'
import { loadTerms, type Terms } from '../../engine/run/terms.ts'
import { readCandleFile } from '../conformance/candle-file.ts'
import { maker } from '../support/run-strategy.ts'
import { seriesOf } from '../support/runs.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

const SYMBOLS = ['BTC/USD', 'ETH/USD']
const FASTER = { breakout: 3, trend: 10, volume: 0.5 }

const configOf = (equity: number, changes: Readonly<Record<string, unknown>> = {}) =>
  resolveConfig(
    {
      strategy: { name: 'micro-momentum' },
      data: { venue: 'kraken', symbols: SYMBOLS, timeframe: '1h' },
      account: { equity, profile: 'auto' },
      ...changes,
    },
    'test',
  )

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

describeShared('a small account on real candles', () => {
  let market: Market
  let terms: Terms
  beforeAll(async () => {
    const files = ['kraken-XBTUSD-1h', 'kraken-ETHUSD-1h']
    const series = files.map((file, i) => ({
      ...seriesOf(readCandleFile(sharedPath(`data/candles/${file}.csv.gz`)), SYMBOLS[i]!),
      venue: 'kraken',
    }))
    market = makeMarket(series)
    terms = await loadTerms(configOf(50))
  })

  async function run(
    params: Readonly<Record<string, unknown>>,
    refuseStops: boolean,
    changes: Readonly<Record<string, unknown>> = {},
  ) {
    const config = configOf(50, changes)
    const create = await maker('micro-momentum', params)
    let stops = 0
    const inject = ({ purpose }: { purpose: number }) =>
      refuseStops && purpose === Purpose.stop && ++stops % 10 === 0 ? RejectCode.injected : RejectCode.none
    const [decisions, outcomes] = [new ByteStore(), new ByteStore()]
    const sinks = { decisions: decisions.add, outcomes: outcomes.add }
    const executed = execute(config, market, makeInstruments(config, market.grid), create(), {
      terms,
      inject,
      ...sinks,
    })
    const { kernel, recorder } = executed
    const results = profileResults(kernel, recorder)
    addUp(results, recorder, kernel.portfolio.trades.closed().length)
    const orders = decodeRecords(decisions.bytes()).filter(({ kind }) => kind === DecisionKind.order)
    const entryIds = new Set(orders.filter(({ code }) => (code & 0xf) === Purpose.entry).map(({ orderId }) => orderId))
    const facts = decodeRecords(outcomes.bytes()).filter(({ orderId }) => entryIds.has(orderId))
    const count = (wanted: number) =>
      new Set(facts.filter(({ kind }) => kind === wanted).map((one) => one.orderId)).size
    // Every approved entry became a trade or was refused by the venue, and is no more than one of the two.
    expect(count(FactKind.filled) + count(FactKind.rejected)).toBe(entryIds.size)
    expect(count(FactKind.filled)).toBe(
      kernel.portfolio.trades.closed().length + kernel.portfolio.trades.stillOpen().length,
    )
    return results
  }

  function addUp(
    results: readonly ProfileResult[],
    recorder: { entrySignals: number; entryOrders: number; entryRefusals: number },
    closed: number,
  ): void {
    for (const { signals, entries, refusals, exits, trades } of results) {
      expect(signals).toBe(entries + sum(refusals))
      expect(trades).toBe(sum(exits))
    }
    const total = (pick: (one: ProfileResult) => number) => results.reduce((all, one) => all + pick(one), 0)
    expect(total(({ signals }) => signals)).toBe(recorder.entrySignals)
    expect(total(({ entries }) => entries)).toBe(recorder.entryOrders)
    expect(total(({ refusals }) => sum(refusals))).toBe(recorder.entryRefusals)
    expect(total(({ trades }) => trades)).toBe(closed)
  }

  it.each([
    ['micro-momentum', {}],
    ['a faster one', FASTER],
  ])('%s: entries, refusals, stops, targets and emergencies, each above zero', async (_, params) => {
    const [micro] = await run(params, true)
    expect(micro!.profile).toBe('MICRO_CAP')
    expect(micro!.entries).toBeGreaterThan(100)
    for (const code of ['LOW_QUALITY', 'NO_QUALITY', 'MICRO_POSITION_OPEN', 'RE_ENTRY', 'MINIMUM_ABOVE_CAP']) {
      expect(micro!.refusals[code], code).toBeGreaterThan(0)
    }
    for (const reason of ['STOP', 'TARGET', 'EMERGENCY', 'SIGNAL']) {
      expect(micro!.exits[reason], reason).toBeGreaterThan(0)
    }
    // With every stop at work the emergency stands behind it and never fires.
    const [unbroken] = await run(params, false)
    expect(unbroken!.exits['EMERGENCY']).toBeUndefined()
    expect(unbroken!.exits['STOP']).toBeGreaterThan(micro!.exits['STOP']! / 2)
  })

  it('an account that shrinks through three profiles is counted in each', async () => {
    const account = { equity: 600, profile: 'auto' }
    const results = await run(FASTER, false, { account })
    expect(results.map(({ profile }) => profile)).toEqual(['LOW_CAPITAL', 'MICRO_CAP', 'STANDARD'])
    for (const { signals, entries } of results) expect([signals > 0, entries > 0]).toEqual([true, true])
  })
})
