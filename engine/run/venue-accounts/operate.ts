/** Opens what an operation acts on, lets one at a time act on an account, and closes it again. */

import { TandemError } from '../../core/errors.ts'
import type { Environment } from '../../live/environment.ts'
import { ExchangeError } from '../../live/exchange.ts'
import { withOperation } from '../operation-lock.ts'
import type { VenueAccount } from './accounts-file.ts'
import type { OpenAccount, OpenedAccount } from './open.ts'

export interface OperateParts {
  readonly account: VenueAccount
  readonly runs: string
  readonly open: OpenAccount
  readonly environment: Environment
}

/**
 * `work` with the account's venue. Operations on one account are one, whatever they are: throws `OPERATION_RUNNING` where
 * another one is at it. What the venue says no to before anything was sent becomes a TandemError with one line.
 */
export async function withVenue<T>(parts: OperateParts, work: (opened: OpenedAccount) => Promise<T>): Promise<T> {
  const { account, runs, open, environment } = parts
  const operation = { kind: 'account', label: account.id, details: [account.id] } as const
  return withOperation(runs, operation, environment.nowMs(), async () => {
    const opened = await open(account)
    try {
      return await work(opened)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      throw new TandemError(error.message, { code: error.code, where: account.id, retryable: error.kind === 'unknown' })
    } finally {
      await opened.exchange.close()
    }
  })
}
