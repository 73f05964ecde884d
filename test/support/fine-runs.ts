/** One bracket strategy on hours under each model, on hours with minutes inside, and on minutes throughout. */

import type { Candles } from '../../engine/core/candles.ts'
import { type Executed, execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'
import type { AmbiguityModel } from '../../engine/sim/matching.ts'
import { BracketStrategy, HOUR_MS, OnMinutes, resample } from './bracket-strategy.ts'
import { type ConfigChanges, plainConfig, seriesOf } from './runs.ts'

export const MODELS: readonly AmbiguityModel[] = ['pessimistic', 'optimistic', 'path']

export interface FineMarkets {
  readonly minutes: Candles
  readonly hours: Candles
  readonly onMinutes: Market
  readonly onHours: Market
  readonly detailed: Market
}

export function fineMarkets(minutes: Candles): FineMarkets {
  const hours = resample(minutes, HOUR_MS)
  const fine = [seriesOf(minutes, 'BTC/USD', 60_000)]
  const coarse = [seriesOf(hours, 'BTC/USD', HOUR_MS)]
  return {
    minutes,
    hours,
    onMinutes: makeMarket(fine),
    onHours: makeMarket(coarse),
    detailed: makeMarket(coarse, [], { fine }),
  }
}

const RULES = { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' }

export interface FineRuns {
  readonly models: readonly Executed[]
  readonly detailed: Executed
  readonly minutes: Executed
}

export function fineRuns(markets: FineMarkets, seed: number, trails = false, changes: ConfigChanges = {}): FineRuns {
  const { onHours, onMinutes, detailed, hours, minutes } = markets
  const run = (market: Market, timeframe: string, model: AmbiguityModel): Executed => {
    const data = { venue: 'test', symbols: ['BTC/USD'], timeframe }
    const config = plainConfig({ data, rules: RULES, ...changes })
    const strategy = new BracketStrategy(seed, hours.close, trails)
    const asked = market === onMinutes ? new OnMinutes(strategy, minutes) : strategy
    return execute(config, market, makeInstruments(config, market.grid), asked, { model })
  }
  return {
    models: MODELS.map((model) => run(onHours, '1h', model)),
    detailed: run(detailed, '1h', 'pessimistic'),
    minutes: run(onMinutes, '1m', 'pessimistic'),
  }
}

/** What must be equal to the digit: prices, amounts and fees of every trade, and the equity that is left. */
export function tale({ kernel }: Executed): unknown {
  const { trades } = kernel.portfolio
  const told = [...trades.closed(), ...trades.stillOpen()].map((trade) => [
    trade.entryQuantity,
    trade.entryValue,
    trade.entryFee,
    trade.exitQuantity,
    trade.exitValue,
    trade.exitFee,
    trade.exitPurpose,
  ])
  return { equity: kernel.marker.equityNow, told }
}
