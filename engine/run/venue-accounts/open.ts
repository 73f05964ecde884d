/** Opens an account's venue with its key. What the key says is known to the redactor before anything can print it. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { lockAccount } from '../../live/account-lock.ts'
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
  /** So many ms of the venue's time pass in one of ours: 1, unless a practice exchange plays faster than life. */
  readonly timeScale: number
  /** Closes the venue's client, and lets go of the account. */
  close(): Promise<void>
}

/** Opens accounts; tests hand in exchanges of their own. */
export type OpenAccount = (account: VenueAccount) => Promise<OpenedAccount>

/** `look` reads alone; `plan` is what a key for trading is needed for, without orders; `trade` holds the account. */
export type Purpose = 'look' | 'plan' | 'trade'

export interface OpenOptions {
  readonly environment: Environment
  readonly ask: AskPassphrase
  readonly purpose: Purpose
  /** The user vouches that the key can't withdraw, where the venue doesn't say. */
  readonly confirmed: boolean
}

/** Where nonces are kept: the same place for every process of this user. */
export function nonceFolder(variables: NodeJS.ProcessEnv = process.env): string {
  const base = variables['XDG_STATE_HOME']
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'state'), 'tandem', 'nonces')
}

/**
 * Throws `NO_KEY`, `NO_SUCH_VENUE`, `KEY_MAY_WITHDRAW` and what else the key's rights forbid; to trade, `ACCOUNT_IN_USE`
 * while a live session or another operation has the account, in whatever folder it runs.
 */
export function accountOpener({ environment, ask, purpose, confirmed }: OpenOptions): OpenAccount {
  const keys = openKeys(ask)
  return async (account) => {
    const { venue, key = venue, url, testnet } = account
    const { credentials } = await keys.find(key)
    const held = credentials.apiKey ?? credentials.walletAddress ?? key
    const lock = purpose === 'trade' ? await lockAccount(venue, held) : null
    let exchange: ExchangePort | null = null
    const close = async (): Promise<void> => {
      await exchange?.close()
      await lock?.release()
    }
    try {
      const clock = new VenueClock(environment)
      exchange = await openExchange({
        venue,
        keys: credentials as VenueKeys,
        environment: clock,
        nonceFolder: nonceFolder(),
        testnet,
        // An exchange of one's own has no budget that others share.
        ...(url === undefined ? {} : { url, paced: false }),
      })
      // A practice exchange lives in the time of its candles.
      if (url !== undefined) await clock.setBy(exchange)
      if (purpose !== 'look') await checkKey(exchange, account, key, confirmed)
      return { exchange, environment: clock, timeScale: clock.rate, close }
    } catch (error) {
      await close()
      throw error
    }
  }
}

/** A venue that tells is asked; for one that doesn't the user must have looked, but at an exchange of one's own. */
async function checkKey(
  exchange: ExchangePort,
  { url, keyCannotWithdraw }: VenueAccount,
  key: string,
  confirmed: boolean,
): Promise<void> {
  if (!exchange.abilities.keyRights && url !== undefined) return
  checkRights(await exchange.keyRights(), key, { trades: true, confirmed: confirmed || keyCannotWithdraw })
}
