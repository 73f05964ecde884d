/** `tandem explain`: why a run traded at a time, and why not. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<run>',
  positionalOptions: { run: { type: 'string', demandOption: true, describe: "the run's directory" } },
  options: {
    at: { type: 'string', demandOption: true, requiresArg: true, describe: 'date or time, UTC: 2020-01-02T10:30' },
    base: {
      type: 'string',
      default: '.',
      requiresArg: true,
      describe: 'what a strategy file in the run is relative to',
    },
  },
  async run(args, output) {
    const { explainRun } = await import('../../run/explain.ts')
    const explained = await explainRun({ run: args.run, at: args.at, store: args.store, baseFolder: args.base })
    const { text, ...document } = explained
    output.result(document, () => text.join('\n'))
    return 0
  },
})
