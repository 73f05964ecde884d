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
    const [{ readRebalance, rebalanceRead, rebalanceText }, { withOperation }, { rebalanceOperation }] =
      await Promise.all([
        import('../../run/rebalance.ts'),
        import('../../run/operation-lock.ts'),
        import('../../run/operations.ts'),
      ])
    const text = readRebalance(args.file)
    const carryOut = () => rebalanceRead(text, args.file, args['dry-run'])
    const report = args['dry-run']
      ? await carryOut()
      : await withOperation(args.runs, rebalanceOperation(text), Date.now(), carryOut)
    output.result(report, () => rebalanceText(report).join('\n'))
    return report.status === 'done' ? 0 : 1
  },
})
