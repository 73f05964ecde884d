/** `tandem init strategy`: a file to start from, and its test, in the current folder. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<name>',
  positionalOptions: { name: { type: 'string', demandOption: true, describe: 'such as my-breakout' } },
  options: {},
  async run(args, output) {
    const { writeStrategy } = await import('../../run/new-strategy.ts')
    const written = writeStrategy('.', args.name)
    output.result(written, () => {
      const [file] = written.files
      return `wrote ${written.files.join(' and ')}\ncheck it with   tandem check ${file}\nrun it with     strategy: { file: ./${file} }   in a run file\n`
    })
    return 0
  },
})
