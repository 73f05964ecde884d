/** `tandem promote`: a validated run as a signed bundle, the only thing that live accepts. */

import { defineCommand } from '../command.ts'
import { gateTable } from './validate.ts'

export const command = defineCommand({
  positionals: '<run>',
  positionalOptions: { run: { type: 'string', demandOption: true, describe: "the validated run's directory" } },
  options: {
    out: { type: 'string', demandOption: true, requiresArg: true, describe: 'the bundle to write, such as live.yaml' },
    policy: { type: 'string', requiresArg: true, describe: 'the policy of the validation; default: the built-in one' },
    override: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'gate="justification": promote although it failed; on record for ever; may be repeated',
    },
    by: { type: 'string', requiresArg: true, describe: 'who answers for the overrides' },
    key: { type: 'string', requiresArg: true, describe: 'the signing key; default: the user’s own, made on first use' },
    base: { type: 'string', default: '.', requiresArg: true, describe: 'what a strategy file is relative to' },
  },
  async run(args, output) {
    const [{ promoteRun }, { withOperation }] = await Promise.all([
      import('../../run/promote-run.ts'),
      import('../../run/operation-lock.ts'),
    ])
    const nowMs = Date.now()
    const operation = { kind: 'promote', label: args.run, path: args.run } as const
    const bundle = await withOperation(args.runs, operation, nowMs, () =>
      promoteRun(args.run, {
        store: args.store,
        out: args.out,
        overrides: args.override,
        base: args.base,
        nowMs,
        log: output.log,
        ...(args.policy === undefined ? {} : { policy: args.policy }),
        ...(args.by === undefined ? {} : { by: args.by }),
        ...(args.key === undefined ? {} : { key: args.key }),
      }),
    )
    const { content, seal } = bundle
    const document = { bundle: args.out, runId: content.runId, publicKey: seal.publicKey, overrides: content.overrides }
    output.result(document, () =>
      [
        gateTable(content.gates),
        ...content.overrides.map(({ gate, by, justification }) => `overridden: ${gate} by ${by}: ${justification}`),
        `bundle     ${args.out}`,
        `signed by  ${seal.publicKey}`,
      ].join('\n'),
    )
    return 0
  },
})
