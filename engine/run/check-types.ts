/**
 * Types of a user's strategy, checked by the TypeScript of the user's own project: tandem brings none along. Where the
 * project doesn't have tandem or zod installed, their types come from this installation.
 */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256Hex } from './canonical.ts'
import type { Check } from './check-market.ts'
import { installationRoot } from './installation.ts'

/** What holds where the user's project has no tsconfig.json. */
const STRICT = {
  target: 'es2023',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  allowImportingTsExtensions: true,
}

/** Checks the types of `file` (absolute). `cacheFolder` gets the compiler's configuration. */
export async function checkTypes(file: string, cacheFolder: string): Promise<Check> {
  const result = (status: Check['status'], detail: string): Check => ({ name: 'types', status, detail })
  if (extname(file) !== '.ts') return result('skipped', 'the strategy is JavaScript')
  const compiler = findCompiler(file)
  if (compiler === null) {
    return result('skipped', 'not checked: typescript is not installed where the strategy lies')
  }
  const project = join(cacheFolder, `check-${sha256Hex(file).slice(0, 16)}.json`)
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(project, JSON.stringify(projectFor(file), null, 2))
  const output = await run(compiler, ['-p', project, '--pretty', 'false'], dirname(file))
  if (output === null) return result('passed', '')
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line))
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return result('failed', `${errors[0] ?? (output.trim().split('\n')[0] || 'the compiler failed')}${more}`)
}

/** The `tsc` of the project that `file` belongs to; null where it has none. */
function findCompiler(file: string): string | null {
  const manifest = located(file, 'typescript/package.json')
  if (manifest === null) return null
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: { tsc?: string } }
  return bin?.tsc === undefined ? null : join(dirname(manifest), bin.tsc)
}

function located(from: string, specifier: string): string | null {
  try {
    return createRequire(from).resolve(specifier)
  } catch {
    return null
  }
}

/** A project of this one file, by the rules of the nearest tsconfig.json. */
function projectFor(file: string): object {
  const own = nearest(dirname(file), 'tsconfig.json')
  const paths: Record<string, string[]> = {}
  if (located(file, 'tandem') === null) paths['tandem'] = [ownTypes()]
  if (located(file, 'zod') === null) {
    const zod = located(join(installationRoot(), 'package.json'), 'zod/package.json')
    if (zod !== null) paths['zod'] = [dirname(zod)]
  }
  return {
    ...(own === null ? {} : { extends: own }),
    compilerOptions: {
      ...(own === null ? STRICT : {}),
      ...(Object.keys(paths).length === 0 ? {} : { paths }),
      noEmit: true,
      skipLibCheck: true,
      composite: false,
      incremental: false,
    },
    files: [file],
    include: [],
  }
}

/** The public API's types: declarations once built, the source before. */
function ownTypes(): string {
  const built = fileURLToPath(new URL('../index.d.ts', import.meta.url))
  return existsSync(built) ? built : fileURLToPath(new URL('../index.ts', import.meta.url))
}

function nearest(folder: string, name: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, name))) return join(at, name)
    if (relative(at, dirname(at)) === '') return null
  }
}

/** What the compiler printed; null where it found nothing wrong. */
function run(compiler: string, words: readonly string[], cwd: string): Promise<string | null> {
  return new Promise((done) => {
    execFile(process.execPath, [compiler, ...words], { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done(error === null ? null : `${stdout}${stderr}`)
    })
  })
}
