/** `tandem keys add`: keeps a venue's or an alert channel's secrets. They can be written, and never read. */

import { TandemError } from '../../core/errors.ts'
import { askSecret, readPiped } from '../ask-secret.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '<name>',
  positionalOptions: {
    name: { type: 'string', demandOption: true, describe: 'kraken, kraken-bot-2, telegram, webhook, mail, …' },
  },
  options: {
    to: { choices: ['keychain', 'file'] as const, requiresArg: true, describe: 'default: the keychain, else the file' },
    fields: { type: 'string', requiresArg: true, describe: 'what is asked for: apiKey,secret,password' },
  },
  async run(args, output) {
    const { addKey, keysPath, openKeys, usualFields } = await import('../../run/keys.ts')
    const store = openKeys(() => askSecret('passphrase of the key file: '))
    const fields = args.fields === undefined ? usualFields(args.name) : args.fields.split(',')
    const value = process.stdin.isTTY ? await asked(fields) : parsed(await readPiped())
    const place = args.to ?? ((await worksHere(store.keychain)) ? 'keychain' : 'file')
    await addKey(store, place, args.name, value)
    const where = place === 'file' ? keysPath() : 'keychain'
    output.result(
      { name: args.name, place, where },
      () => `kept ${args.name} in ${place === 'file' ? where : 'the keychain'}\n`,
    )
    return 0
  },
})

async function worksHere(keychain: { names(): Promise<unknown> }): Promise<boolean> {
  return keychain.names().then(
    () => true,
    () => false,
  )
}

async function asked(fields: readonly string[]): Promise<Record<string, string>> {
  const value: Record<string, string> = {}
  for (const field of fields) value[field] = (await askSecret(`${field}: `)) ?? ''
  return value
}

/** JSON, or one `field=value` a line. */
function parsed(text: string): unknown {
  if (text.trim().startsWith('{')) {
    try {
      return JSON.parse(text)
    } catch {
      // The parser's own words would repeat what it was given.
      throw new TandemError('this is no JSON', { code: 'BAD_CREDENTIALS', where: 'standard input' })
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return Object.fromEntries(lines.map((line) => [line.split('=')[0]!.trim(), line.slice(line.indexOf('=') + 1)]))
}
