/** `tandem backtest`: one run over history. */

import { dirname } from 'node:path'
import { backtestText } from '../backtest-text.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<config>',
  positionalOptions: { config: { type: 'string', demandOption: true, describe: 'the run file (YAML)' } },
  options: {
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML report" },
    checked: { type: 'boolean', default: false, describe: 'check invariants and look-ahead while running; slower' },
    out: { type: 'string', requiresArg: true, describe: "the run's own directory; default: by its id, in --runs" },
  },
  async run(args, output, services) {
    const { loadConfig } = await import('../../run/config/index.ts')
    const config = loadConfig(args.config, [...args.set, ...(args.checked ? ['execution.checked=true'] : [])])
    const { runBacktest } = await services.backtests()
    const { summary } = await runBacktest(config, {
      store: args.store,
      runs: args.runs,
      ...(args.out === undefined ? {} : { out: args.out }),
      report: !args['no-report'],
      baseFolder: dirname(args.config),
      log: output.log,
    })
    output.result(summary, () => backtestText(summary, config.account.quote))
    return 0
  },
})
