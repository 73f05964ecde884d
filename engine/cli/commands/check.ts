/** `tandem check`: types, look-ahead, determinism and speed of a strategy of one's own. */

import type { CheckReport } from '../../run/check.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: { file: { type: 'string', demandOption: true, describe: 'the strategy (.ts, .js or .mjs)' } },
  options: {
    config: { type: 'string', requiresArg: true, describe: 'a run file: check on its data, account and parameters' },
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, such as strategy.params.length=20; may be repeated',
    },
  },
  async run(args, output) {
    const { checkStrategy } = await import('../../run/check.ts')
    const report = await checkStrategy(args.file, {
      store: args.store,
      set: args.set,
      ...(args.config === undefined ? {} : { config: args.config }),
    })
    output.result(report, () => reportText(report))
    return report.passed ? 0 : 1
  },
})

function reportText({ strategy, market, symbols, bars, fills, nsPerBar, checks }: CheckReport): string {
  const time = nsPerBar === null ? '' : `, ${Math.round(nsPerBar)} ns a bar`
  const rows = checks.map(({ name, status, detail }) => [name, status, detail])
  return `${strategy} on ${market} (${symbols.join(', ')}): ${bars} bars, ${fills} fills${time}\n${formatTable(['check', 'result', ''], rows)}`
}
