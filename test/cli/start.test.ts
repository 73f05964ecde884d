/**
 * Goal: `tandem --help` answers at once, and the built program runs from anywhere. Method: what main.ts imports before
 * it answers is read from the source (time would depend on the machine), and the build is started for real.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { overviewText } from '../../engine/cli/commands.ts'
import { findImports } from '../repository/imports.ts'
import { repositoryRoot } from '../support/shared.ts'

/** Every module that is loaded before the first line of `file` runs, packages by name. */
function loadedAtStart(file: string, seen = new Set<string>()): Set<string> {
  for (const { specifier, typeOnly, dynamic } of findImports(readFileSync(file, 'utf8'))) {
    if (typeOnly || dynamic) continue
    const target = specifier.startsWith('.') ? join(dirname(file), specifier) : specifier
    if (seen.has(target)) continue
    seen.add(target)
    if (specifier.startsWith('.')) loadedAtStart(target, seen)
  }
  return seen
}

const source = (path: string) => join(repositoryRoot, 'engine', path)
const built = join(repositoryRoot, 'dist/engine/cli/main.js')

describe('start', () => {
  it('loads only the table of commands before help', () => {
    expect([...loadedAtStart(source('cli/main.ts'))]).toEqual([source('cli/commands.ts')])
  })

  it('of a command loads no heavy package', () => {
    const loaded = loadedAtStart(source('cli/dispatch.ts'))
    expect([...loaded].filter((name) => !name.startsWith(repositoryRoot))).toEqual(['yargs'])
  })

  it('of a strategy loads zod and nothing else', () => {
    const loaded = loadedAtStart(source('index.ts'))
    expect([...loaded].filter((name) => !name.startsWith(repositoryRoot))).toEqual(['zod'])
  })
})

describe.skipIf(!existsSync(built))(
  existsSync(built) ? 'the build' : 'the build [skipped: npm run build first]',
  () => {
    const tandem = (...words: string[]) =>
      spawnSync(process.execPath, [built, ...words], { cwd: tmpdir(), encoding: 'utf8' })

    it('answers help, version and nothing at all', () => {
      expect(tandem('--help')).toMatchObject({ status: 0, stdout: overviewText(), stderr: '' })
      expect(tandem()).toMatchObject({ status: 0, stdout: overviewText() })
      const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'))
      expect(tandem('--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
    })

    it('exits with 2 and one line on bad input', () => {
      expect(tandem('backtest', 'absent.yaml')).toMatchObject({
        status: 2,
        stdout: '',
        stderr: 'tandem: absent.yaml: there is no such file (expected a run file in YAML)\n',
      })
    })

    it("loads a user's strategy that imports tandem", () => {
      const script = `
      import { mkdtempSync, writeFileSync } from 'node:fs'
      import { join } from 'node:path'
      const { loadStrategy } = await import(process.argv[1])
      const folder = mkdtempSync(join(process.argv[2], 'tandem-built-'))
      writeFileSync(join(folder, 'mine.ts'), \`import { defineStrategy, z } from 'tandem'
        export default defineStrategy({ name: 'mine', description: '', params: z.object({}), create: () => null as never })\`)
      const options = { registry: {}, baseFolder: folder, cacheFolder: join(folder, 'cache') }
      const { module } = await loadStrategy({ file: 'mine.ts' }, options)
      console.log(module.name)`
      const loader = join(repositoryRoot, 'dist/engine/run/strategy-loader.js')
      const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script, loader, tmpdir()], {
        encoding: 'utf8',
      })
      expect(ran.stderr).toBe('')
      expect(ran.stdout).toBe('mine\n')
    })
  },
)
