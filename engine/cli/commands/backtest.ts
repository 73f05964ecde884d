/** `tandem backtest`: one run over history. */

import { dirname } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import type { Again } from '../../run/again.ts'
import { backtestText } from '../backtest-text.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<config>',
  positionalOptions: {
    config: {
      type: 'string',
      demandOption: true,
      describe: 'the run file (YAML), or the folder of a run to be repeated',
    },
  },
  options: {
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML report and its figures" },
    checked: { type: 'boolean', default: false, describe: 'check invariants and look-ahead while running; slower' },
    sensitivity: {
      choices: ['auto', 'on', 'off'] as const,
      default: 'auto' as const,
      describe: 'run again without costs and at twice the costs; auto: for a report, up to a million bars',
    },
    out: { type: 'string', requiresArg: true, describe: "the run's own directory; default: by its id, in --runs" },
  },
  async run(args, output, services) {
    const { isFolder } = await import('../../run/is-folder.ts')
    if (await isFolder(args.config)) {
      refuseChanges(args)
      const { runAgain } = await import('../../run/again.ts')
      const again = await runAgain(args.config, args.store)
      output.result(again, () => againText(again))
      return again.same ? 0 : 1
    }
    const { loadConfig } = await import('../../run/config/index.ts')
    const config = loadConfig(args.config, [...args.set, ...(args.checked ? ['execution.checked=true'] : [])])
    const { runBacktest } = await services.backtests()
    const { summary } = await runBacktest(config, {
      store: args.store,
      runs: args.runs,
      ...(args.out === undefined ? {} : { out: args.out }),
      report: !args['no-report'],
      sensitivity: args.sensitivity,
      baseFolder: dirname(args.config),
      log: output.log,
    })
    output.result(summary, () => backtestText(summary, config.account.quote))
    return 0
  },
})

/** A folder's run is repeated as it is: what would make another run of it is refused. */
function refuseChanges({ set, out, checked }: { set: string[]; out: string | undefined; checked: boolean }): void {
  const given = set.length > 0 ? '--set' : out !== undefined ? '--out' : checked ? '--checked' : null
  if (given === null) return
  throw new TandemError(`${given} makes another run, and a folder's run is repeated as it was`, {
    code: 'USAGE',
    where: given,
    hint: 'give the config.yaml in the folder instead of the folder',
  })
}

function againText({ runId, same, digest, expected, differs }: Again): string {
  const rows = (['inputs', 'decisions', 'outcomes'] as const).map((one) => [
    one,
    digest[one],
    differs.includes(one) ? `differs from ${expected[one]}` : 'the same',
  ])
  const verdict = same ? 'repeated: all three digests are the same' : 'the run comes out differently'
  return `${runId} ${verdict}\n${formatTable(['digest', 'of this run', ''], rows)}`
}
