/** `tandem stage`: how much of the account a live session may use, and the way on. */

import type { StageAnswer } from '../../run/live/stage-command.ts'
import { defineCommand } from '../command.ts'
import { formatTimeMs } from '../output.ts'

export const command = defineCommand({
  positionals: '<session>',
  positionalOptions: { session: { type: 'string', demandOption: true, describe: 'name of a session, or its folder' } },
  options: {
    advance: { type: 'boolean', default: false, describe: 'move it on, where days, trades and parity allow' },
  },
  async run(args, output) {
    const { stageOf } = await import('../../run/live/stage-command.ts')
    const answer = await stageOf(args.runs, args.session, args.advance, Date.now())
    output.result(answer, () => textOf(answer))
    return answer.refusal === null ? 0 : 1
  },
})

function textOf({ session, state, refusal }: StageAnswer): string {
  if (state === null) return `${session}: no stage yet; with --mode live it begins as a canary\n`
  const since = `${state.stage} since ${formatTimeMs(state.sinceMs)}, ${state.closedTrades} closed trades`
  const halted = state.halted === null ? '' : `, halted: ${state.halted}`
  return `${session}: ${since}${halted}\n${refusal === null ? '' : `not moved on: ${refusal}\n`}`
}
