/**
 * `tandem cleanup`: cancels open orders, sells dust, names what can't be sold; of the accounts in the file of accounts,
 * or of a run file's account, in simulation.
 */

import { dirname } from 'node:path'
import type { SimulatedCleanup } from '../../run/cleanup-run.ts'
import type { AccountCleanup } from '../../run/venue-accounts/cleanup-account.ts'
import { defineCommand } from '../command.ts'
import type { Output } from '../output.ts'
import { ACCOUNT_OPTIONS, type AccountArgs, howToOpen, howToOperate } from '../venue-account-options.ts'

export const command = defineCommand({
  positionals: '[config]',
  positionalOptions: {
    config: { type: 'string', describe: "a run file (YAML), for its backtest's account; default: the live accounts" },
  },
  options: {
    ...ACCOUNT_OPTIONS,
    venue: { type: 'string', requiresArg: true, describe: 'only this venue; default: all' },
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
  },
  async run(args, output) {
    if (args.config === undefined) return cleanUpLive(args, output)
    const [{ loadConfig }, { cleanUpRun }] = await Promise.all([
      import('../../run/config/index.ts'),
      import('../../run/cleanup-run.ts'),
    ])
    const config = loadConfig(args.config, args.set)
    const report = await cleanUpRun(config, {
      store: args.store,
      baseFolder: dirname(args.config),
      venue: args.venue ?? null,
      dryRun: args['dry-run'],
    })
    output.result(report, () => cleanupReportText(report, config.account.quote))
    return 0
  },
})

interface LiveArgs extends AccountArgs {
  readonly venue: string | undefined
}

/** One account after the other: what one venue does mustn't depend on another. */
async function cleanUpLive(args: LiveArgs, output: Output): Promise<0 | 1> {
  const [{ chooseAccounts, readAccounts }, { cleanUpAccount }, { withVenue }, { liveParts }] = await Promise.all([
    import('../../run/venue-accounts/accounts-file.ts'),
    import('../../run/venue-accounts/cleanup-account.ts'),
    import('../../run/venue-accounts/operate.ts'),
    import('../live-parts.ts'),
  ])
  const chosen = chooseAccounts(readAccounts(args.accounts), args.account ?? null)
  const accounts = args.venue === undefined ? chosen : chooseAccounts(chosen, args.venue)
  const { open, environment } = await liveParts(howToOpen(args))
  const reports: AccountCleanup[] = []
  for (const account of accounts) {
    const onPlan = (lines: readonly string[]) =>
      output.log([account.id, ...lines.map((line) => `  ${line}`)].join('\n'))
    const parts = { account, runs: args.runs, dryRun: args['dry-run'], onPlan }
    const operation = { account, open, environment, leveraged: false, ...howToOperate(args) }
    reports.push(await withVenue(operation, (opened) => cleanUpAccount({ ...parts, ...opened })))
  }
  output.result(reports, () => reports.map(accountText).join('\n'))
  return reports.every(({ failures }) => failures === 0) ? 0 : 1
}

function accountText({ account, plan, steps, result, dryRun, journal }: AccountCleanup): string {
  if (result === null)
    return `${[account, ...plan.map((step) => `  ${step}`)].join('\n')}\n${dryRun ? 'dry run: nothing was sent' : ''}`
  const { cancelled, sold, purged, problems } = result
  return [
    steps === 0
      ? `${account}: nothing to do`
      : `${account}: ${cancelled} cancelled, ${sold} sold, ${purged.length} purged`,
    ...problems.map((problem) => `  ${problem}`),
    ...(journal === null ? [] : [`journal ${journal}`]),
  ].join('\n')
}

function cleanupReportText({ at, plan, results, dust, finalEquity }: SimulatedCleanup, quote: string): string {
  const lines = [`the account of the backtest at ${at}`]
  for (const { venue, lines: steps } of plan) lines.push(`${venue}`, ...steps.map((step) => `  ${step}`))
  if (results === null) return [...lines, 'dry run: nothing was sent'].join('\n')
  for (const { venue, cancelled, sold, purged, problems } of results) {
    lines.push(`${venue}: ${cancelled} cancelled, ${sold} sold, ${purged.length} purged`)
    lines.push(...problems.map((problem) => `  ${problem}`))
  }
  const left = dust.map((one) => `${one.quantity} ${one.symbol} at ${one.venue}, worth ${one.value}`)
  lines.push(`dust left: ${left.length === 0 ? 'none' : left.join('; ')}`, `equity ${finalEquity.toFixed(2)} ${quote}`)
  return lines.join('\n')
}
