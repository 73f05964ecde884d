/** A copy of the sources in a temporary folder, in which mutants live: the tree itself is never touched. */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutant, mutate } from './mutant.ts'

/** What tests read of the repository. */
const COPIED = [
  ...['engine', 'strategies', 'datasets', 'reports', 'test'],
  ...['package.json', 'vitest.config.ts', 'tsconfig.json'],
]

/** A run that takes longer hangs. */
const LIMIT_MS = 300_000

/** What a run of test files came to. `failed` are the names of failed tests, `broken` files that didn't load. */
export interface TestRun {
  readonly passed: number
  readonly failed: readonly string[]
  readonly broken: readonly string[]
}

export class Workspace {
  readonly folder: string

  /** Copies the repository at `root`; its node_modules are linked. */
  constructor(root: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'tandem-mutation-'))
    const isStore = (path: string): boolean => path === join(root, 'datasets', 'store')
    for (const name of COPIED) {
      cpSync(join(root, name), join(this.folder, name), { recursive: true, filter: (path) => !isStore(path) })
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'dir')
  }

  /** Does something while a mutant is in place. Throws where the mutation is stale. */
  with<T>(mutant: Mutant, body: () => T): T {
    const path = join(this.folder, mutant.file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, mutate(mutant, text))
    try {
      return body()
    } finally {
      writeFileSync(path, text)
    }
  }

  /** Runs test files; with `bail` only until the first failure. */
  run(tests: readonly string[], bail: boolean): TestRun {
    const report = join(this.folder, 'report.json')
    rmSync(report, { force: true })
    const vitest = join('node_modules', 'vitest', 'vitest.mjs')
    const options = [
      '--reporter=json',
      `--outputFile=${report}`,
      '--no-file-parallelism',
      ...(bail ? ['--bail=1'] : []),
    ]
    const { error, stderr } = spawnSync(process.execPath, [vitest, 'run', ...tests, ...options], {
      cwd: this.folder,
      encoding: 'utf8',
      timeout: LIMIT_MS,
    })
    if (error !== undefined) throw new Error(`the tests ${tests.join(' ')} did not end: ${error.message}`)
    try {
      return readReport(readFileSync(report, 'utf8'), this.folder)
    } catch (cause) {
      throw new Error(`the tests ${tests.join(' ')} gave no report: ${stderr.slice(0, 500)}`, { cause })
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** Reads vitest's JSON report. A file that failed without a failed test didn't load. */
export function readReport(text: string, folder: string): TestRun {
  const { testResults } = JSON.parse(text) as Report
  const short = (name: string): string => name.replace(folder, '').replace(/^.*\/(?=test\/)/, '')
  const failedOf = (file: Report['testResults'][number]) =>
    file.assertionResults.filter(({ status }) => status === 'failed')
  return {
    passed: testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'passed').length,
    failed: testResults.flatMap((file) => failedOf(file).map(({ fullName }) => `${short(file.name)} > ${fullName}`)),
    broken: testResults
      .filter((file) => file.status === 'failed' && failedOf(file).length === 0)
      .map(({ name }) => short(name)),
  }
}
