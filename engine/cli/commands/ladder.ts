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
  },
  async run(args, output) {
    const equities = args.equities.split(',').map((text) => amount(text.trim()))
    const [{ loadConfig }, { runLadder }] = await Promise.all([
      import('../../run/config/index.ts'),
      import('../../run/ladder.ts'),
    ])
    const config = loadConfig(args.config, args.set)
    const ladder = await runLadder(config, {
      equities,
      store: args.store,
      baseFolder: dirname(args.config),
      log: output.log,
    })
    output.result({ name: config.name, quote: config.account.quote, ...ladder }, () =>
      ladderText(ladder, config.account.quote),
    )
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

function ladderText({ rungs, smallestViable, definition }: Ladder, quote: string): string {
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
  return [formatTable(HEADS, rows), 'refusals', ...refusals, '', viable, `(${definition})`].join('\n')
}

function refusalsText({ refusals }: Rung): string {
  const entries = Object.entries(refusals).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return entries.length === 0 ? 'none' : entries.map(([code, count]) => `${code} ${count}`).join(', ')
}
