/** `tandem serve`: the workbench page, on this machine unless told otherwise. */

import { readFileSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    port: { type: 'number', default: 7430, requiresArg: true, describe: 'the port; 0 for any free one' },
    host: {
      type: 'string',
      default: '127.0.0.1',
      requiresArg: true,
      describe: 'the address; one that others can reach needs TLS and a password',
    },
    'read-only': { type: 'boolean', default: false, describe: 'nothing can be started, changed, traded or promoted' },
    project: { type: 'string', default: '.', requiresArg: true, describe: 'the folder of run files' },
    name: {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'none',
      describe: 'with --host: a name by which the server is reached; may be repeated',
    },
    'tls-cert': { type: 'string', requiresArg: true, describe: 'certificate (PEM)' },
    'tls-key': { type: 'string', requiresArg: true, describe: 'its private key (PEM)' },
    'password-file': {
      type: 'string',
      requiresArg: true,
      describe: 'a file with the password; default: TANDEM_SERVE_PASSWORD',
    },
  },
  async run(args, output) {
    const { startWorkbench } = await import('../../server/server.ts')
    const workbench = await startWorkbench({
      listen: {
        host: args.host,
        port: portOf(args.port),
        names: args.name,
        tls: tlsOf(args['tls-cert'], args['tls-key']),
        password: passwordOf(args['password-file']),
      },
      runs: args.runs,
      store: args.store,
      project: args.project,
      readOnly: args['read-only'],
      script: process.argv[1]!,
      log: output.log,
    })
    const address = (): string => workbench.launchUrl() ?? workbench.origin
    output.result({ url: address(), origin: workbench.origin, readOnly: args['read-only'] }, () =>
      [
        `the workbench${args['read-only'] ? ', read-only,' : ''} is at`,
        '',
        `  ${address()}`,
        '',
        workbench.launchUrl() === null ? 'sign in with the password' : 'the address opens one browser, once',
      ].join('\n'),
    )
    const again = (): void => output.log(`\n  ${address()}\n`)
    if (process.stdin.isTTY) {
      output.log('Enter: another address · Ctrl-C: stop')
      process.stdin.on('data', again)
    }
    await stopped()
    process.stdin.off('data', again)
    process.stdin.pause()
    output.log('stopping')
    await workbench.close()
    return 0
  },
})

function portOf(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new TandemError('expected a whole number from 0 to 65535', { code: 'USAGE', where: '--port' })
}

function tlsOf(cert: string | undefined, key: string | undefined): { cert: string; key: string } | null {
  if (cert === undefined && key === undefined) return null
  if (cert !== undefined && key !== undefined) return { cert, key }
  throw new TandemError('a certificate and its key belong together', {
    code: 'USAGE',
    where: cert === undefined ? '--tls-cert' : '--tls-key',
    hint: 'give both',
  })
}

function passwordOf(file: string | undefined): string | null {
  const given = process.env['TANDEM_SERVE_PASSWORD']
  if (file === undefined) return given === undefined || given === '' ? null : given
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new TandemError("can't be read", { code: 'USAGE', where: file, hint: 'see --password-file', cause })
  }
}

/** Until somebody stops the process. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
