/** Goal: several live processes that learn at the same time lose no lesson. Method: real processes on one store. */

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { MinimumsFile } from '../../engine/run/minimums.ts'
import { describeBuilt } from '../cli/built.ts'
import { repositoryRoot } from '../support/shared.ts'

const module = pathToFileURL(join(repositoryRoot, 'dist/engine/run/minimums.js')).href

describeBuilt('the file of learned minimums', () => {
  it('keeps every lesson of three processes', async () => {
    const store = mkdtempSync(join(tmpdir(), 'tandem-minimums-'))
    onTestFinished(() => rmSync(store, { recursive: true, force: true }))
    const learn = (venue: string) =>
      new Promise<number | null>((resolve) => {
        const script = `import { MinimumsFile } from '${module}'
          const file = new MinimumsFile(${JSON.stringify(store)})
          // On a slow disk the others may have the file for longer than anybody waits for it: it says to try again.
          const record = (learned) => {
            for (;;) {
              try { return file.record(learned) } catch (error) { if (error.code !== 'FILE_LOCKED') throw error }
            }
          }
          for (let i = 0; i < 25; i++) record({ venue: '${venue}', symbol: 'S' + i + '/USD', minimumQuote: '5',
            origin: 'inferred', sizeQuote: '4', atMs: i })`
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
        child.on('exit', resolve)
      })
    expect(await Promise.all(['kraken', 'coinbase', 'alpaca'].map(learn))).toEqual([0, 0, 0])
    expect(new MinimumsFile(store).list()).toHaveLength(75)
    expect(readdirSync(store)).toEqual(['learned-minimums.json'])
  })
})
