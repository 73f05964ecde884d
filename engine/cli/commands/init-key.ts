/** `tandem init key`: the key that signs promotion bundles, made once; only its public half is ever shown. */

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(_args, output) {
    const { keyPath, signingKey } = await import('../../promote/keys.ts')
    const path = keyPath()
    const { made, publicKey } = signingKey(path)
    output.result({ path, made, publicKey }, () => {
      const words = made ? 'made: keep it, and keep it to yourself' : 'there already, and unchanged'
      return `key     ${path} (${words})\npublic  ${publicKey}\n`
    })
    return 0
  },
})
