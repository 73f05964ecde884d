/**
 * Goal: entries carry a quality as RULES C1a wants it, and a strategy that is stopped and restored from its snapshot
 * goes on with the same signals and the same qualities. Method: strategies driven by hand, every word kept.
 */

import { describe, expect, it } from 'vitest'
import { DEFAULT_QUALITY } from '../../engine/core/quality.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import type { Market } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { PaperContext, type Said } from '../support/paper-context.ts'
import { maker } from '../support/run-strategy.ts'
import { marketFor } from '../support/strategy-runs.ts'

/** These give target weights, which carry no quality, or have nothing to rank. */
const WITHOUT_QUALITY = ['buy-and-hold', 'funding-carry', 'momentum-rotation', 'vol-target-trend']

/** Drives a strategy over the market; with `handOver`, a new instance goes on from a snapshot at that row. */
function drive(market: Market, create: () => Strategy, handOver = -1): Said[] {
  const context = new PaperContext(market)
  const start = (): Strategy => {
    const fresh = create()
    fresh.setup(context)
    return fresh
  }
  let strategy = start()
  for (let row = 0; row < market.grid.rows; row++) {
    if (row === handOver) {
      const state = strategy.snapshot?.()
      strategy = start()
      if (state !== undefined) strategy.restore!(state)
    }
    context.at(row)
    strategy.onBar(row)
  }
  return context.said
}

describe.each(Object.keys(strategies))('%s', (name) => {
  it('goes on from its snapshot as if nothing had happened', async () => {
    const create = await maker(name)
    const market = marketFor(name, 8, 3000)
    const said = drive(market, create)
    expect(said.length).toBeGreaterThan(0)
    for (const row of [1, 700, 2001]) expect(drive(market, create, row)).toEqual(said)
  })

  it.skipIf(WITHOUT_QUALITY.includes(name))('ranks its signals among its own earlier ones', async () => {
    const create = await maker(name)
    const entries = drive(marketFor(name, 9, 12_000), create).filter(({ verb }) => verb === 'enter')
    const qualities = [...new Map(entries.map(({ row, options }) => [row, options!.quality])).values()]
    expect(qualities.slice(0, DEFAULT_QUALITY.needed)).toEqual(Array(DEFAULT_QUALITY.needed).fill(null))
    const ranks = qualities.slice(DEFAULT_QUALITY.needed) as number[]
    expect(ranks.length).toBeGreaterThan(20)
    for (const rank of ranks) {
      expect(rank).toBeGreaterThanOrEqual(0)
      expect(rank).toBeLessThanOrEqual(1)
      expect(Math.abs(rank * 1e4 - Math.round(rank * 1e4))).toBeLessThan(1e-6)
    }
    // The top quarter is about a quarter: the scores aren't all the same.
    const top = ranks.filter((rank) => rank >= 0.75).length / ranks.length
    expect(top).toBeGreaterThan(0.1)
    expect(top).toBeLessThan(0.5)
  })
})

describe('refusals', () => {
  it.each(['pairs-zscore', 'funding-carry'])('%s needs two symbols', async (name) => {
    const create = await maker(name)
    expect(() => drive(marketFor('sma-cross', 1, 50), create)).toThrow('two symbols')
  })

  it('a snapshot that was cut off', async () => {
    const create = await maker('sma-cross')
    expect(() => create().restore!(new Uint8Array(7))).toThrow('7 bytes')
  })
})
