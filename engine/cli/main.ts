#!/usr/bin/env node
/**
 * The command `tandem`. Help and version are answered here from a static table, without loading the option parser,
 * so that they come at once; everything else goes to dispatch.ts.
 */

import { overviewText } from './commands.ts'

const HELP = ['--help', '-h', 'help']
const VERSION = ['--version', '-v', 'version']

async function main(words: readonly string[]): Promise<number> {
  const [first] = words
  if (words.length === 0 || (words.length === 1 && HELP.includes(first!))) {
    process.stdout.write(overviewText())
    return 0
  }
  if (words.length === 1 && VERSION.includes(first!)) {
    const { tandemVersion } = await import('../run/installation.ts')
    process.stdout.write(`${tandemVersion()}\n`)
    return 0
  }
  const { dispatch } = await import('./dispatch.ts')
  const { services } = await import('./services.ts')
  return dispatch(words, { stdout: process.stdout, stderr: process.stderr, services })
}

// `tandem … | head` closes the pipe early: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

// Set rather than exit(): what is still being written to a pipe must get out.
process.exitCode = await main(process.argv.slice(2))
