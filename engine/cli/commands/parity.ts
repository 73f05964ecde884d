/** `tandem parity`: a live session against the simulator over the same rows. */

import type { Parity } from '../../run/parity/parity.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'

export const command = defineCommand({
  positionals: '<session>',
  positionalOptions: { session: { type: 'string', demandOption: true, describe: 'name of a session, or its folder' } },
  options: {
    out: { type: 'string', requiresArg: true, describe: "the page; default: parity.html in the session's folder" },
    'no-report': { type: 'boolean', default: false, describe: "don't write the page" },
    'write-costs': {
      type: 'string',
      requiresArg: true,
      describe: 'measured costs and delays as a section for run files',
    },
  },
  async run(args, output) {
    const { parityFiles } = await import('../../run/parity/files.ts')
    const out = args['no-report'] ? null : args.out
    const { parity, page, costs } = await parityFiles(args.session, args.runs, out, args['write-costs'])
    output.result({ ...parity, page, costsFile: costs }, () => textOf(parity, page, costs))
    return 0
  },
})

function textOf(parity: Parity, page: string | null, costs: string | null): string {
  const { quote, causes, trades, liveEquity, simulatedEquity, difference, outside, sameDecisions } = parity
  const both = trades.filter((one) => one.in === 'both').length
  const parts = [
    `${parity.session}: ${formatTimeMs(parity.fromMs)} to ${formatTimeMs(parity.toMs)}, ${parity.rows} rows\n`,
    `decisions  ${sameDecisions ? 'the same, byte for byte' : 'differ: what was filled differently led on'}\n`,
    `equity     live ${liveEquity} ${quote}, simulated ${simulatedEquity} ${quote}\n`,
    `trades     ${trades.length}, of which both made ${both}\n\n`,
    formatTable(
      ['cause', quote],
      [...Object.entries(causes), ['difference of all trades', difference], ['outside trades', outside]],
    ),
    measured(parity),
    page === null ? '' : `page   ${page}\n`,
    costs === null ? '' : `costs  ${costs}\n`,
  ]
  return parts.join('')
}

function measured({ costs: { slippageBps, latencyMs } }: Parity): string {
  const slip = slippageBps === null ? 'no market fills' : `${slippageBps.mean.toFixed(2)} bps (${slippageBps.n} fills)`
  const delay = latencyMs === null ? '' : `, ${Math.round(latencyMs.median)} ms from close to fill`
  return `\nmeasured slippage  ${slip}${delay}\n`
}
