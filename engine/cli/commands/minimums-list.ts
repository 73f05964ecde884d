/** `tandem minimums list`: what venues' refusals have taught about least orders. */

import { defineCommand } from '../command.ts'
import { minimumsTable, PAIR_OPTIONS } from '../minimums-table.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: PAIR_OPTIONS,
  async run(args, output) {
    const { MinimumsFile } = await import('../../run/minimums.ts')
    const file = new MinimumsFile(args.store)
    const { venue, symbol } = args
    const minimums = file
      .list()
      .filter((one) => (venue ?? one.venue) === one.venue && (symbol ?? one.symbol) === one.symbol)
    if (minimums.length === 0) output.log(`nothing is known in ${file.path}`)
    output.result({ file: file.path, minimums }, () => minimumsTable(minimums))
    return 0
  },
})
