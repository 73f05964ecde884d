/** The built command line in a folder of its own: started for real, or asked as a function. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, onTestFinished } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'

const built = join(repositoryRoot, 'dist/engine/cli/main.js')

/** The built command, for tests that start it themselves. */
export const builtMain = built

export const isBuilt = existsSync(built)

/** No command here takes nearly so long: one that does hangs. */
const HANGS_MS = 250_000

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
  /** The same command without a process of its own, at a fraction of the time: where what it says is in question. */
  command(...words: string[]): Promise<Finished>
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
        timeout: HANGS_MS,
        killSignal: 'SIGKILL',
      })
      if (status === null) throw new Error(`tandem ${words.join(' ')} did not end by itself: ${stderr}`)
      return { code: status, stdout, stderr }
    },
    command: (...words) => within(path, () => dispatched(words)),
    write(file, text) {
      writeFileSync(join(path, file), text)
      return file
    },
    list: (subfolder) => (existsSync(join(path, subfolder)) ? readdirSync(join(path, subfolder)).sort() : null),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

type Surroundings = Parameters<typeof import('../../engine/cli/dispatch.ts').dispatch>[1]

/** What the built `tandem` does with its words, asked as a function. */
async function dispatched(words: readonly string[]): Promise<Finished> {
  const load = (module: string) => import(pathToFileURL(join(dirname(built), module)).href)
  const [{ dispatch }, { services }] = await Promise.all([load('dispatch.js'), load('services.js')])
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const surroundings: Surroundings = {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    services,
  }
  const code: number = await dispatch(words, surroundings)
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

let last: Promise<unknown> = Promise.resolve()

/**
 * With the working directory and store that a process started in `path` would have. One after the other: a command that
 * outlives its test must not end in the folder of the next.
 */
function within<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = last.then(() => inFolder(path, work))
  last = mine.catch(() => {})
  return mine
}

async function inFolder<T>(path: string, work: () => Promise<T>): Promise<T> {
  const [before, store] = [process.cwd(), process.env['TANDEM_STORE']]
  process.chdir(path)
  process.env['TANDEM_STORE'] = 'store'
  try {
    return await work()
  } finally {
    process.chdir(before)
    if (store === undefined) delete process.env['TANDEM_STORE']
    else process.env['TANDEM_STORE'] = store
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
