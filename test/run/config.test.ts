/**
 * Goal: a run file either becomes a configuration with every default written out, or one line that says which file,
 * line and key, and what was expected. Method: the design's example word for word, then one fault at a time.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TandemError } from '../../engine/core/errors.ts'
import {
  configHash,
  configJsonSchema,
  loadConfig,
  parseDateMs,
  parseEndMs,
  resolveConfig,
} from '../../engine/run/config/index.ts'

const EXAMPLE = `name: btc-sma
strategy: { name: sma-cross, params: { fast: 20, slow: 100 } }     # or file: ./my-strategy.ts
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h, from: 2019-01-01, to: 2022-12-31 }
account: { quote: USD, equity: 10000, leverage: 1, profile: auto } # auto | none | legacy | MICRO_CAP | LOW_CAPITAL | STANDARD | AGGRESSIVE
venues: [kraken, coinbase]                                         # entries may be routed among these; prices from data: of each, or data.venue
sizing: { mode: profile }                                          # profile | dynamic | portfolio | fixed {quote} | percent {fraction}
costs: { fees: schedule, spreadBps: 0, slippageBps: 0 }            # schedule | classic-2026-01 (brings its spread) | { maker: 0.001, taker: 0.001 }
rules: { emergencyLoss: 0.01, minimums: relaxed, venueMinimums: true, reallocation: off }   # each rule can be set or turned off by name
execution: { latencyMs: 0, ambiguous: pessimistic, detail: none }  # pessimistic | optimistic | path; detail: a finer timeframe
seed: 7
`

const MINIMAL = `strategy:
  name: sma-cross
data:
  venue: kraken
  symbols: [BTC/USD]
  timeframe: 1h
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function load(text: string, overrides: readonly string[] = []) {
  const path = join(folder, 'run.yaml')
  writeFileSync(path, text)
  return loadConfig(path, overrides)
}

/** The error's line, with the temporary folder cut off. */
function fault(text: string, overrides: readonly string[] = []): string {
  try {
    load(text, overrides)
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    expect(error.line).not.toContain('\n')
    expect(error.exitCode).toBe(2)
    return error.line.replace(`${folder}/`, '')
  }
  throw new Error('expected a fault')
}

const changed = (from: string, to: string) => fault(MINIMAL.replace(from, to))

describe('the run file', () => {
  it('parses the design example, key for key', () => {
    expect(load(EXAMPLE)).toEqual({
      name: 'btc-sma',
      strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 } },
      data: {
        venue: 'kraken',
        symbols: ['BTC/USD'],
        timeframe: '1h',
        from: '2019-01-01',
        to: '2022-12-31',
        also: [],
        gaps: 'leave',
      },
      account: { quote: 'USD', equity: 10_000, leverage: 1, profile: 'auto', shorting: false },
      margin: { mode: 'cross', rules: 'venue', funding: 'stored', mark: 'last' },
      venues: ['kraken', 'coinbase'],
      sizing: { mode: 'profile' },
      costs: { fees: 'schedule', spreadBps: 0, slippageBps: 0, impact: 0, window: 100 },
      rules: {
        emergencyLoss: 0.01,
        minimums: 'relaxed',
        profileRanges: {},
        venueMinimums: true,
        reallocation: 'off',
        emergencyNetOfFees: false,
        gates: {
          entryInterval: true,
          entriesPerMinute: true,
          positions: true,
          quality: true,
          averagingDown: true,
          reEntry: true,
        },
        feeGate: true,
        staleEntries: true,
        profileHysteresis: 0,
        smallBalances: true,
        learnMinimums: true,
        learnedMinimums: [],
        exitBelowMinimum: true,
      },
      execution: {
        latencyMs: 0,
        ambiguous: 'pessimistic',
        detail: 'none',
        exits: 'resting',
        limitFill: 'through',
        participation: 0,
        orderTypes: 'venue',
        faults: { rejects: 0, outages: [] },
        checked: false,
      },
      seed: 7,
    })
  })

  it('has a default for everything but strategy and data', () => {
    const config = load(MINIMAL)
    const { data, ...rest } = load(EXAMPLE)
    expect(config).toEqual({
      ...rest,
      name: 'sma-cross',
      strategy: { name: 'sma-cross', params: {} },
      data: { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1h', also: data.also, gaps: data.gaps },
      venues: ['kraken'],
    })
  })

  it('derives name and quote currency', () => {
    const config = resolveConfig({
      strategy: { file: './lib/my-strategy.ts' },
      data: { venue: 'binance', symbols: ['BTC/USDT:USDT'], timeframe: '5m' },
    })
    expect([config.name, config.account.quote]).toEqual(['my-strategy', 'USDT'])
  })

  it('is a fixed point: a resolved configuration resolves to itself and survives JSON', () => {
    const config = load(EXAMPLE)
    expect(resolveConfig(JSON.parse(JSON.stringify(config)))).toEqual(config)
  })

  it.each([
    ['sizing: { mode: fixed, quote: 20 }', { mode: 'fixed', quote: 20 }],
    ['sizing: { mode: percent, fraction: 0.95 }', { mode: 'percent', fraction: 0.95, by: 'base' }],
    ['sizing: { mode: dynamic }', { mode: 'dynamic', fraction: 0.95, cap: 10 }],
    ['sizing: { mode: portfolio }', { mode: 'portfolio' }],
  ])('%s', (line, sizing) => expect(load(MINIMAL + line).sizing).toEqual(sizing))

  it('takes the plain settings under which other engines are matched', () => {
    const text = `${MINIMAL}account: { profile: none }
sizing: { mode: percent, fraction: 0.95 }
costs: { fees: { maker: 0.001, taker: 0.001 } }
rules: { emergencyLoss: off, venueMinimums: false }
`
    const { rules, costs } = load(text)
    expect([rules.emergencyLoss, rules.venueMinimums, costs.fees]).toEqual([
      'off',
      false,
      { maker: 0.001, taker: 0.001 },
    ])
  })
})

describe('faults', () => {
  it('names a missing section and key', () => {
    expect(fault('data: { venue: kraken }')).toBe(
      'run.yaml:1: strategy: missing, expected a section of keys; 2 more after this',
    )
    expect(changed('  timeframe: 1h\n', '')).toBe(
      'run.yaml:3: data.timeframe: missing, expected a timeframe such as 15m or 1h',
    )
  })

  it.each([
    [
      '  timeframe: 1h',
      '  timefram: 1h',
      "run.yaml:6: data.timefram: unknown key; 1 more after this (did you mean 'timeframe'?)",
    ],
    [
      'timeframe: 1h',
      'timeframe: 1 hour',
      "run.yaml:6: data.timeframe: expected a timeframe such as 15m or 1h, got '1 hour'",
    ],
    ['  venue: kraken', '  venue: kraken\n  vneue: x', "run.yaml:5: data.vneue: unknown key (did you mean 'venue'?)"],
    ['[BTC/USD]', 'BTC/USD', "run.yaml:5: data.symbols: expected a list, got 'BTC/USD'"],
    ['[BTC/USD]', '[]', 'run.yaml:5: data.symbols: expected a list of at least 1, got []'],
    ['[BTC/USD]', '[BTC/USD, ETH/USD, BTC/USD]', "run.yaml:5: data.symbols.2: expected each only once, got 'BTC/USD'"],
    [
      '[BTC/USD]',
      '[BTCUSD]',
      "run.yaml:5: data.symbols.0: expected a symbol such as BTC/USD or BTC/USDT:USDT, got 'BTCUSD'",
    ],
    [
      '  name: sma-cross',
      '  name: sma-cross\n  file: x.ts',
      "run.yaml:3: strategy.file: expected either name: or file:, not both, got 'x.ts'",
    ],
    [
      '  name: sma-cross',
      '  params: { fast: 1 }',
      'run.yaml:1: strategy: expected name: or file:, got {"params":{"fast":1}}',
    ],
    [
      '  name: sma-cross',
      '  name: a\n  params: { x: .nan }',
      'run.yaml:3: strategy.params.x: expected a finite number, got NaN',
    ],
  ])('%s → %s', (from, to, line) => expect(changed(from, to)).toBe(line))

  it.each([
    ['acount: { equity: 1 }', "run.yaml:7: acount: unknown key (did you mean 'account'?)"],
    ['account: { equity: 0 }', 'run.yaml:7: account.equity: expected a number above 0, got 0'],
    ['account: { equity: ten }', "run.yaml:7: account.equity: expected a number, got 'ten'"],
    ['account: { equity: .inf }', 'run.yaml:7: account.equity: expected a number, got Infinity'],
    [
      'account: { profile: MICROCAP }',
      "run.yaml:7: account.profile: expected one of auto, none, legacy, MICRO_CAP, LOW_CAPITAL, STANDARD, AGGRESSIVE, got 'MICROCAP' (did you mean 'MICRO_CAP'?)",
    ],
    ['account:', 'run.yaml:7: account: expected a section of keys, got nothing'],
    [
      'sizing: { mode: percentage }',
      "run.yaml:7: sizing.mode: expected one of profile, dynamic, portfolio, fixed, percent, got 'percentage' (did you mean 'percent'?)",
    ],
    [
      'sizing: { mode: percent, fractoin: 0.5 }',
      "run.yaml:7: sizing.fractoin: unknown key; 1 more after this (did you mean 'fraction'?)",
    ],
    ['sizing: { mode: fixed, quote: 5, quot: 1 }', "run.yaml:7: sizing.quot: unknown key (did you mean 'quote'?)"],
    [
      'sweep: { objective: sharpe, space: { fast: { min: 5, max: 9, scales: log } } }',
      "run.yaml:7: sweep.space.fast.scales: unknown key; 1 more after this (did you mean 'scale'?)",
    ],
    [
      'sweep: { objective: sharpe, space: { fast: { min: 5, max: 9, every: 2 } } }',
      'run.yaml:7: sweep.space.fast.every: unknown key; 1 more after this (known: from, to, step, min, max, scale, integer)',
    ],
    [
      'sizing: { mode: percent, fraction: 2 }',
      'run.yaml:7: sizing.fraction: expected at most account.leverage (1), got 2',
    ],
    [
      'costs: { fees: { maker: 0.1, taker: 0.26 } }',
      'run.yaml:7: costs.fees.maker: expected a number at most 0.05, got 0.1; 1 more after this',
    ],
    [
      'costs: { fees: classic }',
      "run.yaml:7: costs.fees: expected schedule, classic-2026-01 or { maker: 0.001, taker: 0.001 } with fractions up to 0.05, got 'classic'",
    ],
    [
      'rules: { emergencyLoss: false }',
      'run.yaml:7: rules.emergencyLoss: expected a fraction between 0 and 1, or off, got false',
    ],
    [
      'execution: { latencyMs: 1.5 }',
      'run.yaml:7: execution.latencyMs: expected milliseconds, { sample: [20, 35, 400] } or { file: delays.csv }, got 1.5',
    ],
    ['execution: { detail: 2h }', "run.yaml:7: execution.detail: expected a finer timeframe that divides 1h, got '2h'"],
    ['execution: { detail: 7m }', "run.yaml:7: execution.detail: expected a finer timeframe that divides 1h, got '7m'"],
    ['seed: -1', 'run.yaml:7: seed: expected a number at least 0, got -1'],
    [
      '__proto__: { a: 1 }',
      'run.yaml:7: __proto__: unknown key (known: name, strategy, data, account, margin, accounts, venues, sizing, costs, rules, execution, seed, …)',
    ],
  ])('%s', (line, expected) => expect(fault(MINIMAL + line)).toBe(expected))

  it.each([
    ['from: 2019-02-30', "run.yaml:7: data.from: expected a date that exists, such as 2019-01-01, got '2019-02-30'"],
    ['from: 2019', 'run.yaml:7: data.from: expected a date such as 2019-01-01, got 2019'],
    [
      'from: 2019-02-01\n  to: 2019-01-31',
      "run.yaml:8: data.to: expected a date after data.from (2019-02-01), got '2019-01-31'",
    ],
  ])('%s', (line, expected) => expect(fault(`${MINIMAL}  ${line}\n`)).toBe(expected))

  it.each([
    ['', 'run.yaml:1: expected keys such as strategy: and data:, it is empty'],
    ['# nothing\n', 'run.yaml:1: expected keys such as strategy: and data:, it is empty'],
    ['- a\n', 'run.yaml:1: expected keys such as strategy: and data:, got ["a"]'],
    ['just words', "run.yaml:1: expected keys such as strategy: and data:, got 'just words'"],
    ['seed: 1\nseed: 2\n', 'run.yaml:2: not valid YAML: this key was already given above'],
    ['data:\n\tvenue: x\n', 'run.yaml:2: not valid YAML: a tab indents this line, use spaces'],
    ['seed: 1\n---\nseed: 2\n', 'run.yaml:2: not valid YAML: a second document begins here, expected one'],
    ['seed: !secret 1', 'run.yaml:1: not valid YAML: Unresolved tag: !secret'],
    ['seed: *later', 'run.yaml:1: not valid YAML: Unresolved alias (the anchor must be set before the alias): later'],
  ])('YAML %j', (text, line) => expect(fault(text)).toBe(line))

  it('names a missing file and a folder', () => {
    expect(() => loadConfig(join(folder, 'absent.yaml'))).toThrow('there is no such file')
    expect(() => loadConfig(folder)).toThrow('this is a folder')
  })
})

describe('--set', () => {
  it('takes YAML values, makes sections, and the last one wins', () => {
    const config = load(MINIMAL, [
      'account.equity=50',
      'account.equity=60',
      'sizing={mode: percent, fraction: 0.5}',
      'strategy.params.fast=5',
      'data.symbols.1=ETH/USD',
      'data.from=2020-01-01',
      'rules.emergencyLoss=off',
    ])
    expect(config.account.equity).toBe(60)
    expect(config.sizing).toEqual({ mode: 'percent', fraction: 0.5, by: 'base' })
    expect(config.strategy.params).toEqual({ fast: 5 })
    expect(config.data.symbols).toEqual(['BTC/USD', 'ETH/USD'])
    expect(config.data.from).toBe('2020-01-01')
    expect(config.rules.emergencyLoss).toBe('off')
  })

  it('changes only its own place where the file shares a value by alias', () => {
    const text = `${MINIMAL.replace('BTC/USD]', 'BTC/USD]\n  also: &none []')}origin: { a: 1 }\n`
    expect(load(text, ['origin.a=2']).origin).toEqual({ a: 2 })
  })

  it.each([
    ['acount.equity=1', "--set acount.equity=1: acount: unknown key (did you mean 'account'?)"],
    ['account.equty=1', "--set account.equty=1: account.equty: unknown key (did you mean 'equity'?)"],
    ['account.equity=lots', "--set account.equity=lots: account.equity: expected a number, got 'lots'"],
    ['account.equity=', '--set account.equity=: account.equity: expected a number, got nothing'],
    ['account.equity', '--set account.equity: expected path=value (write for example --set account.equity=100)'],
    ['account..equity=1', '--set account..equity=1: expected path=value (write for example --set account.equity=100)'],
    ['seed=[1', '--set seed:1: not valid YAML'],
    [
      'data.venue.x=1',
      '--set data.venue.x=1: data.venue.x: there is nothing to set there, data.venue is a single value',
    ],
    [
      'data.symbols.7=A/B',
      '--set data.symbols.7=A/B: data.symbols.7: there is nothing to set there, data.symbols is a list of 1',
    ],
    ['__proto__.x=1', '--set __proto__.x=1: __proto__: unknown key'],
  ])('%s', (override, line) => expect(fault(MINIMAL, [override]).startsWith(line)).toBe(true))
})

describe('hash and schema', () => {
  it('hashes what is computed: not the order of keys, nor defaults written out, nor the origin', () => {
    const hash = configHash(load(MINIMAL))
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(
      configHash(load(`${MINIMAL}seed: 7\naccount: { leverage: 1, equity: 10000.0 }\norigin: { sweep: a }\n`)),
    ).toBe(hash)
    expect(configHash(load(MINIMAL, ['seed=8']))).not.toBe(hash)
  })

  it('exports a JSON Schema that names every key and its default', () => {
    const schema = configJsonSchema() as { required: string[]; properties: Record<string, { properties?: object }> }
    expect(schema.required).toEqual(['strategy', 'data'])
    expect(Object.keys(schema.properties['rules']!.properties!)).toContain('exitBelowMinimum')
    expect(JSON.stringify(schema)).toContain('"default":10000')
  })
})

describe('dates', () => {
  it('are UTC, and a last day is meant whole', () => {
    expect(parseDateMs('2019-01-01')).toBe(1_546_300_800_000)
    expect(parseDateMs('2019-01-01T12:30Z')).toBe(1_546_345_800_000)
    expect(parseDateMs('2019-01-01T00:00:00.5')).toBe(1_546_300_800_500)
    expect(parseEndMs('2019-01-01')).toBe(1_546_387_200_000)
    expect(parseEndMs('2019-01-01T12:30')).toBe(1_546_345_800_000)
    for (const bad of ['2019-13-01', '2019-02-29', '2019-01-01T25:00', '01.01.2019', '']) {
      expect(parseDateMs(bad)).toBeNull()
    }
  })
})
