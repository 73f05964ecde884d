/**
 * Goal: a newcomer who follows docs/guide.md sees what it shows. Method: its commands are carried out in order in an
 * empty folder and their output is compared line by line. `GUIDE=write npx vitest run test/cli/guide.test.ts` writes it
 * anew after a change that was meant.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'
import { builtMain, describeBuilt } from './built.ts'

const GUIDE = join(repositoryRoot, 'docs/guide.md')
const BLOCK = /```console\n([\s\S]*?)```\n/g

/** What differs from user to user, and from machine to machine. */
function common(text: string, folder: string): string {
  return (
    text
      .replaceAll(folder, '…')
      .replace(/^signed by .*$/gm, 'signed by  (your public key)')
      // A session's journal names its bundle, and that its signer.
      .replace(/^journal {4}[0-9a-f]{64}$/gm, 'journal    (hash of the last record)')
      .replace(/[ \t]+$/gm, '')
  )
}

/** A line as a shell would split it: words, and texts in double quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
}

describeBuilt('the guide', () => {
  it('shows what its commands print', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-guide-'))
    const env = { ...process.env, TANDEM_KEY: join(folder, 'key.pem'), TANDEM_STORE: 'datasets/store' }
    let cwd = folder
    const text = readFileSync(GUIDE, 'utf8')
    try {
      const shown = text.replace(BLOCK, (_, block: string) => {
        const commands = block.split('\n').filter((line) => line.startsWith('$ '))
        const lines = commands.flatMap((line) => {
          const [name, ...words] = wordsOf(line.slice(2))
          if (name === 'cd') {
            cwd = join(cwd, words[0]!)
            return [line]
          }
          const ran = spawnSync(process.execPath, [builtMain, ...words], { cwd, env, encoding: 'utf8' })
          // An error is what a user sees; progress is not worth the paper.
          const said = ran.stdout === '' ? ran.stderr : ran.stdout
          const output = common(said, folder).trimEnd()
          return output === '' ? [line] : [line, output]
        })
        return `\`\`\`console\n${lines.join('\n')}\n\`\`\`\n`
      })
      if (process.env['GUIDE'] === 'write') writeFileSync(GUIDE, shown)
      else expect(text).toBe(shown)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
