/** `tandem rebalance`: target weights at one leverage, planned and carried out: a live account's, or a described one's. */

import { TandemError } from '../../core/errors.ts'
import type { AccountRebalance, PlannedTrade, RebalancePreview } from '../../run/venue-accounts/rebalance-account.ts'
import { defineCommand } from '../command.ts'
import type { Output } from '../output.ts'
import { ACCOUNT_OPTIONS } from '../venue-account-options.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'YAML: targets, leverage, total; and accountValue, positions, prices where no account is named',
    },
  },
  options: {
    ...ACCOUNT_OPTIONS,
    'dry-run': { type: 'boolean', default: false, describe: 'print the plan and send nothing' },
  },
  async run(args, output) {
    const [{ readRebalance, rebalanceRead, rebalanceText }, { withOperation }, { rebalanceOperation }] =
      await Promise.all([
        import('../../run/rebalance.ts'),
        import('../../run/operation-lock.ts'),
        import('../../run/operations.ts'),
      ])
    const text = readRebalance(args.file)
    if (args.account !== undefined || /^account\s*:/m.test(text)) return rebalanceLive(args, output)
    const carryOut = () => rebalanceRead(text, args.file, args['dry-run'])
    const report = args['dry-run']
      ? await carryOut()
      : await withOperation(args.runs, rebalanceOperation(text), Date.now(), carryOut)
    output.result(report, () => rebalanceText(report).join('\n'))
    return report.status === 'done' ? 0 : 1
  },
})

interface LiveArgs {
  readonly file: string
  readonly accounts: string
  readonly account: string | undefined
  readonly 'dry-run': boolean
  readonly 'key-cannot-withdraw': boolean
  readonly runs: string
}

async function rebalanceLive(args: LiveArgs, output: Output): Promise<0 | 1> {
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
  const { open, environment } = await liveParts(args['key-cannot-withdraw'])
  const { runs } = args
  const report = await withVenue({ account, runs, open, environment }, async (opened): Promise<AccountRebalance> => {
    const parts = { account, ...opened, runs, wishes }
    const show = (preview: RebalancePreview) => output.log(previewText(preview).join('\n'))
    if (!args['dry-run']) return rebalancing.rebalanceAccount(parts, show)
    return { preview: await rebalancing.previewRebalance(parts), dryRun: true, result: null, journal: null }
  })
  output.result(report, () => liveText(report).join('\n'))
  return report.result === null || report.result.status === 'done' ? 0 : 1
}

function tradeText({ action, side, quantity, symbol, value }: PlannedTrade): string {
  return `${action === 'open' ? side : action} ${quantity} ${symbol} for ${value.toFixed(2)}`
}

function previewText({ account, accountValue, leverage, total, scale, trades, warnings }: RebalancePreview): string[] {
  return [
    `${account}: account value ${accountValue.toFixed(2)}, total ${total.toFixed(2)} at ${leverage}x, scale ${scale.toFixed(4)}`,
    ...trades.map((trade) => `  would ${tradeText(trade)} (${trade.why})`),
    ...warnings.map((warning) => `  note: ${warning}`),
  ]
}

function liveText({ preview, result, journal }: AccountRebalance): string[] {
  if (result === null) return [...previewText(preview), 'dry run: nothing was sent']
  const { status, why, steps, accountValue, fees, warnings } = result
  const reasonOf = (reason: string | null): string => (reason === null ? '' : ` (${reason})`)
  return [
    ...steps.map((one) => `${one.state}: ${tradeText(one)}${reasonOf(one.reason)}`),
    ...warnings.map((warning) => `note: ${warning}`),
    `account value ${accountValue.before.toFixed(2)} → ${accountValue.after?.toFixed(2) ?? 'not known'}, fees ${fees.toFixed(4)}`,
    `${status}${why === null ? '' : `: ${why}`}`,
    `journal ${journal}`,
  ]
}
