/** `tandem live`: a promoted bundle trades, on paper or for real. */

import { TandemError } from '../../core/errors.ts'
import type { SessionSummary } from '../../run/live/live-session.ts'
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
    settings: {
      type: 'string',
      requiresArg: true,
      describe: 'YAML with limits:, alerts: and key:; needed for testnet and live',
    },
    url: { type: 'string', requiresArg: true, describe: 'an exchange at this address: http://127.0.0.1:8710' },
    virtual: {
      type: 'boolean',
      default: false,
      describe: 'with --url: the practice exchange’s clock stands still, and this session moves it',
    },
    adopt: { type: 'boolean', default: false, describe: 'after a halt: differences are taken into the books' },
    ignore: { type: 'boolean', default: false, describe: 'after a halt: differences belong to someone else' },
    flatten: { type: 'boolean', default: false, describe: 'after a halt: what the books hold is closed at market' },
    'key-cannot-withdraw': {
      type: 'boolean',
      default: false,
      describe: "you have seen at the venue that the key can't withdraw; where the venue doesn't tell",
    },
    'allow-unproven': { type: 'boolean', default: false, describe: 'operations of the venue that were never tested' },
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
    const { key, trust, from, to, session, equity, url, mode } = args
    checkOptions(args)
    const bundle = await fromBundle(args.file, { trust, ...(key === undefined ? {} : { key }) }, '.tandem/cache')
    const common = {
      store: args.store,
      runs: args.runs,
      log: output.log,
      ...(session === undefined ? {} : { session }),
      ...(equity === undefined ? {} : { equity }),
    }
    const end = endOfProcess()
    let summary: SessionSummary
    if (mode === 'paper' && args.replay) {
      const { replayOnPaper } = await import('../../run/live/paper-replay.ts')
      const days = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
      summary = await replayOnPaper(bundle, { ...common, ...days })
    } else if (mode === 'paper') {
      const { tradeOnPaper } = await import('../../run/live/paper-live.ts')
      summary = await tradeOnPaper(bundle, {
        ...common,
        ...(url === undefined ? {} : { url }),
        settlement: settlementOf(args),
        signal: end.signal,
      })
    } else {
      const [{ runAtExchange }, { openKeys }, { readSettings }, { askSecret }] = await Promise.all([
        import('../../run/live/real-session.ts'),
        import('../../run/keys.ts'),
        import('../../run/live/settings.ts'),
        import('../ask-secret.ts'),
      ])
      const keys = openKeys(() => askSecret('passphrase of the keys'))
      summary = await runAtExchange(bundle, {
        ...common,
        mode,
        ...(url === undefined ? {} : { url }),
        virtual: args.virtual,
        settings: readSettings(args.settings!),
        settingsFile: args.settings!,
        settlement: settlementOf(args),
        operator: process.env['USER'] ?? 'operator',
        allowUnproven: args['allow-unproven'],
        keyCannotWithdraw: args['key-cannot-withdraw'],
        find: async (name) => (await keys.find(name)).credentials,
        signal: end.signal,
      })
    }
    output.result(summary, () =>
      [
        `${summary.session}: ${summary.state}, ${summary.rows} rows, ${summary.decisions} decision records, ${summary.trades} fills`,
        `equity     ${summary.equity}`,
        `decisions  ${summary.digest}`,
        `journal    ${summary.head}`,
        ...Object.entries(summary.positions).map(([symbol, held]) => `holds      ${held} ${symbol}`),
        ...(summary.openOrders === 0 ? [] : [`resting    ${summary.openOrders}`]),
      ].join('\n'),
    )
    return summary.state === 'HALTED' ? 1 : 0
  },
})

interface ModeOptions {
  readonly mode: string
  readonly replay: boolean
  readonly virtual: boolean
  readonly url?: string | undefined
  readonly settings?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly adopt: boolean
  readonly ignore: boolean
  readonly flatten: boolean
}

function checkOptions(args: ModeOptions): void {
  const bad = (where: string, message: string, hint: string): never => {
    throw new TandemError(message, { code: 'BAD_USAGE', where, hint })
  }
  const { mode, replay, virtual, url, settings, from, to } = args
  if (replay && mode !== 'paper') bad('--replay', 'candles of the store are replayed on paper only', 'add --mode paper')
  if (!replay && (from ?? to) !== undefined) bad('--from', 'days are named for a replay', 'add --replay')
  if (mode !== 'paper' && settings === undefined) {
    bad('--settings', 'a session with orders needs its limits', 'name a YAML file with limits:')
  }
  if (virtual && (url === undefined || mode === 'paper')) {
    bad('--virtual', 'only a practice exchange’s clock can be moved', 'add --url of tandem exchange --speed virtual')
  }
  if ([args.adopt, args.ignore, args.flatten].filter((one) => one).length > 1) {
    bad('--adopt', 'a difference is settled in one way', 'choose one of --adopt, --ignore and --flatten')
  }
}

function settlementOf({ adopt, ignore, flatten }: Pick<ModeOptions, 'adopt' | 'ignore' | 'flatten'>) {
  return adopt ? 'adopt' : ignore ? 'ignore' : flatten ? 'flatten' : null
}

/** The first signal ends the session in order, the second ends the process. */
function endOfProcess(): AbortController {
  const end = new AbortController()
  const stop = (): void => {
    if (end.signal.aborted) process.exit(130)
    end.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return end
}
