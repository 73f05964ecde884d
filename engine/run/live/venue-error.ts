/** A venue's refusal where a session begins, as one line for its user. */

import { TandemError } from '../../core/errors.ts'
import { ExchangeError } from '../../live/exchange.ts'

const HINTS: readonly { readonly codes: RegExp; readonly hint: string }[] = [
  { codes: /KEY|AUTH|SIGNATURE/, hint: 'check the key: tandem keys add replaces it' },
  { codes: /PERMISSION|RIGHTS/, hint: 'make a key that may query and trade, and nothing else' },
  {
    codes: /UNREACHABLE|NO_ANSWER|TIMEOUT|UNAVAILABLE|BUSY/,
    hint: 'is the venue up, and reachable from here? then try again',
  },
  { codes: /RATE|BANNED|LOCKOUT/, hint: 'wait a while, and let nothing else use the key' },
  { codes: /SYMBOL|LISTED/, hint: 'check data.symbols against the venue’s markets' },
  { codes: /LEVERAGE/, hint: 'promote a run at a leverage that the venue offers' },
  { codes: /NONCE/, hint: 'give every program a key of its own' },
]

/** Does `work`; an `ExchangeError` that ends it becomes a `TandemError` of the same code, with what to do. */
export async function tellingVenueErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const { message, code } = error
    const hint = HINTS.find(({ codes }) => codes.test(code))?.hint ?? 'look at the account there, then try again'
    throw new TandemError(message, { code, hint, cause: error })
  }
}
