/** Commands of tandem from a notebook: each is a process of its own, as on the command line. */

import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)))
const COMMAND = join(PACKAGE, '..', 'dist', 'engine', 'cli', 'main.js')

/**
 * Runs `tandem` with these arguments and `--json`, and returns the document that it printed. `cwd` is the folder that
 * file names are relative to. Exit code 1, "the answer is no", is an answer: the document says so. Throws an Error with
 * the command's own line where it couldn't be carried out.
 */
// biome-ignore lint/suspicious/noExplicitAny: the document's shape depends on the command
export function tandem(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<any> {
  return new Promise((resolve, reject) => {
    const settings = { cwd: options.cwd ?? process.cwd(), maxBuffer: 1 << 28 }
    execFile('node', [COMMAND, ...args, '--json'], settings, (error, stdout, stderr) => {
      const exit = error === null ? 0 : error.code
      if (exit === 0 || (exit === 1 && stdout !== '')) resolve(JSON.parse(stdout))
      else reject(new Error(`tandem ${args.join(' ')}: ${stderr.trim().split('\n').at(-1) ?? error?.message}`))
    })
  })
}

/** A fresh, empty folder for a notebook's files, beside the notebooks; what was in it is gone. */
export function workFolder(name: string): string {
  const folder = join(PACKAGE, '.work', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}
