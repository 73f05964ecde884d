/**
 * Goal: no input crashes the import, hangs it or leaves a half-written store. Method: 500 files, each a valid one of
 * some format damaged by a seeded mutation; each is imported whole and valid, or refused in one line.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Table, TimestampMillisecond, vectorFromArray } from 'apache-arrow'
import { expect, it } from 'vitest'
import { withDuckDb } from '../../datasets/duckdb.ts'
import { listFunding } from '../../datasets/funding/store.ts'
import { importPath } from '../../datasets/import/import-path.ts'
import { listSeries, loadCandles } from '../../datasets/store.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { featherOf, zipOf } from './file-makers.ts'
import { HOUR_MS, smallCandles, temporaryDirectory, toCsv, writeText } from './support.ts'

const FILES = 500

/** A seeded source of numbers: the same files on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    state = (state ^ (state >>> 12)) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const candles = smallCandles(80)
const csv = toCsv(candles)
const kraken = csv
  .split('\n')
  .slice(1, -1)
  .map((line) => `${line.replace('000,', ',')},3\n`)
  .join('')
const arrays = JSON.stringify(
  [...candles.time].map((time, row) => [
    time,
    ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name) => candles[name][row]),
  ]),
)

async function parquet(folder: string): Promise<Buffer> {
  const path = join(folder, 'made.parquet')
  const values = (JSON.parse(arrays) as number[][]).map((row) => `(${row.join(',')})`).join(',')
  await withDuckDb((connection) =>
    connection.run(
      `copy (select t as timestamp, o as open, h as high, l as low, c as close, v as volume from (values ${values}) x(t,o,h,l,c,v)) to '${path}' (format parquet)`,
    ),
  )
  return readFileSync(path)
}

function feather(): Buffer {
  const { time, ...numbers } = candles
  const columns = Object.entries(numbers).map(([name, column]) => [name, vectorFromArray(Float64Array.from(column))])
  return featherOf(
    new Table({ date: vectorFromArray([...time], new TimestampMillisecond('UTC')), ...Object.fromEntries(columns) }),
  )
}

type Mutation = (file: Buffer, random: (below: number) => number) => Buffer

const splice = (file: Buffer, at: number, insert: Uint8Array, remove = 0): Buffer =>
  Buffer.concat([file.subarray(0, at), insert, file.subarray(at + remove)])

/** Ways in which files go wrong. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  truncated: (file, random) => file.subarray(0, random(file.length)),
  'bytes changed': (file, random) => {
    const copy = Buffer.from(file)
    for (let k = 0; k <= random(12); k++) copy[random(copy.length)] = random(256)
    return copy
  },
  'a bit flipped': (file, random) => {
    const copy = Buffer.from(file)
    const at = random(copy.length)
    copy[at] = copy[at]! ^ (1 << random(8))
    return copy
  },
  'NUL bytes': (file, random) => splice(file, random(file.length), Buffer.alloc(1 + random(600))),
  'random bytes': (file, random) =>
    splice(file, random(file.length), Buffer.from(Array.from({ length: 1 + random(300) }, () => random(256)))),
  'a huge line': (file, random) => splice(file, random(file.length), Buffer.alloc(70_000 + random(200_000), '1,2')),
  'a huge number': (file, random) => splice(file, random(file.length), Buffer.from('9'.repeat(1 + random(400)))),
  'UTF-16': (file) => Buffer.from(`\uFEFF${file.toString('latin1')}`, 'utf16le'),
  'Latin-1 and marks': (file, random) =>
    splice(file, random(file.length), Buffer.from([0xef, 0xbb, 0xbf, 0xe9, 0xa0, 0xff])),
  'a part removed': (file, random) => splice(file, random(file.length), Buffer.alloc(0), random(200)),
  'a part repeated': (file, random) => {
    const at = random(file.length)
    return splice(file, random(file.length), file.subarray(at, at + random(400)))
  },
  'brackets, quotes and separators': (file, random) =>
    splice(
      file,
      random(file.length),
      Buffer.from(['[[[[', '{"a":', '"""', ',,,;;', '\r\r\n', ']]', '\\'][random(7)]!.repeat(1 + random(40))),
    ),
  'only random bytes': (_, random) => Buffer.from(Array.from({ length: random(5000) }, () => random(256))),
  empty: () => Buffer.alloc(0),
}

/** What must hold of any candles in the store. */
function isSound(rows: Candles): boolean {
  return rows.time.every((time, row) => {
    const [open, high, low, close] = [rows.open[row]!, rows.high[row]!, rows.low[row]!, rows.close[row]!]
    const ordered = row === 0 || time > rows.time[row - 1]!
    return (
      ordered &&
      time % HOUR_MS === 0 &&
      low > 0 &&
      low <= open &&
      low <= close &&
      high >= open &&
      high >= close &&
      rows.volume[row]! >= 0
    )
  })
}

/** Imports it and returns the line of the refusal, or null; throws if anything else comes of it. */
async function attempt(path: string, store: string): Promise<string | null> {
  try {
    const { series, refused } = await importPath(path, { store, venue: 'fuzz', symbol: 'A/B', timeframeMs: HOUR_MS })
    for (const one of series) if (one.kind === 'candles') await checkStored(store, one.rows)
    return series.length > 0 ? null : (refused[0]?.reason ?? 'nothing')
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    expect(error.line).not.toMatch(/\p{Cc}/u)
    expect(error.line.length).toBeLessThan(600)
    return error.line
  }
}

async function checkStored(store: string, rows: number): Promise<void> {
  const loaded = await loadCandles(store, { venue: 'fuzz', symbol: 'A/B', timeframeMs: HOUR_MS })
  expect(loaded.candles.time.length).toBe(rows)
  expect(isSound(loaded.candles)).toBe(true)
}

/** Files that a write that was given up would have left. */
function leftovers(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tmp-|\.lock|\.pull/.test(name))
}

it(`${FILES} damaged files: each imported whole or refused in one line`, async () => {
  const folder = temporaryDirectory()
  const store = join(folder, 'store')
  const originals: readonly (readonly [name: string, content: Buffer])[] = [
    ['a.csv', Buffer.from(csv)],
    ['XBTUSD_60.csv', Buffer.from(kraken)],
    ['a.csv.gz', gzipSync(csv)],
    ['a.json', Buffer.from(arrays)],
    [
      'k.json',
      Buffer.from(
        JSON.stringify({
          error: [],
          result: {
            XBTUSD: (JSON.parse(arrays) as number[][]).map(([t, ...rest]) => [t! / 1000, ...rest, '1', 2]),
            last: 1,
          },
        }),
      ),
    ],
    ['a.zip', zipOf({ 'XBTUSD_60.csv': kraken })],
    ['a.feather', feather()],
    ['a.parquet', await parquet(folder)],
    ['f.csv', Buffer.from(`time,funding_rate\n${[...candles.time].map((time) => `${time},0.0001\n`).join('')}`)],
  ]
  const mutations = Object.entries(MUTATIONS)
  const random = randomFrom(20_261_121)
  const outcomes = { imported: 0, refused: 0 }
  for (let k = 0; k < FILES; k++) {
    const [name, content] = originals[k % originals.length]!
    const [what, mutate] = mutations[Math.floor(k / originals.length) % mutations.length]!
    const path = writeText(folder, `in/${name}`, mutate(content, random))
    const line = await attempt(path, store).catch((error: unknown) => {
      throw new Error(`file ${k}, ${name}, ${what}: ${error instanceof Error ? error.stack : String(error)}`)
    })
    outcomes[line === null ? 'imported' : 'refused'] += 1
    expect(leftovers(store), `file ${k}, ${name}, ${what}`).toEqual([])
  }
  expect(outcomes.imported + outcomes.refused).toBe(FILES)
  expect(outcomes.refused).toBeGreaterThan(250)
  expect(outcomes.imported).toBeGreaterThan(10)
  // What is in the store is readable and whole.
  await listFunding(store)
  for (const manifest of await listSeries(store)) await loadCandles(store, manifest)
})

it('archives made to fill memory are refused early', async () => {
  const folder = temporaryDirectory()
  const store = join(folder, 'store')
  const blank = Buffer.concat([Buffer.from(kraken), Buffer.alloc(200 << 20, '\n')])
  const bombs: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['lines.gz', gzipSync(blank), /unpacks to more than 200 times its size/],
    ['lines.zip', zipOf({ 'XBTUSD_60.csv': blank }), /unpacks to more than 200 times its size/],
    ['zeros.zip', zipOf({ 'XBTUSD_60.csv': Buffer.alloc(100 << 20) }), /binary file/],
    [
      'spaces.json.gz',
      gzipSync(Buffer.concat([Buffer.from('[['), Buffer.alloc(150 << 20, ' '), Buffer.from(']]')])),
      /JSON without rows|64 KiB/,
    ],
    ['nested.zip', zipOf({ 'inner.zip': zipOf({ 'inner.zip': zipOf({ 'a.csv': csv }) }) }), /inside an archive/],
  ]
  for (const [name, content, line] of bombs) {
    expect(await attempt(writeText(folder, name, content), store)).toMatch(line)
    expect(existsSync(join(store, 'candles'))).toBe(false)
  }
})
