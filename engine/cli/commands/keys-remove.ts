/** `tandem keys remove`: forgets a key. */

import { askSecret } from '../ask-secret.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<name>',
  positionalOptions: { name: { type: 'string', demandOption: true, describe: 'as tandem keys list shows it' } },
  options: {},
  async run(args, output) {
    const { openKeys, removeKey } = await import('../../run/keys.ts')
    const places = await removeKey(
      openKeys(() => askSecret('passphrase of the key file: ')),
      args.name,
    )
    output.result({ name: args.name, places }, () =>
      places.length === 0
        ? `there was no key '${args.name}'\n`
        : `removed ${args.name} from the ${places.join(' and the ')}\n`,
    )
    return places.length === 0 ? 1 : 0
  },
})
