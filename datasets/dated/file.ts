/**
 * A file of dated data: YAML with one venue, its sources, defaults for its records, and the records. Everything wrong
 * with it is one line that names the file and the key.
 */

import { TandemError } from '../../engine/core/errors.ts'
import { parseDateRange } from '../dates.ts'

/** Venues for which dated data may be given. */
export const KNOWN_VENUES: readonly string[] = [
  'alpaca',
  'binance',
  'binanceusdm',
  'coinbase',
  'hyperliquid',
  'kraken',
  'krakenfutures',
]

/** A file's venue, and its records with defaults, venue and the text of their source filled in, not yet checked. */
export interface RawFile {
  readonly venue: string
  readonly records: readonly Readonly<Record<string, unknown>>[]
}

/** A refusal: `file: key: message`. */
export function refuse(file: string, key: string, message: string, hint?: string): TandemError {
  return new TandemError(message, {
    code: 'BAD_DATED_DATA',
    where: key === '' ? file : `${file}: ${key}`,
    ...(hint === undefined ? {} : { hint }),
  })
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads YAML; `file` is named in errors. Throws `BAD_DATED_DATA`. */
export async function parseYamlFile(text: string, file: string): Promise<Plain> {
  const { parse, YAMLParseError } = await import('yaml')
  let value: unknown
  try {
    value = parse(text, { prettyErrors: true })
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined
    const said = (error as Error).message.split('\n', 1)[0]!
    throw refuse(line === undefined ? file : `${file}:${line}`, '', `not valid YAML: ${said}`)
  }
  if (!isPlain(value)) throw refuse(file, '', 'expected keys and values')
  return value
}

/** Parses a venue's file down to its records. Throws `BAD_DATED_DATA`. */
export async function parseVenueFile(text: string, file: string): Promise<RawFile> {
  const { venue, sources, defaults = {}, records, ...rest } = await parseYamlFile(text, file)
  const stray = Object.keys(rest)[0]
  if (stray !== undefined) {
    throw refuse(file, stray, 'unknown key', 'known are venue, sources, defaults and records')
  }
  if (typeof venue !== 'string' || !KNOWN_VENUES.includes(venue)) {
    throw refuse(file, 'venue', `unknown venue ${JSON.stringify(venue)}`, `known are ${KNOWN_VENUES.join(', ')}`)
  }
  if (!isPlain(sources)) throw refuse(file, 'sources', 'expected the names and texts of sources')
  if (!isPlain(defaults)) throw refuse(file, 'defaults', 'expected keys of records')
  if (!Array.isArray(records) || records.length === 0) throw refuse(file, 'records', 'expected a list of records')
  return { venue, records: records.map((one, i) => completeRecord(one, i, venue, sources, defaults, file)) }
}

function completeRecord(one: unknown, i: number, venue: string, sources: Plain, defaults: Plain, file: string): Plain {
  if (!isPlain(one)) throw refuse(file, `records[${i}]`, 'expected a record')
  if ('venue' in one) throw refuse(file, `records[${i}].venue`, 'the venue stands at the head of the file')
  const record = { ...defaults, ...one, venue } as Record<string, unknown>
  const name = record['source']
  const source = typeof name === 'string' && Object.hasOwn(sources, name) ? sources[name] : undefined
  if (typeof source !== 'string' || source === '') {
    throw refuse(file, `records[${i}].source`, `expected the name of one of the file's sources`)
  }
  return { ...record, source }
}

/** A date or ISO timestamp, UTC, as ms; a text that isn't one gives null. */
export function instantMs(text: string): number | null {
  try {
    return parseDateRange(text).fromMs ?? null
  } catch {
    return null
  }
}

/** Refuses records of which two hold at the same time for the same thing; `sameThing` says which could. */
export function refuseOverlaps<R extends { readonly fromMs: number; readonly toMs: number | null }>(
  records: readonly R[],
  file: string,
  sameThing: (a: R, b: R) => boolean,
): void {
  const end = (one: R): number => one.toMs ?? Number.POSITIVE_INFINITY
  for (let i = 0; i < records.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = records[j]!
      const b = records[i]!
      if (a.fromMs < end(b) && b.fromMs < end(a) && sameThing(a, b)) {
        throw refuse(file, `records[${i}].from`, `overlaps records[${j}]`, 'end one where the other begins')
      }
    }
  }
}
