/** `tandem init`: a new project folder. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '[folder]',
  positionalOptions: {
    folder: { type: 'string', default: '.', describe: 'made where it is absent; default: the current one' },
  },
  options: {
    strategy: {
      type: 'string',
      default: 'my-first',
      requiresArg: true,
      describe: 'name of the strategy to begin with',
    },
  },
  async run(args, output) {
    const { writeProject } = await import('../../run/new-project.ts')
    const written = writeProject(args.folder, args.strategy)
    output.result(written, () => {
      const go = args.folder === '.' ? '' : `  cd ${args.folder}\n`
      return `wrote ${written.files.join(', ')}\nnext:\n${go}${written.next.map((line) => `  ${line}\n`).join('')}`
    })
    return 0
  },
})
