/** `tandem merge`: the shards of a sweep into its results. */

import { dirname } from 'node:path'
import { defineCommand } from '../command.ts'
import { withReport } from '../pages/sweep-page.ts'
import { sweepText } from '../sweep-text.ts'

export const command = defineCommand({
  positionals: '<config> <shards..>',
  positionalOptions: {
    config: { type: 'string', demandOption: true, describe: 'the run file that the shards were started with' },
    shards: { type: 'string', array: true, demandOption: true, describe: 'the folders of all shards' },
  },
  options: {
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, as the shards were started with',
    },
    top: { type: 'number', default: 10, requiresArg: true, describe: 'how many of the best are shown' },
    out: { type: 'string', requiresArg: true, describe: "the sweep's folder; default: by its identity, in --runs" },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML report" },
  },
  async run(args, output) {
    const [{ loadRunFile }, { mergeSweep }] = await Promise.all([
      import('../../run/config/index.ts'),
      import('../../sweep/merge.ts'),
    ])
    const summary = await mergeSweep(loadRunFile(args.config, args.set), args.shards, {
      store: args.store,
      runs: args.runs,
      ...(args.out === undefined ? {} : { out: args.out }),
      baseFolder: dirname(args.config),
      top: args.top,
      log: output.log,
    })
    const whole = args['no-report'] ? summary : await withReport(summary, args.runs, output.log)
    output.result(whole, () => sweepText(whole, args.top))
    return 0
  },
})
