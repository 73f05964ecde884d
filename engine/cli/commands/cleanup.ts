/** `tandem cleanup`: cancels open orders, sells dust, names what can't be sold; of a run file's account, in simulation. */

import { dirname } from 'node:path'
import type { SimulatedCleanup } from '../../run/cleanup-run.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<config>',
  positionalOptions: { config: { type: 'string', demandOption: true, describe: 'the run file (YAML)' } },
  options: {
    venue: { type: 'string', requiresArg: true, describe: 'only this venue of the run; default: all' },
    'dry-run': { type: 'boolean', default: false, describe: 'print the plan and send nothing' },
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
