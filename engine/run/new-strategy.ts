/** `tandem init strategy`: a strategy to start from, and its test. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'

export interface NewStrategy {
  readonly name: string
  /** The files written, as paths that begin with the folder. */
  readonly files: readonly string[]
}

/** Writes NAME.ts and NAME.test.ts into `folder`. Throws `BAD_NAME`, or `FILE_EXISTS` before it writes anything. */
export function writeStrategy(folder: string, name: string): NewStrategy {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new TandemError(`'${name}' can't name a strategy`, {
      code: 'BAD_NAME',
      hint: 'use small letters, digits and hyphens, such as my-breakout',
    })
  }
  const texts: readonly (readonly [string, string])[] = [
    [join(folder, `${name}.ts`), strategyText(name)],
    [join(folder, `${name}.test.ts`), testText(name)],
  ]
  for (const [path] of texts) if (existsSync(path)) throw existing(path)
  mkdirSync(folder, { recursive: true })
  for (const [path, text] of texts) writeNew(path, text)
  return { name, files: texts.map(([path]) => path) }
}

/** The flag lets the file system decide, should somebody else have written it meanwhile. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? existing(path) : error
  }
}

function existing(path: string): TandemError {
  return new TandemError('this file exists already', { code: 'FILE_EXISTS', where: path, hint: 'choose another name' })
}

/** `my-breakout` as `MyBreakout`. */
function className(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, _hyphen, letter: string) => letter.toUpperCase())
}

function strategyText(name: string): string {
  return `import { type Context, defineStrategy, packNumbers, QualityRank, type Strategy, unpackNumbers, z } from 'tandem'

// Unknown parameters are refused; the descriptions are shown by \`tandem strategies\` and in errors.
const params = z.strictObject({
  length: z.int().min(2).default(50).describe('bars of the average'),
  target: z.number().positive().optional().describe('profit target as a fraction of the entry price'),
  stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
})

type Params = z.infer<typeof params>

class ${className(name)} implements Strategy {
  private readonly p: Params
  // Ranks each signal among the earlier ones: null for the first 20, then 0 to 1.
  private readonly quality = new QualityRank()
  private x!: Context
  private close!: Float64Array
  private average!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  // Once, before the first bar: take columns and indicators. Nothing can be read yet.
  setup(x: Context): void {
    this.x = x
    this.close = x.column(0, 'close')
    this.average = x.indicator({ kind: 'sma', length: this.p.length })
  }

  // After each bar's close: read at row and before it, never after. During warm-up indicators are NaN, and every
  // comparison with NaN is false.
  onBar(row: number): void {
    if (row === 0) return
    const { x, close, average } = this
    if (x.position(0) !== 0) {
      if (close[row]! < average[row]!) x.exit(0)
    } else if (close[row]! > average[row]! && close[row - 1]! <= average[row - 1]!) {
      const quality = this.quality.rank(close[row]! / average[row]!)
      x.enter(0, { quality, target: this.p.target, stop: this.p.stop })
    }
  }

  // What is carried from bar to bar, so that live trading goes on after a restart.
  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: '${name}',
  description:
    'Buys when the price crosses above its average and sells when it falls below. Say here what the idea is, where it ' +
    'comes from, and when it fails.',
  params,
  create: (p) => new ${className(name)}(p),
})
`
}

function testText(name: string): string {
  return `// The rule alone, on numbers made by hand. For look-ahead, determinism and speed: tandem check ${name}.ts
import type { Context } from 'tandem'
import { expect, it } from 'vitest'
import strategy from './${name}.ts'

/** Feeds closes bar by bar, beside an average that is given, and returns what the strategy says. */
function said(close: readonly number[], average: readonly number[]): string[] {
  const words: string[] = []
  let held = 0
  let row = 0
  const context: Partial<Context> = {
    column: () => Float64Array.from(close),
    indicator: () => Float64Array.from(average),
    position: () => held,
    enter: () => {
      held = 1
      words.push(\`enter at \${row}\`)
    },
    exit: () => {
      held = 0
      words.push(\`exit at \${row}\`)
    },
  }
  const one = strategy.create(strategy.params.parse({}))
  one.setup(context as Context)
  for (row = 0; row < close.length; row++) one.onBar(row)
  return words
}

it('buys a cross above the average and sells below it', () => {
  expect(said([9, 11, 12, 9, 8], [10, 10, 10, 10, 10])).toEqual(['enter at 1', 'exit at 3'])
})

it('says nothing while the average is warming up', () => {
  expect(said([9, 11, 12], [Number.NaN, Number.NaN, 10])).toEqual([])
})
`
}
