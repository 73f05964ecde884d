/** `tandem bundle`: is a promotion bundle exactly as it was signed, and what is in it? */

import { defineCommand } from '../command.ts'
import { formatTimeMs } from '../output.ts'

export const command = defineCommand({
  positionals: '<file>',
  positionalOptions: { file: { type: 'string', demandOption: true, describe: 'the bundle' } },
  options: {
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
    const [{ readBundle }, { keyPath, ownPublicKey }] = await Promise.all([
      import('../../promote/bundle-file.ts'),
      import('../../promote/keys.ts'),
    ])
    const own = ownPublicKey(args.key ?? keyPath())
    const { content, seal } = readBundle(args.file, [...args.trust, ...(own === null ? [] : [own])])
    output.result({ ok: true, content, publicKey: seal.publicKey }, () =>
      [
        `${content.name} (${content.runId}) is as it was signed on ${formatTimeMs(content.createdMs)} by ${seal.publicKey}`,
        `strategy   ${content.strategy.name}`,
        `data       ${formatTimeMs(content.origin.fromMs)} to ${formatTimeMs(content.origin.toMs)}, ${content.origin.bars} bars`,
        `gates      ${content.gates.map(({ name, status }) => `${name} ${status}`).join(', ')}`,
        ...content.overrides.map(({ gate, by, justification }) => `overridden ${gate} by ${by}: ${justification}`),
      ].join('\n'),
    )
    return 0
  },
})
