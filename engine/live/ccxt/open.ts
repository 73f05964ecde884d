/** Opens a venue for trading, or for its public data alone. */

import type { FeeRecord } from '../../core/dated.ts'
import { TandemError } from '../../core/errors.ts'
import type { Environment } from '../environment.ts'
import type { ExchangeAbilities, ExchangePort, PublicExchange } from '../exchange.ts'
import { ALPACA_ABILITIES, ALPACA_FEATURES, ALPACA_PROFILE, AlpacaExchange } from './alpaca.ts'
import { BINANCE_ABILITIES, BINANCE_FEATURES, BINANCE_PROFILE, BinanceExchange } from './binance.ts'
import type { OrderFeatures } from './check-order.ts'
import type { Client, ClientProfile, VenueKeys } from './client.ts'
import { COINBASE_ABILITIES, COINBASE_FEATURES, COINBASE_PROFILE, CoinbaseExchange } from './coinbase.ts'
import { HYPERLIQUID_ABILITIES, HYPERLIQUID_PROFILE, HyperliquidExchange } from './hyperliquid.ts'
import { HYPERLIQUID_FEATURES } from './hyperliquid-orders.ts'
import { KRAKEN_ABILITIES, KRAKEN_PROFILE, KrakenExchange } from './kraken.ts'
import { KRAKEN_FEATURES } from './kraken-orders.ts'
import {
  KRAKENFUTURES_ABILITIES,
  KRAKENFUTURES_FEATURES,
  KRAKENFUTURES_PROFILE,
  KrakenFuturesExchange,
} from './krakenfutures.ts'
import { openClient } from './library.ts'

export type { VenueKeys } from './client.ts'

interface Adapter {
  readonly profile: ClientProfile
  readonly abilities: ExchangeAbilities
  readonly features: OrderFeatures
  readonly make: (client: Client) => ExchangePort
}

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  alpaca: {
    profile: ALPACA_PROFILE,
    abilities: ALPACA_ABILITIES,
    features: ALPACA_FEATURES,
    make: (client) => new AlpacaExchange(client),
  },
  binance: {
    profile: BINANCE_PROFILE,
    abilities: BINANCE_ABILITIES,
    features: BINANCE_FEATURES,
    make: (client) => new BinanceExchange(client),
  },
  coinbase: {
    profile: COINBASE_PROFILE,
    abilities: COINBASE_ABILITIES,
    features: COINBASE_FEATURES,
    make: (client) => new CoinbaseExchange(client),
  },
  hyperliquid: {
    profile: HYPERLIQUID_PROFILE,
    abilities: HYPERLIQUID_ABILITIES,
    features: HYPERLIQUID_FEATURES,
    make: (client) => new HyperliquidExchange(client),
  },
  kraken: {
    profile: KRAKEN_PROFILE,
    abilities: KRAKEN_ABILITIES,
    features: KRAKEN_FEATURES,
    make: (client) => new KrakenExchange(client),
  },
  krakenfutures: {
    profile: KRAKENFUTURES_PROFILE,
    abilities: KRAKENFUTURES_ABILITIES,
    features: KRAKENFUTURES_FEATURES,
    make: (client) => new KrakenFuturesExchange(client),
  },
}

/** Venues that can be opened, by their names in run files. */
export const LIVE_VENUES: readonly string[] = Object.keys(ADAPTERS)

export interface OpenPublicOptions {
  readonly venue: string
  /** Another origin than the venue's own, such as the loopback exchange's: http://HOST:PORT. */
  readonly url?: string
  readonly environment: Environment
  readonly testnet?: boolean
  /** Keep to the venue's request budget; default true, false at an address of one's own. */
  readonly paced?: boolean
  /** See `ClientOptions.mostWaitMs`. */
  readonly mostWaitMs?: number
}

export interface OpenExchangeOptions extends OpenPublicOptions {
  readonly keys: VenueKeys
  /** Where nonces are kept; the same for all processes that use the key. */
  readonly nonceFolder: string
  /** Dated fee records, for venues that don't tell the account's fees; without them `fees` throws there. */
  readonly scheduledFees?: readonly FeeRecord[]
}

/** The venue for trading. Throws `NO_SUCH_VENUE`, `NO_KEYS`, `NO_TESTNET`. */
export async function openExchange(options: OpenExchangeOptions): Promise<ExchangePort> {
  const adapter = adapterOf(options.venue)
  const missing = adapter.profile.needs.filter((one) => (options.keys[one] ?? '') === '')
  if (missing.length > 0) {
    throw new TandemError(`there is no ${missing.join(' and no ')} for ${options.venue}`, {
      code: 'NO_KEYS',
      hint: `${options.venue} needs ${adapter.profile.needs.join(' and ')}`,
    })
  }
  return open(adapter, options, options.keys, options.nonceFolder, options.scheduledFees)
}

/** The venue's public data: no key, nothing can be ordered. Throws `NO_SUCH_VENUE`, `NO_TESTNET`. */
export async function openPublic(options: OpenPublicOptions): Promise<PublicExchange> {
  return open(adapterOf(options.venue), options, null, null)
}

/** What the venue can do, without opening it. Throws `NO_SUCH_VENUE`. */
export function abilitiesOf(venue: string): ExchangeAbilities {
  return adapterOf(venue).abilities
}

/** The orders that the adapter sends, without opening it. Throws `NO_SUCH_VENUE`. */
export function featuresOf(venue: string): OrderFeatures {
  return adapterOf(venue).features
}

function adapterOf(venue: string): Adapter {
  const adapter = ADAPTERS[venue]
  if (adapter !== undefined) return adapter
  throw new TandemError(`tandem can't trade at ${venue}`, {
    code: 'NO_SUCH_VENUE',
    hint: `it can at ${LIVE_VENUES.join(', ')}`,
  })
}

async function open(
  { profile, make }: Adapter,
  options: OpenPublicOptions,
  keys: VenueKeys | null,
  nonceFolder: string | null,
  scheduledFees: readonly FeeRecord[] = [],
): Promise<ExchangePort> {
  const { url, environment, testnet = false, paced = true, mostWaitMs } = options
  return make(
    await openClient(profile.venue, {
      profile,
      keys,
      url,
      environment,
      nonceFolder,
      testnet,
      paced,
      mostWaitMs,
      scheduledFees,
    }),
  )
}
