/** `tandem schema`: the JSON Schema of the run file or of a promotion policy, with which editors complete and check it. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: { policy: { type: 'boolean', default: false, describe: 'of a promotion policy instead' } },
  async run(args, output) {
    const schema = args.policy
      ? (await import('../../promote/policy.ts')).policyJsonSchema()
      : (await import('../../run/config/index.ts')).configJsonSchema()
    output.result(schema, () => JSON.stringify(schema, null, 2))
    return 0
  },
})
