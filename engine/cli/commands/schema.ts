/** `tandem schema`: the run file's JSON Schema, with which editors complete and check it. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(_args, output) {
    const { configJsonSchema } = await import('../../run/config/index.ts')
    const schema = configJsonSchema()
    output.result(schema, () => JSON.stringify(schema, null, 2))
    return 0
  },
})
