/** Options of the commands that act on accounts at venues. */

import type { OpenOptions } from '../run/venue-accounts/open.ts'

export const ACCOUNT_OPTIONS = {
  accounts: { type: 'string', default: 'accounts.yaml', requiresArg: true, describe: 'the file of accounts (YAML)' },
  account: {
    type: 'string',
    requiresArg: true,
    describe: 'a live account: its id, user or venue in the file of accounts',
  },
  'dry-run': { type: 'boolean', default: false, describe: 'print the plan and send nothing' },
  'key-cannot-withdraw': {
    type: 'boolean',
    default: false,
    describe: "say so yourself where the venue doesn't tell what its key may do; or keyCannotWithdraw: in the file",
  },
  'allow-unproven': {
    type: 'boolean',
    default: false,
    describe: 'live accounts: operations of the venue that were never tested',
  },
} as const

/** What was given of them. */
export interface AccountArgs {
  readonly accounts: string
  readonly account: string | undefined
  readonly 'dry-run': boolean
  readonly 'key-cannot-withdraw': boolean
  readonly 'allow-unproven': boolean
  readonly runs: string
}

/** A dry run needs no hold of the account, so that it can be looked at while a session trades it. */
export function howToOpen(args: AccountArgs): Pick<OpenOptions, 'purpose' | 'confirmed'> {
  return { purpose: args['dry-run'] ? 'plan' : 'trade', confirmed: args['key-cannot-withdraw'] }
}

/** What `withVenue` is told of them. */
export function howToOperate(args: AccountArgs) {
  return { runs: args.runs, sends: !args['dry-run'], allowUnproven: args['allow-unproven'] }
}
