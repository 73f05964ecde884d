/**
 * Written by `npm run evidence` from the tests that passed; never by hand. `recorded`: every request and reply was
 * compared with documented ones. `proven`: done through ccxt and HTTP at the loopback exchange.
 */

export interface Evidence {
  readonly recorded: readonly string[]
  readonly proven: readonly string[]
}

export const EVIDENCE: Readonly<Record<string, Evidence>> = {
  kraken: {
    recorded: [
      'markets',
      'clock',
      'status',
      'candles',
      'key rights',
      'fees',
      'balances',
      'positions',
      'margin',
      'trades',
      'open orders',
      'lookup',
      'cancel',
      'amend',
      'set leverage',
      'cancel all after',
      'order market',
      'order limit',
      'order stop',
      'order stopLimit',
      'order takeProfit',
      'order takeProfitLimit',
      'order trailingStop',
      'order ioc',
      'order fok',
      'order gtd',
      'order post-only',
      'order reduce-only',
      'order sized in quote',
      'order with leverage',
      'order with deadline',
    ],
    proven: [],
  },
  krakenfutures: {
    recorded: [
      'markets',
      'clock',
      'status',
      'candles',
      'balances',
      'positions',
      'margin',
      'trades',
      'open orders',
      'lookup',
      'cancel',
      'amend',
      'set leverage',
      'cancel all after',
      'order market',
      'order limit',
      'order stop',
      'order stopLimit',
      'order takeProfit',
      'order takeProfitLimit',
      'order trailingStop',
      'order ioc',
      'order fok',
      'order post-only',
      'order reduce-only',
      'order with leverage',
      'order with deadline',
    ],
    proven: [],
  },
}
