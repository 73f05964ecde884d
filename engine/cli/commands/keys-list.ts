/** `tandem keys list`: names of kept keys, and where they are. */

import { askSecret } from '../ask-secret.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {},
  async run(_args, output) {
    const { listKeys, openKeys } = await import('../../run/keys.ts')
    const keys = await listKeys(openKeys(() => askSecret('passphrase of the key file: ')))
    output.result({ keys }, () => {
      if (keys.length === 0) return 'no keys are kept; tandem keys add NAME keeps one\n'
      return formatTable(
        ['name', 'place'],
        keys.map(({ name, place }) => [name, place]),
      )
    })
    return 0
  },
})
