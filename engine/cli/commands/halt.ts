/** `tandem halt`: live sessions send nothing from now on but cancels and what lowers exposure. */

import { defineCommand } from '../command.ts'
import { ANSWER_MS, showOutcomes } from '../session-answer.ts'

export const command = defineCommand({
  positionals: '[session]',
  positionalOptions: { session: { type: 'string', describe: 'name of a session; default: all of them' } },
  options: {},
  async run(args, output) {
    const { sendCommand } = await import('../../run/session-commands.ts')
    const session = args.session ?? null
    const request = { runs: args.runs, session, kind: 'halt' as const, symbol: null, waitMs: ANSWER_MS }
    return showOutcomes(output, await sendCommand(request))
  },
})
