/** `tandem rebalance`: target weights at one leverage, planned and carried out against the simulated venue. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'YAML: accountValue, positions, prices, targets, leverage, total',
    },
  },
  options: {
    'dry-run': { type: 'boolean', default: false, describe: 'print the plan and send nothing' },
  },
  async run(args, output) {
    const { rebalanceFile, rebalanceText } = await import('../../run/rebalance.ts')
    const report = await rebalanceFile(args.file, args['dry-run'])
    output.result(report, () => rebalanceText(report).join('\n'))
    return report.status === 'done' ? 0 : 1
  },
})
