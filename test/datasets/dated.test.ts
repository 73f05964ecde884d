/** Goal: the project's dated data is what the rules say, gapless and marked; what is wrong with a file is one line. */

import { describe, expect, it } from 'vitest'
import {
  loadCostPreset,
  loadFees,
  loadRulebooks,
  parseCostPreset,
  parseFees,
  parseRulebooks,
} from '../../datasets/dated/dated.ts'
import { KNOWN_VENUES } from '../../datasets/dated/file.ts'
import { datedHash } from '../../datasets/dated/hash.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { futuresRecord } from '../../engine/loopback/futures/records.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)
const fees = await loadFees(KNOWN_VENUES)
const rulebooks = await loadRulebooks(KNOWN_VENUES)

/** Records of one thing, by time. */
function groups<R extends { fromMs: number }>(records: readonly R[], keyOf: (one: R) => string): R[][] {
  const all = new Map<string, R[]>()
  for (const one of records) all.set(keyOf(one), [...(all.get(keyOf(one)) ?? []), one])
  return [...all.values()].map((list) => list.sort((a, b) => a.fromMs - b.fromMs))
}

describe('built-in fee schedules', () => {
  const own = fees.filter((one) => one.pairs === null)
  /** First tier of a venue's schedule on a day, in per cent: maker, taker. */
  const firstTier = (venue: string, text: string, product = 'spot') => {
    const ms = day(text)
    const record = own.find(
      (one) =>
        one.venue === venue && one.product === product && one.fromMs <= ms && (one.toMs === null || ms < one.toMs),
    )
    return [record!.tiers[0]!.maker, record!.tiers[0]!.taker].map((part) => Number((part * 100).toPrecision(6)))
  }

  it.each(groups(own, (one) => `${one.venue} ${one.product}`).map((list) => [list[0]!.venue, list[0]!.product, list]))(
    '%s %s has no holes, no open middle, and a source for each record',
    (_venue, _product, list) => {
      const ends = list.slice(0, -1).map((one) => one.toMs)
      expect(ends).toEqual(list.slice(1).map((one) => one.fromMs))
      expect(list.at(-1)!.toMs).toBeNull()
      for (const one of list) expect(one.source.length).toBeGreaterThan(10)
    },
  )

  it('never cost more for more volume', () => {
    for (const { tiers } of fees) {
      for (const [i, tier] of tiers.entries()) {
        expect(tier.maker).toBeLessThanOrEqual(tiers[i - 1]?.maker ?? 1)
        expect(tier.taker).toBeLessThanOrEqual(tiers[i - 1]?.taker ?? 1)
      }
    }
  })

  it.each([
    ['kraken', '2016-01-01', [0.16, 0.26]],
    ['kraken', '2024-01-14', [0.16, 0.26]],
    ['kraken', '2025-11-01', [0.25, 0.4]],
    ['coinbase', '2019-06-01', [0.15, 0.25]],
    ['coinbase', '2023-08-15', [0.4, 0.6]],
    ['coinbase', '2024-06-01', [0.6, 0.8]],
    ['coinbase', '2026-01-01', [0.6, 1.2]],
    ['alpaca', '2023-03-13', [0.15, 0.25]],
    ['binance', '2024-01-01', [0.1, 0.1]],
  ])('%s on %s: %j %%', (venue, text, rates) => {
    expect(firstTier(venue, text)).toEqual(rates)
  })

  it.each([
    ['hyperliquid', '2023-07-01', [-0.002, 0.025]],
    ['hyperliquid', '2024-04-01', [0.01, 0.035]],
    ['hyperliquid', '2025-05-06', [0.015, 0.045]],
    ['krakenfutures', '2026-06-01', [0.02, 0.05]],
  ])('%s perpetuals on %s: %j %%', (venue, text, rates) => {
    expect(firstTier(venue, text, 'perp')).toEqual(rates)
  })

  it('only what is uncertain is marked: Kraken between mid-January 2024 and the end of that year', () => {
    const kraken = own.filter((one) => one.venue === 'kraken' && one.approximate)
    expect([kraken[0]!.fromMs, kraken.at(-1)!.toMs]).toEqual([day('2024-01-15'), day('2025-01-01')])
  })
})

describe('built-in rulebooks', () => {
  const last = (venue: string, symbol: string) =>
    rulebooks.filter((one) => one.venue === venue && one.symbol === symbol).at(-1)!

  it('have no holes', () => {
    for (const list of groups(rulebooks, (one) => `${one.venue} ${one.symbol}`)) {
      expect(list.slice(0, -1).map((one) => one.toMs)).toEqual(list.slice(1).map((one) => one.fromMs))
      expect(list.at(-1)!.toMs).toBeNull()
    }
  })

  it('Kraken re-tuned its minimums', () => {
    const minimums = (symbol: string) =>
      rulebooks.filter((one) => one.venue === 'kraken' && one.symbol === symbol).map((one) => one.minQty)
    expect(minimums('BTC/USD')).toEqual(['0.0001', '0.00005'])
    expect(minimums('ETH/USDT')).toEqual(['0.01', '0.002'])
  })

  it('a minimum is an amount of base, on Binance a cost', () => {
    expect(last('kraken', 'DOGE/USD')).toMatchObject({ tick: '0.0000001', minQty: '13', minCost: '0.5' })
    expect(last('coinbase', 'SHIB/USDT')).toMatchObject({ tick: '0.0000001', step: '1', minQty: '1', minCost: '1' })
    expect(last('binance', 'SOL/USDT')).toMatchObject({ step: '0.001', minQty: '0', minCost: '5' })
    expect(last('alpaca', 'BTC/USD')).toMatchObject({ minCost: '0', minBuyCost: '10', minQty: '0.000026873' })
    expect(last('hyperliquid', 'ETH/USDC:USDC')).toMatchObject({ tick: '0.01', step: '0.0001', significantDigits: 5 })
  })

  it('Kraken Futures’ are those of its practice exchange', () => {
    for (const symbol of ['BTC/USD:USD', 'ETH/USD:USD', 'SOL/USD:USD']) {
      const { tick, step, minQty, minCost } = futuresRecord(symbol, 1)
      expect(last('krakenfutures', symbol)).toMatchObject({ tick, step, minQty, minCost })
    }
  })

  it('every coin of the rules is there, against USD and USDT', () => {
    for (const base of ['BTC', 'ETH', 'SOL', 'ADA', 'DOGE', 'SHIB', 'MANA']) {
      for (const quote of ['USD', 'USDT']) expect(last('kraken', `${base}/${quote}`)).toBeDefined()
      expect(last('coinbase', `${base}/USD`)).toBeDefined()
      expect(last('binance', `${base}/USDT`)).toBeDefined()
    }
  })
})

describe('hash', () => {
  it('follows content, not order or repetition', () => {
    const kraken = fees.filter((one) => one.venue === 'kraken')
    expect(datedHash([...kraken, ...kraken].reverse())).toBe(datedHash(kraken))
    expect(datedHash(kraken)).toMatch(/^[0-9a-f]{64}$/)
    expect(datedHash([{ a: 1, b: 2 }])).toBe(datedHash([{ b: 2, a: 1 }]))
    const [first, ...rest] = kraken
    expect(datedHash([{ ...first!, toMs: first!.toMs! + 86_400_000 }, ...rest])).not.toBe(datedHash(kraken))
  })

  it('records are frozen', () => {
    expect(Object.isFrozen(fees)).toBe(true)
    expect(Object.isFrozen(fees[0]!.tiers[0])).toBe(true)
  })
})

/** The one line of the refusal. */
async function lineOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof TandemError ? error.line : String(error)
}

const HEAD = 'venue: kraken\nsources: { a: somewhere }\n'
const FEES = 'defaults: { product: spot, windowDays: 30, volumeTiming: fill, feeAsset: quote, source: a }\n'
const RULES = 'defaults: { from: 2020-01-01, source: a, tick: "0.1", step: "1", minQty: "0", minCost: "0" }\n'
const feeLine = (records: string) => lineOf(parseFees(`${HEAD}${FEES}records:\n${records}\n`, 'fees/k.yaml'))
const ruleLine = (records: string) =>
  lineOf(parseRulebooks(`${HEAD}${RULES}records:\n${records}\n`, 'rulebooks/k.yaml'))

describe('refusals', () => {
  const from = 'from: 2020-01-01'
  const one = 'tiers: [[0, 0.001, 0.002]]'

  it.each([
    [
      'negative fee',
      `- { ${from}, tiers: [[0, -0.001, 0.002]] }`,
      '[0].tiers[0][1]: a negative fee needs rebate: true',
    ],
    ['negative taker', `- { ${from}, tiers: [[0, 0, -0.002]] }`, '[0].tiers[0][2]: a negative fee needs rebate: true'],
    [
      'percent',
      `- { ${from}, tiers: [[0, 0.1, 0.26]] }`,
      '[0].tiers[0][1]: expected a fraction of at most 0.05, 0.0026 for 0.26 %',
    ],
    [
      'bad date',
      `- { from: 2020-13-01, ${one} }`,
      "[0].from: '2020-13-01' is not a date, write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ",
    ],
    ['no date', `- { ${one} }`, '[0].from: expected a date, YYYY-MM-DD'],
    ['ends first', `- { ${from}, to: 2019-01-01, ${one} }`, '[0].to: expected a time after from'],
    ['first tier', `- { ${from}, tiers: [[1, 0, 0]] }`, '[0].tiers[0][0]: expected the first tier from 0'],
    ['tiers', `- { ${from}, tiers: [[0, 0, 0], [5, 0, 0], [5, 0, 0]] }`, '[0].tiers[2][0]: expected volumes to rise'],
    ['unknown key', `- { ${from}, ${one}, taker: 1 }`, '[0].taker: unknown key'],
    ['source', `- { ${from}, ${one}, source: b }`, "[0].source: expected the name of one of the file's sources"],
    ['venue inside', `- { ${from}, ${one}, venue: x }`, '[0].venue: the venue stands at the head of the file'],
    ['pair', `- { ${from}, ${one}, pairs: [BTCUSD] }`, '[0].pairs[0]: expected BASE/QUOTE, * for any'],
    ['product', `- { ${from}, ${one}, product: swap }`, '[0].product: expected spot or perp'],
    ['no record', '- 5', '[0]: expected a record'],
  ])('fees: %s', async (_name, records, said) => {
    expect(await feeLine(records)).toBe(`fees/k.yaml: records${said}`)
  })

  it('overlapping schedules: of the product, of a pair, of patterns that can meet', async () => {
    const overlap = 'fees/k.yaml: records[1].from: overlaps records[0] (end one where the other begins)'
    const record = (more: string, at = from) => `- { ${at}, ${one}${more} }`
    const two = (a: string, b: string) => feeLine([a, b].join('\n'))
    expect(await two(record(''), record('', 'from: 2021-01-01'))).toBe(overlap)
    expect(await two(record(', to: 2021-01-01'), record('', 'from: 2020-12-31'))).toBe(overlap)
    expect(await two(record(', pairs: [A/USD, B/USD]'), record(', pairs: [B/USD]'))).toBe(overlap)
    expect(await two(record(', pairs: ["*/EUR"]'), record(', pairs: ["DAI/*"]'))).toBe(overlap)
    expect(await two(record(', to: 2021-01-01'), record('', 'from: 2021-01-01'))).toBe('null')
    expect(await two(record('', 'from: 2021-01-01'), record(', to: 2021-01-01'))).toBe('null')
    expect(await two(record(', pairs: ["DAI/*"]'), record(', pairs: [DAI/USD]'))).toBe('null')
    expect(await two(record(''), record(', product: perp'))).toBe('null')
  })

  it.each([
    ['number', '- { symbol: A/USD, tick: 0.00000001 }', '[0].tick: expected a decimal number in quotes'],
    [
      'negative',
      '- { symbol: A/USD, minQty: "-1" }',
      '[0].minQty: expected a decimal number in quotes, such as "0.0001"',
    ],
    [
      'exponent',
      '- { symbol: A/USD, tick: "1e-8" }',
      '[0].tick: expected a decimal number in quotes, such as "0.0001"',
    ],
    ['zero step', '- { symbol: A/USD, step: "0.00" }', '[0].step: expected more than 0'],
    ['symbol', '- { symbol: AUSD }', '[0].symbol: expected BASE/QUOTE'],
    [
      'listing',
      '- { symbol: A/USD, listed: 2021-01-01, delisted: 2020-01-01 }',
      '[0].delisted: expected a time after listed',
    ],
    [
      'overlap',
      '- { symbol: A/USD }\n- { symbol: A/USD }',
      '[1].from: overlaps records[0] (end one where the other begins)',
    ],
  ])('rulebooks: %s', async (_name, records, said) => {
    expect(await ruleLine(records)).toBe(`rulebooks/k.yaml: records${said}`)
  })

  it('files', async () => {
    const known = `known are ${KNOWN_VENUES.join(', ')}`
    const parse = (text: string) => lineOf(parseFees(text, 'f.yaml'))
    expect(await parse('venue: mtgox\nsources: {}\nrecords: [{}]')).toBe(
      `f.yaml: venue: unknown venue "mtgox" (${known})`,
    )
    expect(await parse('venue: kraken\nsources: {}\nrecords: []')).toBe('f.yaml: records: expected a list of records')
    expect(await parse('venue: kraken\nfees: 1')).toMatch(/^f\.yaml: fees: unknown key/)
    expect(await parse('- 1')).toBe('f.yaml: expected keys and values')
    expect(await parse('venue: [')).toMatch(/^f\.yaml:\d+: not valid YAML: /)
  })

  it('names', async () => {
    const venues = 'alpaca, binance, binanceusdm, coinbase, hyperliquid, kraken, krakenfutures'
    expect(await lineOf(loadFees(['ftx']))).toBe(
      `data.venue: unknown venue 'ftx': it has no fee schedule (known are ${venues})`,
    )
    expect(await lineOf(loadCostPreset('x'))).toBe("unknown cost preset 'x' (known are classic-2026-01)")
    const preset = 'name: p\nsource: s\nvenues: { ftx: { maker: 0, taker: 0, spread: 0 } }'
    expect(await lineOf(parseCostPreset(preset, 'p.yaml'))).toMatch(/^p\.yaml: venues\.ftx: unknown venue/)
    expect(await lineOf(parseCostPreset(preset.replace('taker: 0', 'taker: -1'), 'p.yaml'))).toMatch(
      /^p\.yaml: venues\.ftx\.taker: /,
    )
  })
})
