/** `tandem live`: a promoted bundle trades, on paper or for real. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: { file: { type: 'string', demandOption: true, describe: 'the bundle, from tandem promote' } },
  options: {
    mode: { choices: ['paper', 'testnet', 'live'] as const, demandOption: true, describe: 'what is traded' },
    session: { type: 'string', requiresArg: true, describe: 'name of the session; default: by bundle and mode' },
    replay: { type: 'boolean', default: false, describe: 'paper: on candles of the store, as fast as it goes' },
    from: { type: 'string', requiresArg: true, describe: 'first day of a replay; default: the bundle’s own candles' },
    to: { type: 'string', requiresArg: true, describe: 'last day of a replay' },
    equity: { type: 'number', requiresArg: true, describe: 'money of the session; default: as in the run file' },
    trust: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: "the user's own",
      describe: 'a public key whose signature counts; may be repeated',
    },
    key: { type: 'string', requiresArg: true, describe: 'the signing key whose public half is trusted' },
  },
  async run(args, output) {
    const { fromBundle } = await import('../../run/live/from-bundle.ts')
    const { key, trust, from, to, session, equity } = args
    const bundle = await fromBundle(args.file, { trust, ...(key === undefined ? {} : { key }) }, '.tandem/cache')
    const { replayOnPaper } = await import('../../run/live/paper-replay.ts')
    const summary = await replayOnPaper(bundle, {
      store: args.store,
      runs: args.runs,
      ...(session === undefined ? {} : { session }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(equity === undefined ? {} : { equity }),
      log: output.log,
    })
    output.result(summary, () =>
      [
        `${summary.session}: ${summary.state}, ${summary.rows} rows, ${summary.decisions} decisions, ${summary.trades} trades`,
        `equity     ${summary.equity}`,
        `decisions  ${summary.digest}`,
        `journal    ${summary.head}`,
      ].join('\n'),
    )
    return summary.state === 'HALTED' ? 1 : 0
  },
})
