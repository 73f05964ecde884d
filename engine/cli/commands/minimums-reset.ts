/** `tandem minimums reset`: forgets what refusals have taught, of one pair, one venue, one symbol, or altogether. */

import { defineCommand } from '../command.ts'
import { minimumsTable, PAIR_OPTIONS } from '../minimums-table.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: PAIR_OPTIONS,
  async run(args, output) {
    const { MinimumsFile } = await import('../../run/minimums.ts')
    const file = new MinimumsFile(args.store)
    const forgotten = file.reset(args.venue ?? null, args.symbol ?? null)
    const minimums = file.list()
    if (forgotten.length === 0) {
      const known = minimums.map((one) => `${one.venue} ${one.symbol}`).join(', ')
      output.log(`nothing to forget; known are ${known === '' ? 'none' : known}`)
    }
    output.result({ file: file.path, forgotten, minimums }, () => `forgotten\n${minimumsTable(forgotten)}`)
    return 0
  },
})
