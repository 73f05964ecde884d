/** The built command line, started for real in a folder of its own. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'

const built = join(repositoryRoot, 'dist/engine/cli/main.js')

/** The built command, for tests that start it themselves. */
export const builtMain = built

export const isBuilt = existsSync(built)

/** A `describe` that runs where the build is, and says so where it isn't. */
export function describeBuilt(name: string, body: () => void): void {
  describe.skipIf(!isBuilt)(isBuilt ? name : `${name} [skipped: npm run build first]`, body)
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Folder {
  readonly path: string
  /** Runs `tandem …words` in the folder, with the store `store` and the runs `runs` of it. */
  tandem(...words: string[]): Finished
  write(file: string, text: string): string
  /** Names in a subfolder, hidden ones too; null where it isn't there. */
  list(subfolder: string): readonly string[] | null
  remove(): void
}

export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'tandem-e2e-'))
  return {
    path,
    tandem(...words) {
      const env = { ...process.env, TANDEM_STORE: 'store' }
      const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...words], {
        cwd: path,
        encoding: 'utf8',
        env,
      })
      return { code: status, stdout, stderr }
    },
    write(file, text) {
      writeFileSync(join(path, file), text)
      return file
    },
    list: (subfolder) => (existsSync(join(path, subfolder)) ? readdirSync(join(path, subfolder)).sort() : null),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** A folder that goes when the test ends. */
export function testFolder(): Folder {
  const folder = newFolder()
  onTestFinished(folder.remove)
  return folder
}

/** A run over synthetic BTC/USD of a plain spot account. */
export const RUN_FILE = `strategy: { name: sma-cross }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { equity: 10000, profile: none }
sizing: { mode: percent, fraction: 0.95 }
`

/** Words of `data synth` for a series of 1500 bars. */
export function synthWords(venue: string, symbol: string, seed = 3): string[] {
  const series = ['--venue', venue, '--symbol', symbol, '--timeframe', '1h']
  return ['data', 'synth', '--seed', String(seed), '--bars', '1500', ...series]
}
