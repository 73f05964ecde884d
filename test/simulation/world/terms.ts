/** What a seed draws beside its faults: the market, the account, the venue, the session's habits. All of it is printed. */

import type { ExchangeAbilities } from '../../../engine/live/exchange.ts'
import type { Draws } from './draws.ts'

export const TIMEFRAME_MS = 60_000
/** Share of a margin position's value that equity must not fall below. */
export const MAINTENANCE = 0.02

export interface WorldTerms {
  readonly symbols: number
  readonly tickMs: number
  readonly volatility: number
  readonly jumps: number
  readonly equity: number
  readonly spreadTicks: number
  /** Base that one tick fills, as a share of a typical order. */
  readonly depth: number
  readonly stopsReserve: boolean
  readonly delayMs: number
  readonly deadline: boolean
  readonly lookup: ExchangeAbilities['lookup']
  readonly pairs: 'both' | 'one'
  readonly amend: boolean
  readonly lagMs: number
  readonly every: number
  readonly brackets: boolean
  readonly resting: boolean
  readonly weights: boolean
  readonly amends: boolean
  /** Decimals of money in the session's books: larger accounts have fewer. The exchange counts in 1e-8. */
  readonly quoteDec: number
  /** Candles come by a stream, too. */
  readonly stream: boolean
  readonly deadMan: boolean
  /** More than 1: perpetuals, on margin. */
  readonly leverage: number
}

export function drawTerms(draws: Draws): WorldTerms {
  const stopsReserve = draws.chance(0.5)
  return {
    symbols: draws.whole(1, 3),
    tickMs: draws.pick([2000, 5000, 10_000]),
    volatility: draws.pick([0.0003, 0.001, 0.003]),
    jumps: draws.pick([0, 0.001, 0.01]),
    equity: draws.pick([200, 1000, 10_000]),
    spreadTicks: draws.whole(0, 3),
    depth: draws.between(0.1, 1),
    stopsReserve,
    delayMs: draws.pick([20, 100, 400]),
    deadline: draws.chance(0.6),
    lookup: draws.pick(['by-client-id', 'by-client-id', 'by-scan']),
    pairs: stopsReserve ? 'one' : 'both',
    amend: draws.chance(0.7),
    lagMs: draws.whole(100, 9000),
    every: draws.whole(1, 5),
    brackets: draws.chance(0.8),
    resting: draws.chance(0.6),
    weights: draws.chance(0.3),
    amends: draws.chance(0.4),
    quoteDec: draws.pick([8, 8, 6, 5]),
    stream: draws.chance(0.4),
    deadMan: draws.chance(0.4),
    leverage: draws.pick([1, 1, 1, 2, 3, 5]),
  }
}

export function describeTerms(terms: WorldTerms): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

export function abilitiesOf(terms: WorldTerms): ExchangeAbilities {
  return {
    lookup: terms.lookup,
    cancelByClientId: true,
    clientIdLength: 18,
    clientIdForm: 'text',
    clientIdUnique: 'open-orders',
    deadline: terms.deadline,
    amend: terms.amend,
    quoteAmount: false,
    cancelAllAfter: terms.deadMan,
    keyRights: true,
    positions: terms.leverage > 1,
    charges: terms.leverage > 1,
    pairs: terms.leverage > 1 ? 'both' : terms.pairs,
  } as ExchangeAbilities
}
