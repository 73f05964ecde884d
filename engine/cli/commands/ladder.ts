/** `tandem ladder`: one configuration at several account sizes. */

import { dirname } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import type { Ladder, Rung } from '../../run/ladder.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '<config>',
  positionalOptions: { config: { type: 'string', demandOption: true, describe: 'the run file (YAML)' } },
  options: {
    equities: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'account sizes in the quote currency: 25,50,100,250,1000',
    },
    set: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'path=value, changes one key of the run file; may be repeated',
    },
    out: {
      type: 'string',
      requiresArg: true,
      describe: "the ladder's own folder; default: by its identity, in --runs",
    },
    'no-report': { type: 'boolean', default: false, describe: "don't write the HTML page" },
  },
  async run(args, output) {
    const equities = args.equities.split(',').map((text) => amount(text.trim()))
    const [{ loadConfig }, { runLadder }, files, { writeLadder }] = await Promise.all([
      import('../../run/config/index.ts'),
      import('../../run/ladder.ts'),
      import('../../run/ladder-files.ts'),
      import('../pages/ladder-page.ts'),
    ])
    if (args.out !== undefined) files.checkLadderFolder(args.out)
    const config = loadConfig(args.config, args.set)
    const ladder = await runLadder(config, {
      equities,
      store: args.store,
      baseFolder: dirname(args.config),
      log: output.log,
    })
    const folder = args.out ?? files.defaultLadderFolder(args.runs, config, ladder)
    files.checkLadderFolder(folder)
    const document = files.ladderDocument(config, ladder, folder)
    const written = await writeLadder(folder, document, !args['no-report'])
    const { configText: _, ...shown } = document
    output.result({ ...shown, files: written }, () => ladderText(ladder, config.account.quote, written))
    return 0
  },
})

function amount(text: string): number {
  const value = text === '' ? Number.NaN : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new TandemError(`'${text}' is not an equity`, {
    code: 'BAD_EQUITIES',
    where: '--equities',
    hint: 'write amounts above 0, such as 25,50,100',
  })
}

const HEADS = ['equity', 'return', 'trades', 'signals', 'entries', 'for size', 'rounding', 'dust', 'fees', 'fees/gross']

function ladderText(
  { rungs, smallestViable, definition }: Ladder,
  quote: string,
  files: Readonly<Record<string, string>>,
): string {
  const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(2)} %`)
  const rows = rungs.map((one) => [
    one.equity,
    percent(one.returnAfterCosts),
    one.trades,
    one.entrySignals,
    one.entries,
    one.sizeRefusals,
    Number(one.rounding.toFixed(4)),
    Number(one.dust.toFixed(4)),
    Number(one.fees.toFixed(2)),
    percent(one.feeShareOfGross),
  ])
  const viable =
    smallestViable === null ? 'no account of the list is viable' : `smallest viable account: ${smallestViable} ${quote}`
  const refusals = rungs.map((one) => `  ${one.equity}: ${refusalsText(one)}`)
  const paths = Object.entries(files).map(([name, path]) => `${name.padEnd(7)} ${path}`)
  return [formatTable(HEADS, rows), 'refusals', ...refusals, '', viable, `(${definition})`, '', ...paths].join('\n')
}

function refusalsText({ refusals }: Rung): string {
  const entries = Object.entries(refusals).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return entries.length === 0 ? 'none' : entries.map(([code, count]) => `${code} ${count}`).join(', ')
}
