/** `tandem compare`: finished runs side by side. */

import type { Comparison } from '../../run/compare/compare.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'

/** Metrics that the terminal shows; the page and --json have all. */
const SHOWN = ['totalReturn', 'maxDrawdown', 'sharpe', 'trades', 'winRate', 'profitFactor', 'fees', 'costShare']

export const command = defineCommand({
  positionals: '<folders..>',
  positionalOptions: {
    folders: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'directories of runs, the first against the others',
    },
  },
  options: {
    out: { type: 'string', requiresArg: true, describe: 'the page; default: compare-….html among the runs' },
    'no-report': { type: 'boolean', default: false, describe: "don't write the page" },
  },
  async run(args, output) {
    const { comparePages } = await import('../../run/compare/write.ts')
    const out = args['no-report'] ? null : args.out
    const { comparison, page } = await comparePages({ folders: args.folders, out, runs: args.runs })
    output.result({ ...comparison, page }, () => textOf(comparison, page))
    return 0
  },
})

function textOf({ runs, same, config, metrics, trades }: Comparison, page: string | null): string {
  const heads = ['', ...runs.map(({ runId }) => runId)]
  const shown = metrics.filter(({ id }) => SHOWN.includes(id))
  const alike = Object.entries(same).map(([what, is]) => `${what} ${is ? 'the same' : 'differ'}`)
  const matches = trades.map(({ against, matched, sameExit, onlyFirst, onlySecond, firstDifference }) => {
    const where = firstDifference === null ? '' : `; first difference ${formatTimeMs(firstDifference.timeMs)}`
    return `${against}: ${matched} trades shared (${sameExit} with the same exit), ${onlyFirst} only in the first, ${onlySecond} only in it${where}`
  })
  const parts = [
    `${alike.join(', ')}\n`,
    config.length === 0
      ? ''
      : formatTable(
          heads,
          config.map(({ key, values }) => [key, ...values]),
        ),
    formatTable(
      heads,
      shown.map(({ id, values }) => [
        id,
        ...values.map((value) => (value === null ? null : Number(value.toPrecision(6)))),
      ]),
    ),
    `${matches.join('\n')}\n`,
    page === null ? '' : `page  ${page}\n`,
  ]
  return parts.filter((text) => text !== '').join('\n')
}
