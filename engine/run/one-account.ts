/** A simulation has one account; a run file may have several, each of which is a simulation of its own. */

import { TandemError } from '../core/errors.ts'
import type { ResolvedConfig } from './config/index.ts'

/** Throws `ONE_ACCOUNT` where the run file has several: for whatever looks at a single one. */
export function refuseAccounts(config: ResolvedConfig, what: string): void {
  if (config.accounts === undefined) return
  throw new TandemError(`${what} looks at one account, and this run file has ${config.accounts.length}`, {
    code: 'ONE_ACCOUNT',
    where: 'accounts',
    hint: 'leave accounts out, and give the equity under account',
  })
}
