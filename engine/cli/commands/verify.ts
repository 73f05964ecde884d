/** `tandem verify`: does the recorded session decide the same again? */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<session>',
  positionalOptions: {
    session: { type: 'string', demandOption: true, describe: 'name of the session, or its folder' },
  },
  options: {},
  async run(args, output) {
    const [{ requireSession }, { verifySession }] = await Promise.all([
      import('../../run/live/session-folder.ts'),
      import('../../run/live/verify-session.ts'),
    ])
    const verified = await verifySession(requireSession(args.runs, args.session))
    const { identical, decisions, same, rows, facts, digest, head, firstDifference, tornBytes } = verified
    output.result(verified, () =>
      [
        identical
          ? `${same} of ${decisions} decisions identical, from ${rows} rows and ${facts} facts`
          : `${same} of ${decisions} decisions identical; the first difference: ${firstDifference}`,
        ...(digest === null ? [] : [`decisions  ${digest}`]),
        `journal    ${head}`,
        ...(tornBytes > 0 ? [`the last record is torn (${tornBytes} bytes): a restart cuts it away`] : []),
      ].join('\n'),
    )
    return identical ? 0 : 1
  },
})
