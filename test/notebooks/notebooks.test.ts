/**
 * Goal: the notebooks work, and what they compute with keeps its digits. Method: each is run headless as its kernel
 * would, in a folder of its own; danfojs is asked for sums that float32 gets wrong.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..', '..', 'notebooks')
const isInstalled = existsSync(join(PACKAGE, 'node_modules', 'danfojs-node'))
const isBuilt = existsSync(join(PACKAGE, '..', 'dist', 'engine', 'index.js'))

const note = isInstalled && isBuilt ? '' : ' [skipped: npm ci --prefix notebooks, and npm run build, first]'

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string
    readonly outputs?: readonly unknown[]
    readonly execution_count?: number | null
  }[]
}

const files = readdirSync(PACKAGE).filter((file) => file.endsWith('.ipynb'))

/** Runs a script in the notebooks' folder, and reads the JSON that it prints. */
function evaluate(script: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: PACKAGE, encoding: 'utf8' }),
  )
}

describe('the notebooks', () => {
  it('are five, and show what their cells gave', () => {
    expect(files.map((file) => file.slice(0, 2))).toEqual(['01', '02', '03', '04', '05'])
    for (const file of files) {
      const { cells } = JSON.parse(readFileSync(join(PACKAGE, file), 'utf8')) as Notebook
      const code = cells.filter((cell) => cell.cell_type === 'code')
      expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1))
      expect(code.filter((cell) => (cell.outputs ?? []).length > 0).length).toBeGreaterThan(code.length / 2)
    }
  })

  it.skipIf(note !== '')(
    `run headless, every cell of them${note}`,
    () => {
      const run = spawnSync(process.execPath, ['headless/run.mjs'], { cwd: PACKAGE, encoding: 'utf8' })
      const cells = files.flatMap((file) => (JSON.parse(readFileSync(join(PACKAGE, file), 'utf8')) as Notebook).cells)
      const count = cells.filter((cell) => cell.cell_type === 'code').length
      const last = run.stdout.trim().split('\n').at(-1)
      console.log(last)
      expect(run.stdout).toContain(`cells executed: ${count}, failed: 0`)
      expect(run.status).toBe(0)
      // Five notebooks with sweeps and validations of their own: minutes on a machine that is busy.
    },
    600_000,
  )
})

describe.skipIf(note !== '')(`their library${note}`, () => {
  it('has types that hold', () => {
    const tsc = join(PACKAGE, '..', 'node_modules', 'typescript', 'bin', 'tsc')
    const run = spawnSync(process.execPath, [tsc, '-p', join(PACKAGE, 'tsconfig.json')], { encoding: 'utf8' })
    expect(run.stdout).toBe('')
    expect(run.status).toBe(0)
  })
})

describe.skipIf(note !== '')(`danfojs on the stand-in for TensorFlow${note}`, () => {
  it('adds in float64', () => {
    const sums = evaluate(
      "import { DataFrame } from 'danfojs-node'; const f = new DataFrame({ a: [1600000060001, 1600000060003] }); console.log(JSON.stringify(f.add(0).values))",
    )
    expect(sums).toEqual([[1600000060001], [1600000060003]])
  })

  it('broadcasts a row and a column, and compares', () => {
    const script = `import { DataFrame } from 'danfojs-node'
      const f = new DataFrame({ a: [1, 2, 3], b: [10, 20, 30] })
      console.log(JSON.stringify([f.mul([2, 3], { axis: 1 }).values, f.sub([1, 2, 3], { axis: 0 }).values, f.gt(2).values, f.mod(4).values]))`
    expect(evaluate(script)).toEqual([
      [
        [2, 30],
        [4, 60],
        [6, 90],
      ],
      [
        [0, 9],
        [0, 18],
        [0, 27],
      ],
      [
        [false, true],
        [false, true],
        [true, true],
      ],
      [
        [1, 2],
        [2, 0],
        [3, 2],
      ],
    ])
  })

  it('scales, and draws the same sample for the same seed', () => {
    const script = `import { DataFrame, MinMaxScaler, StandardScaler } from 'danfojs-node'
      const f = new DataFrame({ a: [1, 2, 3, 4, 5] })
      const [one, two] = [await f.sample(3, { seed: 7 }), await f.sample(3, { seed: 7 })]
      console.log(JSON.stringify([new MinMaxScaler().fitTransform([1, 2, 3, 4, 5]), new StandardScaler().fitTransform([1, 2, 3]), one.values.length, JSON.stringify(one.values) === JSON.stringify(two.values)]))`
    expect(evaluate(script)).toEqual([[0, 0.25, 0.5, 0.75, 1], [-Math.sqrt(1.5), 0, Math.sqrt(1.5)], 3, true])
  })

  it('refuses Excel in one line', () => {
    const script = `import xlsx from 'xlsx'
      try { xlsx.readFile('x.xlsx') } catch (error) { console.log(JSON.stringify(error.message)) }`
    expect(evaluate(script)).toMatch(/not supported.*CSV/)
  })
})
