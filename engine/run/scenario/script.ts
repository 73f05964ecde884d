/** A scripted strategy: what it says at which bar is written in the scenario, or drawn from a seed. */

import { z } from 'zod'
import { forkedUniform } from '../../../datasets/synthetic/random.ts'
import { TandemError } from '../../core/errors.ts'
import type { Context, SignalOptions, Strategy } from '../../core/strategy.ts'

const bar = z.int().min(0)
const bars = z.union(
  [bar, z.array(bar).min(1), z.strictObject({ from: bar, to: bar, every: z.int().min(1).default(1) })],
  {
    error: 'expected a bar number from 0, a list of them, or { from, to, every }',
  },
)
const positive = z.number().gt(0)

const enterSchema = z.strictObject({
  bar: bars,
  enter: z.string(),
  side: z.enum(['long', 'short']).optional(),
  quality: z.number().min(0).max(1).optional(),
  target: positive.optional(),
  stop: positive.optional(),
  targetPrice: positive.optional(),
  stopPrice: positive.optional(),
  limitPrice: positive.optional(),
  triggerPrice: positive.optional(),
  sizeQuote: positive.optional(),
  reallocate: z.boolean().optional(),
  tag: z.string().optional(),
})

const seededSchema = z.strictObject({
  seeded: z.strictObject({
    seed: z.int().min(0),
    chance: z.number().gt(0).max(1).describe('of an entry signal, at each bar and symbol'),
    holdBars: z.int().min(1).describe('after which an exit is signalled'),
  }),
})

export const scriptSchema = z.array(
  z.union(
    [
      enterSchema,
      z.strictObject({ bar: bars, exit: z.string(), tag: z.string().optional() }),
      z.strictObject({ bar: bars, weights: z.record(z.string(), z.number()) }),
      seededSchema,
    ],
    { error: 'expected bar: with enter:, exit: or weights:, or seeded: { seed, chance, holdBars }' },
  ),
)

export type Script = z.output<typeof scriptSchema>

type Say = (x: Context) => void

export class ScriptedStrategy implements Strategy {
  private readonly says = new Map<number, Say[]>()
  private x: Context | null = null

  /** `symbols` and `rows` of the market. Throws `BAD_SCENARIO` for a symbol or a bar that it doesn't have. */
  constructor(script: Script, symbols: readonly string[], rows: number, where: string) {
    for (const item of script) {
      if ('seeded' in item) this.draw(item.seeded, symbols.length, rows)
      else for (const row of barsOf(item.bar)) this.add(checkedRow(row, rows, where), sayOf(item, symbols, where))
    }
  }

  setup(x: Context): void {
    this.x = x
  }

  onBar(row: number): void {
    for (const say of this.says.get(row) ?? []) say(this.x!)
  }

  private add(row: number, say: Say): void {
    const says = this.says.get(row)
    if (says === undefined) this.says.set(row, [say])
    else says.push(say)
  }

  /** Entries at random bars with random quality, each with its exit: the same for everyone who uses the seed. */
  private draw(
    { seed, chance, holdBars }: z.output<typeof seededSchema>['seeded'],
    symbols: number,
    rows: number,
  ): void {
    const uniform = forkedUniform(seed, 'signals')
    for (let row = 0; row < rows; row++) {
      for (let symbol = 0; symbol < symbols; symbol++) {
        const speaks = uniform() < chance
        const quality = Math.round(uniform() * 1e4) / 1e4
        if (!speaks) continue
        this.add(row, (x) => x.enter(symbol, { quality }))
        if (row + holdBars < rows) this.add(row + holdBars, (x) => x.exit(symbol))
      }
    }
  }
}

type Item = Exclude<Script[number], { seeded: unknown }>

function barsOf(at: Item['bar']): number[] {
  if (typeof at === 'number') return [at]
  if (Array.isArray(at)) return at
  return Array.from({ length: Math.floor((at.to - at.from) / at.every) + 1 }, (_, i) => at.from + i * at.every)
}

function checkedRow(row: number, rows: number, where: string): number {
  if (row < rows) return row
  throw new TandemError(`script: there is no bar ${row}`, {
    code: 'BAD_SCENARIO',
    where,
    hint: `the market has ${rows} bars, counted from 0`,
  })
}

function sayOf(item: Item, symbols: readonly string[], where: string): Say {
  const index = (symbol: string): number => {
    const found = symbols.indexOf(symbol)
    if (found >= 0) return found
    throw new TandemError(`script: there is no market of ${symbol}`, {
      code: 'BAD_SCENARIO',
      where,
      hint: `known: ${symbols.join(', ')}`,
    })
  }
  if ('enter' in item) {
    const { bar: _bar, enter, ...options } = item
    const symbol = index(enter)
    return (x) => x.enter(symbol, options as SignalOptions)
  }
  if ('exit' in item) {
    const symbol = index(item.exit)
    const { tag } = item
    return (x) => x.exit(symbol, { tag })
  }
  const weights = new Float64Array(symbols.length)
  for (const [symbol, weight] of Object.entries(item.weights)) weights[index(symbol)] = weight
  return (x) => x.target(weights)
}
