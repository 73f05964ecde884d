/** A user's strategy file, written where a user would have it: outside the repository, importing `tandem` by name. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** With `quietUntil`, as the README advises, or bar by bar. */
const source = (foresighted: boolean): string => `import {
  defineStrategy,
  nextCrossAbove,
  nextFallBack,
  z,
  type Context,
  type Strategy,
} from 'tandem'

const params = z.object({ fast: z.number(), slow: z.number() })

class Crossing implements Strategy {
  x!: Context
  fast!: Float64Array
  slow!: Float64Array
  readonly lengths: { fast: number; slow: number }
  constructor(lengths: { fast: number; slow: number }) {
    this.lengths = lengths
  }
  setup(x: Context) {
    this.x = x
    this.fast = x.indicator({ kind: 'sma', length: this.lengths.fast })
    this.slow = x.indicator({ kind: 'sma', length: this.lengths.slow })
  }
  onBar(row: number) {
    if (row === 0) return
    const { fast, slow, x } = this
    const isAbove = fast[row]! > slow[row]!
    const wasAbove = fast[row - 1]! > slow[row - 1]!
    if (isAbove && !wasAbove && fast[row - 1]! <= slow[row - 1]! && x.position(0) === 0) x.enter(0)
    else if (wasAbove && !isAbove && x.position(0) !== 0) x.exit(0)
  }
${foresighted ? QUIET_UNTIL : ''}}

export default defineStrategy({ name: 'crossing', description: '', params, create: (p) => new Crossing(p) })
`

const QUIET_UNTIL = `
  quietUntil(row: number, end: number) {
    const { fast, slow, x } = this
    const from = Math.max(1, row)
    return x.position(0) === 0 ? nextCrossAbove(fast, slow, from, end) : nextFallBack(fast, slow, from, end)
  }
`

/** Writes the strategy into `folder` and returns its path. */
export function writeOutsideStrategy(folder: string, foresighted = true): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, foresighted ? 'crossing.ts' : 'bar-by-bar.ts')
  writeFileSync(file, source(foresighted))
  return file
}
