import { ExchangeHarness } from './exchange-harness.ts'
import { describeVenue } from './suite.ts'

const shared = {
  scripted: true,
  stop: true,
  // A fill of one order cancels no other.
  oco: false,
  stopLimit: true,
  takeProfit: true,
  trailing: true,
  trailingFrom: false,
  postOnly: true,
  atOnce: true,
  marketAtOnce: false,
  amend: true,
  participation: true,
  latency: false,
  cancelCodes: false,
}

/** Kraken spot as ccxt's client and the live adapter speak it, at the loopback exchange. */
const kraken = {
  ...shared,
  gtd: true,
  reduceOnly: false,
  quoteSized: true,
  // On Kraken it borrows, for a fee: not what the suite's margin cases count on.
  margin: false,
  owned: true,
  rejectCodes: true,
}

/** Kraken Futures: positions in place of what is owned. */
const krakenfutures = {
  ...shared,
  gtd: false,
  reduceOnly: true,
  quoteSized: false,
  margin: true,
  owned: false,
  // Margin in place of funds, and a size below the least as one off the step.
  rejectCodes: false,
}

describeVenue('Kraken over HTTP', kraken, (setup) => ExchangeHarness.make('kraken', setup))
describeVenue('Kraken Futures over HTTP', krakenfutures, (setup) => ExchangeHarness.make('krakenfutures', setup))
