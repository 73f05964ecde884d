/** Order profiles from `datasets/orders/`: what each venue's orders can be, by the venue's own names. */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ORDER_KINDS, type OrderProfile, TIMES_IN_FORCE } from '../../engine/core/order-profile.ts'
import { builtInFolder, deepFreeze } from './dated.ts'
import { instantMs, KNOWN_VENUES, parseYamlFile, refuse } from './file.ts'

const KEYS = ['venue', 'source', 'types', 'pairedStop', 'timeInForce', 'since', 'postOnly', 'reduceOnly', 'amend']

/** The profile of a venue; null where there's no file for it: then anything goes that the simulator knows. */
export async function loadOrderProfile(venue: string, folder = builtInFolder('orders')): Promise<OrderProfile | null> {
  const path = join(folder, `${venue}.yaml`)
  if (!existsSync(path)) return null
  return parseOrderProfile(await readFile(path, 'utf8'), `orders/${venue}.yaml`)
}

/** A profile from a file's text. Throws `BAD_DATED_DATA` with the file and the key. */
export async function parseOrderProfile(text: string, file: string): Promise<OrderProfile> {
  const raw = await parseYamlFile(text, file)
  const stray = Object.keys(raw).find((key) => !KEYS.includes(key))
  if (stray !== undefined) throw refuse(file, stray, 'unknown key', `known are ${KEYS.join(', ')}`)
  const venue = textOf(raw['venue'], file, 'venue')
  if (!KNOWN_VENUES.includes(venue)) {
    throw refuse(file, 'venue', `unknown venue '${venue}'`, `known are ${KNOWN_VENUES.join(', ')}`)
  }
  const optional = (key: string): string | null => (raw[key] === undefined ? null : textOf(raw[key], file, key))
  const types = namesOf(raw['types'], ORDER_KINDS, file, 'types')
  const timeInForce = namesOf(raw['timeInForce'], TIMES_IN_FORCE, file, 'timeInForce')
  const since = namesOf(raw['since'] ?? {}, [...ORDER_KINDS, ...TIMES_IN_FORCE], file, 'since')
  return deepFreeze({
    venue,
    source: textOf(raw['source'], file, 'source'),
    types,
    pairedStop: optional('pairedStop'),
    timeInForce,
    sinceMs: Object.fromEntries(Object.entries(since).map(([key, day]) => [key, msOf(day, file, `since.${key}`)])),
    postOnly: optional('postOnly'),
    reduceOnly: optional('reduceOnly'),
    amend: optional('amend'),
  })
}

function textOf(value: unknown, file: string, key: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw refuse(file, key, 'expected a text')
}

function msOf(day: string, file: string, key: string): number {
  const ms = instantMs(day)
  if (ms === null) throw refuse(file, key, `'${day}' is not a date, write YYYY-MM-DD`)
  return ms
}

function namesOf(value: unknown, known: readonly string[], file: string, key: string): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw refuse(file, key, 'expected names')
  for (const [name, text] of Object.entries(value)) {
    if (!known.includes(name)) throw refuse(file, `${key}.${name}`, 'unknown key', `known are ${known.join(', ')}`)
    textOf(text, file, `${key}.${name}`)
  }
  return value as Record<string, string>
}
