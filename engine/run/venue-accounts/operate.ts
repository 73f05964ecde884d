/** Opens what an operation acts on, lets one at a time act on an account, and closes it again. */

import { TandemError } from '../../core/errors.ts'
import { refuseUnproven } from '../../live/ccxt/evidence.ts'
import { LEVERAGED, TRADING } from '../../live/ccxt/operations.ts'
import type { Environment } from '../../live/environment.ts'
import { ExchangeError } from '../../live/exchange.ts'
import { withOperation } from '../operation-lock.ts'
import { accountOperation } from '../operations.ts'
import type { VenueAccount } from './accounts-file.ts'
import type { OpenAccount, OpenedAccount } from './open.ts'

export interface OperateParts {
  readonly account: VenueAccount
  readonly runs: string
  readonly open: OpenAccount
  readonly environment: Environment
  /** A plan that sends nothing may be made while another one is carried out. */
  readonly sends: boolean
  /** Positions are to be opened at a leverage. */
  readonly leveraged: boolean
  /** The user takes the risk of what was never tested at this venue. */
  readonly allowUnproven: boolean
}

/**
 * `work` with the account's venue. Operations on one account are one, whatever they are: throws `OPERATION_RUNNING` where
 * another one is at it, `UNPROVEN` as a live session would. What the venue says no to before anything was sent becomes a
 * TandemError with one line.
 */
export async function withVenue<T>(parts: OperateParts, work: (opened: OpenedAccount) => Promise<T>): Promise<T> {
  const { account, runs, open, environment } = parts
  if (account.url === undefined) refuseUnproven(account.venue, neededBy(parts), parts.allowUnproven)
  const carryOut = async (): Promise<T> => {
    try {
      const opened = await open(account)
      try {
        return await work(opened)
      } finally {
        await opened.close()
      }
    } catch (error) {
      if (error instanceof TandemError && error.code === 'ACCOUNT_IN_USE') throw inUse(account, error)
      if (!(error instanceof ExchangeError)) throw error
      throw new TandemError(error.message, { code: error.code, where: account.id, retryable: error.kind === 'unknown' })
    }
  }
  return parts.sends ? withOperation(runs, accountOperation(account.id), environment.nowMs(), carryOut) : carryOut()
}

function neededBy({ account, leveraged }: OperateParts): readonly string[] {
  const hasContracts = account.symbols.some((symbol) => symbol.includes(':'))
  return leveraged || hasContracts ? [...TRADING, ...LEVERAGED] : TRADING
}

/** Here it is mostly a session that is in the way, and has an operator who can end it. */
function inUse({ id }: VenueAccount, { message }: TandemError): TandemError {
  return new TandemError(message, {
    code: 'ACCOUNT_IN_USE',
    where: id,
    hint: 'a live session or another operation: end it first (Ctrl-C), or wait for it',
    retryable: true,
  })
}
