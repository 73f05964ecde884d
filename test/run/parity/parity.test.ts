/**
 * Goal: parity runs the simulator over a session's own rows, and names what made the results differ. Method: sessions in
 * memory over the simulated venue, held against simulations with other costs, whose effect is known.
 */

import { describe, expect, it } from 'vitest'
import { readJournal } from '../../../engine/live/journal-record.ts'
import { KernelDecider } from '../../../engine/run/live/kernel-decider.ts'
import { makeInstruments } from '../../../engine/run/market.ts'
import { CAUSES } from '../../../engine/run/parity/attribute.ts'
import { parityOf } from '../../../engine/run/parity/parity.ts'
import { plainTerms } from '../../../engine/run/terms.ts'
import { renderParityReport } from '../../../reports/parity-report.ts'
import { configOf, type LiveCase, rowsOf, runLive } from '../../support/live-runs.ts'
import { randomCandles } from '../../support/random-market.ts'
import { RandomStrategy } from '../../support/random-strategy.ts'
import { type ConfigChanges, marketOf } from '../../support/runs.ts'

const makeStrategy = () => new RandomStrategy({ seed: 1, every: 6 })

const COSTS = { fees: { maker: 0.001, taker: 0.001 } }
const FIXED: ConfigChanges = { sizing: { mode: 'fixed', quote: 100 }, costs: COSTS }

/** A session with one configuration, and its parity with a simulation under another. */
async function held(costs: object) {
  const market = marketOf(randomCandles({ seed: 3, bars: 400 }))
  const one: LiveCase = { market, make: makeStrategy, changes: FIXED, from: 50, kind: 'paper' }
  const run = await runLive(one)
  const { records } = readJournal(run.files.read('journal.jsonl'), 'journal.jsonl')
  const make = async (watched: object): Promise<KernelDecider> => {
    const isSimulated = 'simulated' in watched
    const changes = isSimulated ? { ...FIXED, costs } : FIXED
    const config = configOf({ market, changes })
    return new KernelDecider({
      config,
      terms: plainTerms(config),
      instruments: makeInstruments(config, market.grid),
      strategy: makeStrategy(),
      history: rowsOf(market, 0, one.from),
      continuation: null,
      strategyState: null,
      initialEquity: config.account.equity,
      room: market.grid.rows,
      ...watched,
    })
  }
  return await parityOf('s1', records, 'journal.jsonl', make)
}

describe('a session and its simulation', () => {
  it('with the same costs there is no difference, and the decisions are the same', async () => {
    const parity = await held(COSTS)
    expect(parity.trades.length).toBeGreaterThan(5)
    expect([parity.sameDecisions, parity.difference, parity.outside]).toEqual([true, 0, 0])
    expect(parity.trades.every((one) => one.in === 'both')).toBe(true)
  })

  it('dearer fees in the simulation are a gain by fees alone', async () => {
    const parity = await held({ fees: { maker: 0.002, taker: 0.002 } })
    const { fee, ...others } = parity.causes
    expect(fee).toBeGreaterThan(0)
    expect(Object.values(others).every((value) => value === 0)).toBe(true)
    expect([parity.difference, parity.outside]).toEqual([fee, 0])
  })

  it('slippage in the simulation shows as price, with its fees and lot steps', async () => {
    const parity = await held({ ...COSTS, slippageBps: 20 })
    const { price, signal, timing, funding, rejects } = parity.causes
    expect(price).toBeGreaterThan(0)
    expect([timing, funding, rejects]).toEqual([0, 0, 0])
    const filled = parity.trades.length * 2
    // 100 a fill, of which 20 basis points are 0.2.
    expect(Math.abs(price + signal - filled * 0.2)).toBeLessThan(filled * 0.02)
    const sum = CAUSES.reduce((total, cause) => total + parity.causes[cause], 0)
    expect(Math.abs(sum - parity.difference)).toBeLessThan(1e-9)
    expect(parity.costs.slippageBps?.mean).toBeCloseTo(0, 3)
  })

  it('the page says so, and is the same bytes again', async () => {
    const parity = await held({ fees: { maker: 0.002, taker: 0.002 } })
    const page = renderParityReport(parity)
    expect(page).toBe(renderParityReport(parity))
    for (const words of ['Why the results differ', 'byte for byte', 'Costs as measured']) expect(page).toContain(words)
    expect(page).not.toContain('<script')
  })
})
