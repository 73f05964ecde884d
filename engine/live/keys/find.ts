/** Finds credentials: keychain first, then the encrypted file, then the environment. What is found can't be printed any more. */

import { TandemError } from '../../core/errors.ts'
import type { KeyRights } from '../exchange.ts'
import { type Credentials, checkName, type KeySource, type SourceKind } from './credentials.ts'
import { variableOf } from './environment-keys.ts'
import type { Redactor } from './redactor.ts'

export interface FoundKey {
  readonly credentials: Credentials
  readonly from: SourceKind
}

/** Throws `NO_KEY` where no source has it. Its secrets are told to `redactor` before anyone else sees them. */
export async function findKey(name: string, sources: readonly KeySource[], redactor: Redactor): Promise<FoundKey> {
  checkName(name)
  for (const source of sources) {
    const credentials = await source.get(name)
    if (credentials === null) continue
    for (const secret of Object.values(credentials)) redactor.add(secret)
    return { credentials, from: source.kind }
  }
  throw new TandemError(`there is no key '${name}'`, {
    code: 'NO_KEY',
    hint: `tandem keys add ${name}, or set ${variableOf(name, 'apiKey')} and ${variableOf(name, 'secret')}`,
  })
}

export interface RightsOptions {
  /** Real orders are to be sent. */
  readonly trades: boolean
  /** The user has said by a flag that the key can't withdraw, where the venue doesn't tell. */
  readonly confirmed: boolean
}

/**
 * Refuses a key that may do more than it should, or less than it must: `KEY_MAY_WITHDRAW`, `KEY_CANNOT_TRADE`,
 * `KEY_CANNOT_QUERY`, and `KEY_RIGHTS_UNKNOWN` where the venue doesn't say and nobody vouches.
 */
export function checkRights(rights: KeyRights, name: string, { trades, confirmed }: RightsOptions): void {
  const refuse = (code: string, message: string, hint: string): never => {
    throw new TandemError(message, { code, where: `key '${name}'`, hint })
  }
  if (rights.withdraw === true) {
    refuse('KEY_MAY_WITHDRAW', 'this key may withdraw funds', 'make one at the venue that can only query and trade')
  }
  if (rights.query === false) refuse('KEY_CANNOT_QUERY', 'this key may not query the account', 'give it that right')
  if (trades && rights.trade === false) refuse('KEY_CANNOT_TRADE', 'this key may not trade', 'give it that right')
  if (rights.withdraw === null && !confirmed) {
    const hint = 'look it up there, then say so: --key-cannot-withdraw'
    refuse('KEY_RIGHTS_UNKNOWN', "the venue doesn't tell whether this key may withdraw funds", hint)
  }
}
