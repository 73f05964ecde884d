/** Options of the commands that act on accounts at venues. */

export const ACCOUNT_OPTIONS = {
  accounts: { type: 'string', default: 'accounts.yaml', requiresArg: true, describe: 'the file of accounts (YAML)' },
  account: {
    type: 'string',
    requiresArg: true,
    describe: 'a live account: its id, user or venue in the file of accounts',
  },
  'key-cannot-withdraw': {
    type: 'boolean',
    default: false,
    describe: "say so yourself where the venue doesn't tell what its key may do",
  },
} as const
