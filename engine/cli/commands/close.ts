/** `tandem close`: a live session cancels what rests in a symbol and closes its position at market, in any state. */

import { defineCommand } from '../command.ts'
import { ANSWER_MS, showOutcomes } from '../session-answer.ts'

export const command = defineCommand({
  positionals: '<symbol>',
  positionalOptions: { symbol: { type: 'string', demandOption: true, describe: 'BTC/USD' } },
  options: { session: { type: 'string', requiresArg: true, describe: 'name of a session; default: the only one' } },
  async run(args, output) {
    const { sendCommand } = await import('../../run/session-commands.ts')
    const session = args.session ?? null
    const request = { runs: args.runs, session, kind: 'close' as const, symbol: args.symbol, waitMs: ANSWER_MS }
    return showOutcomes(output, await sendCommand(request))
  },
})
