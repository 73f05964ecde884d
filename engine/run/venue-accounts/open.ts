/** Opens an account's venue with its key. What the key says is known to the redactor before anything can print it. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { openExchange, type VenueKeys } from '../../live/ccxt/open.ts'
import type { Environment } from '../../live/environment.ts'
import type { ExchangePort } from '../../live/exchange.ts'
import { checkRights } from '../../live/keys/find.ts'
import { type AskPassphrase, openKeys } from '../keys.ts'
import type { VenueAccount } from './accounts-file.ts'
import { VenueClock } from './venue-time.ts'

export interface OpenedAccount {
  readonly exchange: ExchangePort
  /** The clock that the venue's client goes by. */
  readonly environment: Environment
}

/** Opens accounts; tests hand in exchanges of their own. */
export type OpenAccount = (account: VenueAccount) => Promise<OpenedAccount>

export interface OpenOptions {
  readonly environment: Environment
  readonly ask: AskPassphrase
  /** Orders are to be sent: the key's rights are looked at first. */
  readonly trades: boolean
  /** The user vouches that the key can't withdraw, where the venue doesn't say. */
  readonly confirmed: boolean
}

/** Where nonces are kept: the same place for every process of this user. */
export function nonceFolder(variables: NodeJS.ProcessEnv = process.env): string {
  const base = variables['XDG_STATE_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'tandem', 'nonces')
}

/** Throws `NO_KEY`, `NO_SUCH_VENUE`, `KEY_MAY_WITHDRAW` and what else the key's rights forbid. */
export function accountOpener({ environment, ask, trades, confirmed }: OpenOptions): OpenAccount {
  const keys = openKeys(ask)
  return async ({ venue, key = venue, url, testnet }) => {
    const { credentials } = await keys.find(key)
    const clock = new VenueClock(environment)
    const exchange = await openExchange({
      venue,
      keys: credentials as VenueKeys,
      environment: clock,
      nonceFolder: nonceFolder(),
      testnet,
      // An exchange of one's own has no budget that others share.
      ...(url === undefined ? {} : { url, paced: false }),
    })
    const opened = { exchange, environment: clock }
    try {
      // A practice exchange lives in the time of its candles.
      if (url !== undefined) await clock.setBy(exchange)
      if (!trades) return opened
      checkRights(await exchange.keyRights(), key, { trades, confirmed })
      return opened
    } catch (error) {
      await exchange.close()
      throw error
    }
  }
}
