/** `tandem completion`: a script with which the shell completes commands, options and their values. */

import { defineCommand } from '../command.ts'
import { completionScript, SHELLS, type Shell } from '../complete.ts'

export const command = defineCommand({
  positionals: '[shell]',
  positionalOptions: { shell: { type: 'string', choices: SHELLS, default: 'bash', describe: 'the shell' } },
  options: {},
  async run(args, output) {
    const script = completionScript(args.shell as Shell)
    output.result({ shell: args.shell, script }, () => script)
    return 0
  },
})
