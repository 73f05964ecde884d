/**
 * Goal: a strategy comes from the registry or from a user's file anywhere on the disk, with a fingerprint that depends
 * on its code alone, and every way in which a file can be wrong is one clear line. Method: real files in temporary
 * folders, bundled by the real bundler.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TandemError } from '../../engine/core/errors.ts'
import { defineStrategy } from '../../engine/core/strategy.ts'
import { loadStrategy } from '../../engine/run/strategy-loader.ts'
import { parseParams } from '../../engine/run/strategy-params.ts'

const idle = { setup() {}, onBar() {} }
const known = defineStrategy({
  name: 'sma-cross',
  description: 'for tests',
  params: z.strictObject({ fast: z.int().min(1).default(20), slow: z.int().default(100) }),
  create: () => idle,
})
const registry = { 'sma-cross': async () => known, breakout: async () => known }

const GOOD = `import { defineStrategy, z } from 'tandem'
import { period } from './lib/period.ts'
import type { Context } from 'tandem'
enum Mode { Fast = 1 }
export default defineStrategy({
  name: 'mine',
  description: 'a test',
  params: z.strictObject({ period: z.int().default(period * Mode.Fast) }),
  create: () => ({ setup(_x: Context) {}, onBar() {} }),
})
`

let root: string
let cacheFolder: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tandem-strategy-'))
  cacheFolder = join(root, 'cache')
})
afterAll(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return path
}

const load = (file: string) => loadStrategy({ file }, { registry, baseFolder: root, cacheFolder })

async function fault(file: string): Promise<string> {
  const error = await load(file).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TandemError)) throw error ?? new Error('expected a fault')
  expect(error.line).not.toContain('\n')
  return error.line.replaceAll(`${root}/`, '')
}

describe('the registry', () => {
  it('gives a strategy by name, with a stable hash', async () => {
    const first = await loadStrategy({ name: 'sma-cross' }, { registry })
    const other = await loadStrategy({ name: 'breakout' }, { registry })
    expect(first.module).toBe(known)
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(other.hash).not.toBe(first.hash)
  })

  it('suggests the nearest name, else lists them', async () => {
    await expect(loadStrategy({ name: 'sma-cros' }, { registry })).rejects.toMatchObject({
      line: "strategy.name: there is no strategy 'sma-cros' (did you mean 'sma-cross'?)",
    })
    await expect(loadStrategy({ name: 'toString' }, { registry })).rejects.toMatchObject({
      line: "strategy.name: there is no strategy 'toString' (known: breakout, sma-cross)",
    })
  })
})

describe('a file', () => {
  it('is bundled with its helpers; tandem is this installation', async () => {
    write('a/lib/period.ts', 'export const period: number = 14\n')
    const { module, bundlePath, hash } = await load(write('a/mine.ts', GOOD))
    expect(module.name).toBe('mine')
    expect(parseParams(module, {})).toEqual({ period: 14 })
    expect(bundlePath).toBe(join(cacheFolder, `${hash}.mjs`))
  })

  it('has a fingerprint of its code: not of its place, comments or white space, but of its helpers', async () => {
    write('a/lib/period.ts', 'export const period: number = 14\n')
    const first = await load(write('a/mine.ts', GOOD))
    write('b/deeper/lib/period.ts', '// a remark\nexport   const period = 14\n')
    write('b/tsconfig.json', '{ "compilerOptions": { "target": "es5" } }')
    const moved = await load(write('b/deeper/mine.ts', `// my idea\n${GOOD}`))
    expect(moved.hash).toBe(first.hash)
    write('c/lib/period.ts', 'export const period = 15\n')
    expect((await load(write('c/mine.ts', GOOD))).hash).not.toBe(first.hash)
    expect(readdirSync(cacheFolder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it("takes zod from tandem where the project has none, and other packages from the strategy's own folder", async () => {
    write('d/node_modules/my-maths/package.json', '{ "name": "my-maths", "type": "module", "exports": "./index.js" }')
    write('d/node_modules/my-maths/index.js', 'export const half = (x) => x / 2\n')
    const file = write(
      'd/mine.mjs',
      `import { z } from 'zod'
       import { half } from 'my-maths'
       export default { name: 'd', description: '', params: z.object({ a: z.number().default(half(4)) }), create() {} }`,
    )
    const { module } = await load(file)
    expect(parseParams(module, {})).toEqual({ a: 2 })
  })

  const params = 'params: { safeParse() {} }'
  it.each([
    ['absent.ts', null, 'absent.ts: there is no such strategy file (strategy.file is relative to the run file)'],
    [
      'a.py',
      'x',
      'a.py: expected a strategy file ending in .ts, .js, .mjs (strategy.file is relative to the run file)',
    ],
    ['e1.ts', 'export const x = 1', 'e1.ts: the file has no default export (write'],
    ['e2.ts', 'export default () => 1', 'e2.ts: the default export is a function, not a strategy (write'],
    ['e3.ts', 'export default { description: "" }', "e3.ts: the default export's name is no text (write"],
    ['e4.ts', 'export default { name: "x" }', "e4.ts: the default export's description is no text (write"],
    ['e5.ts', 'export default { name: "x", description: "" }', "e5.ts: the default export's params is no zod schema"],
    ['e6.ts', `export default { name: "x", description: "", ${params} }`, "e6.ts: the default export's create is no"],
    ['e7.ts', 'let = = 1', 'e7.ts:1:7: Unexpected "="'],
    ['e8.ts', 'import "./nowhere.ts"', 'e8.ts:1:8: Could not resolve "./nowhere.ts"'],
    ['e9.ts', 'import "no-such-package-here"', "e9.ts:1:8: the package 'no-such-package-here' isn't installed where"],
    ['e10.ts', 'throw new Error("at\\nonce")', 'e10.ts: the strategy fails while loading: Error: at once'],
  ])('%s', async (name, text, line) => {
    if (text !== null) write(name, text)
    expect((await fault(name)).slice(0, line.length)).toBe(line)
  })

  it('may not be a folder', async () => {
    mkdirSync(join(root, 'folder.ts'), { recursive: true })
    expect(await fault('folder.ts')).toContain('this is no file')
  })
})

describe('parameters', () => {
  it('get their defaults', () => expect(parseParams(known, { fast: 5 })).toEqual({ fast: 5, slow: 100 }))

  it.each([
    [{ fats: 5 }, "strategy.params.fats: unknown parameter (strategy sma-cross) (did you mean 'fast'?)"],
    [{ fast: 0 }, 'strategy.params.fast: expected a number at least 1, got 0 (strategy sma-cross)'],
    [{ fast: 'x' }, "strategy.params.fast: expected a number, got 'x' (strategy sma-cross)"],
  ])('%j', (params, line) => expect(() => parseParams(known, params)).toThrow(expect.objectContaining({ line })))

  it('hear what a rule between two of them says, one of which has its default', () => {
    const params = z
      .strictObject({ fast: z.int().default(20), slow: z.int().default(100) })
      .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'must be smaller than slow' })
    const module = { ...known, params }
    const line = (given: Record<string, unknown>) => expect(() => parseParams(module, given))
    line({ slow: 5 }).toThrow('must be smaller than slow (strategy sma-cross)')
    line({ slow: 5 }).not.toThrow('missing')
    line({ fast: 200 }).toThrow('must be smaller than slow, got 200')
    line({ fsat: 200 }).toThrow('unknown parameter')
  })

  it('refuses an unknown one even where the schema would drop it', () => {
    const lax = { name: 'lax', description: '', params: z.object({ a: z.number().default(1) }), create: () => idle }
    expect(() => parseParams(lax, { b: 1 })).toThrow('unknown parameter')
  })
})
