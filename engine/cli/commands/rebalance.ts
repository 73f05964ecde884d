/** `tandem rebalance`: target weights at one leverage, planned and carried out: a live account's, or a described one's. */

import { TandemError } from '../../core/errors.ts'
import type { RebalancePreview } from '../../run/venue-accounts/rebalance-report.ts'
import { defineCommand } from '../command.ts'
import type { Output } from '../output.ts'
import { ACCOUNT_OPTIONS, type AccountArgs, howToOpen, howToOperate } from '../venue-account-options.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'YAML: targets, leverage, total; and accountValue, positions, prices where no account is named',
    },
  },
  options: ACCOUNT_OPTIONS,
  async run(args, output) {
    const [
      { readRebalance, rebalanceRead, rebalanceText },
      { withOperation },
      { rebalanceOperation },
      { namesAccount },
    ] = await Promise.all([
      import('../../run/rebalance.ts'),
      import('../../run/operation-lock.ts'),
      import('../../run/operations.ts'),
      import('../../run/venue-accounts/rebalance-file.ts'),
    ])
    const text = readRebalance(args.file)
    if (args.account !== undefined || namesAccount(text, args.file)) return rebalanceLive(args, output)
    const carryOut = () => rebalanceRead(text, args.file, args['dry-run'])
    const report = args['dry-run']
      ? await carryOut()
      : await withOperation(args.runs, rebalanceOperation(text), Date.now(), carryOut)
    output.result(report, () => rebalanceText(report).join('\n'))
    return report.status === 'done' ? 0 : 1
  },
})

async function rebalanceLive(args: AccountArgs & { readonly file: string }, output: Output): Promise<0 | 1> {
  const [{ chooseAccounts, readAccounts }, { readWishes }, rebalancing, { withVenue }, { liveParts }] =
    await Promise.all([
      import('../../run/venue-accounts/accounts-file.ts'),
      import('../../run/venue-accounts/rebalance-file.ts'),
      import('../../run/venue-accounts/rebalance-account.ts'),
      import('../../run/venue-accounts/operate.ts'),
      import('../live-parts.ts'),
    ])
  const wishes = readWishes(args.file)
  const accounts = chooseAccounts(readAccounts(args.accounts), args.account ?? wishes.account ?? null)
  const [account] = accounts
  if (account === undefined || accounts.length > 1) {
    throw new TandemError(`${accounts.map(({ id }) => id).join(' and ')} are meant`, {
      code: 'NO_SUCH_ACCOUNT',
      where: '--account',
      hint: 'name one of them: a rebalancing is of one account',
    })
  }
  const { open, environment } = await liveParts(howToOpen(args))
  const operation = { account, open, environment, leveraged: wishes.leverage > 1, ...howToOperate(args) }
  const report = await withVenue(operation, async (opened) => {
    const parts = { account, ...opened, runs: args.runs, wishes }
    if (args['dry-run']) return rebalancing.previewRebalance(parts)
    return rebalancing.rebalanceAccount(parts, (preview) => output.log(previewText(preview).join('\n')))
  })
  const { rebalanceText } = await import('../../run/rebalance.ts')
  const journal = report.journal === null ? [] : [`journal ${report.journal}`]
  output.result(report, () => [...rebalanceText(report), ...journal].join('\n'))
  return report.status === 'done' ? 0 : 1
}

function previewText({ account, accountValue, leverage, total, scale, trades, warnings }: RebalancePreview): string[] {
  const money = (value: number): string => value.toFixed(2)
  return [
    `${account}: account value ${money(accountValue)}, total ${money(total)} at ${leverage}x, scale ${scale.toFixed(4)}`,
    ...trades.map(
      ({ action, side, quantity, symbol, value, why }) =>
        `  ${action === 'open' ? side : action} ${quantity} ${symbol} for ${money(value)} (${why})`,
    ),
    ...warnings.map((warning) => `  note: ${warning}`),
  ]
}
