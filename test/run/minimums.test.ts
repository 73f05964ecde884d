/** Goal: learned minimums are kept whole and durably, and a simulation knows only those that its run file names. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RejectCode } from '../../engine/core/fact.ts'
import type { LearnedMinimum } from '../../engine/core/minimum.ts'
import { Purpose } from '../../engine/core/order.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { simulate } from '../../engine/run/backtest.ts'
import { MinimumsFile, writeOutMinimums } from '../../engine/run/minimums.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { candlesFrom } from '../indicators/support.ts'
import { type ConfigChanges, marketOf, plainConfig, runOn } from '../support/runs.ts'

const market = marketOf(
  candlesFrom({ time: [0, 1, 2, 3, 4].map((bar) => bar * 3_600_000), close: [10, 10, 10, 10, 10] }),
)

/** Wants in at every bar. */
class Eager implements Strategy {
  private x: Context | null = null

  setup(x: Context): void {
    this.x = x
  }

  onBar(): void {
    this.x!.enter(0)
  }
}

/** Wants 2 % of the account at every bar. */
class Weights extends Eager {
  private own: Context | null = null

  override setup(x: Context): void {
    this.own = x
  }

  override onBar(): void {
    this.own!.target(Float64Array.of(0.02))
  }
}

const FIXED = { sizing: { mode: 'fixed', quote: 4 } }
const row = (over: Partial<LearnedMinimum> = {}): LearnedMinimum => ({
  ...{ venue: 'test', symbol: 'BTC/USD', minimumQuote: '5', origin: 'inferred', sizeQuote: '4', atMs: 3_600_000 },
  ...over,
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tandem-minimums-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('what a run learns', () => {
  it('is told of through the port, once a lesson, and ends with the run', () => {
    const told: LearnedMinimum[] = []
    const refuseFirst = { inject: ({ id }: { id: number }) => (id === 1 ? RejectCode.belowMinimum : RejectCode.none) }
    const executed = runOn(market, new Eager(), FIXED, { ...refuseFirst, onMinimum: (one) => told.push(one) })
    expect(told).toEqual([row()])
    expect(executed.kernel.desk.entries.minimums.list()).toEqual(told)
    const counts = Object.fromEntries([...executed.recorder.skips.values()].map(({ code, count }) => [code, count]))
    expect(counts).toEqual({ VENUE_BELOW_MINIMUM: 1, BELOW_MINIMUM: 4 })
    expect(runOn(market, new Eager(), FIXED).kernel.desk.entries.minimums.list()).toEqual([])
  })

  it('a target weight is no way round it', () => {
    const refuseAll = { inject: () => RejectCode.belowMinimum }
    const executed = runOn(market, new Weights(), {}, refuseAll)
    const counts = Object.fromEntries([...executed.recorder.skips.values()].map(({ code, count }) => [code, count]))
    // 200.00 refused at the second open; 250.00 is the least from then on.
    expect(counts).toEqual({ VENUE_BELOW_MINIMUM: 1, BELOW_MINIMUM: 4 })
    expect(executed.kernel.desk.entries.minimums.list()).toMatchObject([{ minimumQuote: '250', sizeQuote: '200' }])
  })

  it('not from exits, nor from other refusals, nor where it is turned off', () => {
    const refuse = (purpose: number, code: RejectCode) => ({
      inject: (order: { purpose: number }) => (order.purpose === purpose ? code : RejectCode.none),
    })
    const learned = (options: object, changes: ConfigChanges = FIXED) =>
      runOn(market, new Eager(), changes, options).kernel.desk.entries.minimums.list()
    expect(learned(refuse(Purpose.entry, RejectCode.insufficientFunds))).toEqual([])
    expect(learned(refuse(Purpose.entry, RejectCode.belowMinimum))).toHaveLength(1)
    const off = { ...FIXED, rules: { emergencyLoss: 'off', venueMinimums: false, learnMinimums: false } }
    expect(learned(refuse(Purpose.entry, RejectCode.belowMinimum), off)).toEqual([])
    expect(learned(refuse(Purpose.exit, RejectCode.belowMinimum))).toEqual([])
  })
})

describe('the file', () => {
  it('keeps one lesson a pair, lists by venue and symbol, forgets what is named, leaves no other file', () => {
    const store = folder()
    const file = new MinimumsFile(join(store, 'deep'))
    expect(file.list()).toEqual([])
    const pairs = [row(), row({ venue: 'alpaca' }), row({ symbol: 'ADA/USD' }), row({ minimumQuote: '6.25' })]
    for (const one of pairs) file.record(one)
    const listed = [row({ venue: 'alpaca' }), row({ symbol: 'ADA/USD' }), row({ minimumQuote: '6.25' })]
    expect(new MinimumsFile(join(store, 'deep')).list()).toEqual(listed)
    expect(file.reset('test', 'ADA/USD')).toEqual([row({ symbol: 'ADA/USD' })])
    expect(file.reset('nowhere', null)).toEqual([])
    expect(file.reset(null, 'BTC/USD')).toHaveLength(2)
    expect(file.list()).toEqual([])
    expect(readdirSync(join(store, 'deep'))).toEqual(['learned-minimums.json'])
  })

  it.each([
    ['no JSON', '{', /learned-minimums\.json: this is no JSON \(mend it, or remove it/],
    ['another form', '{"format":2,"minimums":[]}', /: format: /],
    [
      'an amount that is none',
      `{"format":1,"minimums":[${JSON.stringify(row({ minimumQuote: '-1' }))}]}`,
      /: minimums\.0\.minimumQuote: expected a decimal number/,
    ],
  ])('%s is refused in one line, and not overwritten', (_, text, line) => {
    const file = new MinimumsFile(folder())
    writeFileSync(file.path, text)
    const bad = expect.objectContaining({ code: 'BAD_MINIMUMS', line: expect.stringMatching(line) })
    for (const act of [() => file.list(), () => file.record(row()), () => file.reset(null, null)]) {
      expect(act).toThrow(bad)
    }
    expect(readFileSync(file.path, 'utf8')).toBe(text)
  })

  it('what cannot be written leaves what was there, and nothing half-written', () => {
    const store = folder()
    writeFileSync(join(store, 'file'), 'x')
    const file = new MinimumsFile(join(store, 'file'))
    expect(() => file.record(row())).toThrow(expect.objectContaining({ code: expect.stringMatching(/MINIMUMS/) }))
    expect(readdirSync(store)).toEqual(['file'])
  })
})

describe('a simulation', () => {
  const run = (changes: object, store: string) => {
    const config = writeOutMinimums(plainConfig({ ...FIXED, ...changes }), store)
    const strategy = { create: () => new Eager(), hash: 'test', params: {} }
    return simulate(config, market, plainTerms(config), strategy)
  }
  const rules = (learnedMinimums: unknown) => ({
    rules: { emergencyLoss: 'off', venueMinimums: false, learnedMinimums },
  })

  it('knows of the file only where its run file says so, and then names what it read', () => {
    const store = folder()
    const before = run(rules([]), store)
    new MinimumsFile(store).record(row())
    new MinimumsFile(store).record(row({ venue: 'elsewhere', minimumQuote: '99' }))
    const silent = run(rules([]), store)
    expect([silent.result.digest, silent.result.runId]).toEqual([before.result.digest, before.result.runId])
    expect(silent.result.trades).toHaveLength(1)
    const told = run(rules('stored'), store)
    expect(told.result.trades).toHaveLength(0)
    expect(told.result.digest.inputs).not.toBe(before.result.digest.inputs)
    expect(told.learnedMinimums).toEqual([row({ origin: 'configured', sizeQuote: null, atMs: null })])
    // The same written out by hand: the same run, whatever the file becomes.
    new MinimumsFile(store).reset(null, null)
    const byHand = run(rules([{ symbol: 'BTC/USD', venue: 'test', minimum: 5 }]), store)
    expect([byHand.result.digest, byHand.result.runId]).toEqual([told.result.digest, told.result.runId])
    expect(run(rules([{ symbol: 'BTC/USD', minimum: 6 }]), store).result.digest.inputs).not.toBe(
      told.result.digest.inputs,
    )
  })

  it('refuses to run on stored minimums that nobody has read', () => {
    const config = plainConfig({ ...FIXED, ...rules('stored') })
    expect(() =>
      simulate(config, market, plainTerms(config), { create: () => new Eager(), hash: 'x', params: {} }),
    ).toThrow(/stored minimums can't be read here/)
  })
})
