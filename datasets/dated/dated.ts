/**
 * The project's dated data: fee schedules, rulebooks and cost presets, from `datasets/` beside this folder or from a
 * folder of the user's. Loaded by run and handed to the pure rooms as frozen arguments.
 */

import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CostPreset, FeeRecord, MarginRecord, RulebookRecord } from '../../engine/core/dated.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { patternsMeet } from '../../engine/core/pairs.ts'
import { KNOWN_VENUES, parseVenueFile, parseYamlFile, refuse, refuseOverlaps } from './file.ts'

type Kind = 'fees' | 'rulebooks' | 'margin' | 'cost-presets' | 'scenarios' | 'orders'

/** Folder of the built-in data: the repository's own, beside this folder in source and outside `dist` when built. */
export function builtInFolder(kind: Kind): string {
  for (const candidate of [`../${kind}`, `../../../datasets/${kind}`]) {
    const folder = fileURLToPath(new URL(candidate, import.meta.url))
    if (existsSync(folder)) return folder
  }
  throw new TandemError(`datasets/${kind} is missing from this installation`, { code: 'NO_DATED_DATA' })
}

/** Fee records from a file's text. Throws `BAD_DATED_DATA` with the file and the key. */
export async function parseFees(text: string, file: string): Promise<readonly FeeRecord[]> {
  const raw = await parseVenueFile(text, file)
  const { feeSchema, parseWith } = await import('./schemas.ts')
  const records = raw.records.map((one, i) => parseWith(feeSchema, one, file, `records[${i}]`))
  refuseOverlaps(records, file, sameFees)
  return deepFreeze(records)
}

/** Rulebook records from a file's text. Throws `BAD_DATED_DATA` with the file and the key. */
export async function parseRulebooks(text: string, file: string): Promise<readonly RulebookRecord[]> {
  const raw = await parseVenueFile(text, file)
  const { parseWith, rulebookSchema } = await import('./schemas.ts')
  const records = raw.records.map((one, i) => parseWith(rulebookSchema, one, file, `records[${i}]`))
  refuseOverlaps(records, file, (a, b) => a.symbol === b.symbol)
  return deepFreeze(records)
}

/** Margin records from a file's text. Throws `BAD_DATED_DATA` with the file and the key. */
export async function parseMargin(text: string, file: string): Promise<readonly MarginRecord[]> {
  const raw = await parseVenueFile(text, file)
  const { marginSchema } = await import('./margin-schema.ts')
  const { parseWith } = await import('./schemas.ts')
  const records = raw.records.map((one, i) => parseWith(marginSchema, one, file, `records[${i}]`))
  refuseOverlaps(records, file, (a, b) => a.symbols.some((symbol) => b.symbols.includes(symbol)))
  return deepFreeze(records)
}

/** A cost preset from a file's text. Throws `BAD_DATED_DATA` with the file and the key. */
export async function parseCostPreset(text: string, file: string): Promise<CostPreset> {
  const value = await parseYamlFile(text, file)
  const { parseWith, presetSchema } = await import('./schemas.ts')
  const preset = parseWith(presetSchema, value, file, '')
  const stray = Object.keys(preset.venues).find((venue) => !KNOWN_VENUES.includes(venue))
  if (stray !== undefined) {
    throw refuse(file, `venues.${stray}`, 'unknown venue', `known are ${KNOWN_VENUES.join(', ')}`)
  }
  return deepFreeze(preset)
}

/** Fee records of venues. Throws `UNKNOWN_VENUE` where there's no file for one; `where` is the key that named it. */
export async function loadFees(
  venues: readonly string[],
  folder = builtInFolder('fees'),
  where = 'data.venue',
): Promise<readonly FeeRecord[]> {
  return loadVenues(venues, folder, where, 'fee schedule', parseFees)
}

/** Rulebook records of venues. Throws `UNKNOWN_VENUE` where there's no file for one. */
export async function loadRulebooks(
  venues: readonly string[],
  folder = builtInFolder('rulebooks'),
  where = 'data.venue',
): Promise<readonly RulebookRecord[]> {
  return loadVenues(venues, folder, where, 'rulebook', parseRulebooks)
}

/** Margin records of venues. Throws `UNKNOWN_VENUE` where there's no file for one. */
export async function loadMargin(
  venues: readonly string[],
  folder = builtInFolder('margin'),
  where = 'margin.rules',
): Promise<readonly MarginRecord[]> {
  return loadVenues(venues, folder, where, 'margin rules', parseMargin)
}

/** A cost preset by name. Throws `UNKNOWN_PRESET`. */
export async function loadCostPreset(name: string, folder = builtInFolder('cost-presets')): Promise<CostPreset> {
  const known = namesIn(folder)
  if (!known.includes(name)) {
    throw new TandemError(`unknown cost preset '${name}'`, {
      code: 'UNKNOWN_PRESET',
      hint: `known are ${known.join(', ')}`,
    })
  }
  const path = join(folder, `${name}.yaml`)
  return parseCostPreset(await readFile(path, 'utf8'), displayName(path))
}

async function loadVenues<R>(
  venues: readonly string[],
  folder: string,
  where: string,
  what: string,
  parse: (text: string, file: string) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const known = namesIn(folder)
  const all: R[] = []
  for (const venue of new Set(venues)) {
    if (!known.includes(venue)) {
      throw new TandemError(`unknown venue '${venue}': it has no ${what}`, {
        code: 'UNKNOWN_VENUE',
        where,
        hint: `known are ${known.join(', ')}`,
      })
    }
    const path = join(folder, `${venue}.yaml`)
    all.push(...(await parse(await readFile(path, 'utf8'), displayName(path))))
  }
  return Object.freeze(all)
}

/** Names that a folder has files for. */
function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) throw new TandemError(`there is no folder ${folder}`, { code: 'NO_DATED_DATA' })
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return files.map((name) => name.slice(0, -'.yaml'.length)).sort()
}

/** The last two parts of a path: enough to find the file, and the same on every machine. */
function displayName(path: string): string {
  return `${basename(dirname(path))}/${basename(path)}`
}

/** Two records of one product hold for the same pair at the same rank. */
function sameFees(a: FeeRecord, b: FeeRecord): boolean {
  if (a.product !== b.product) return false
  if (a.pairs === null || b.pairs === null) return a.pairs === b.pairs
  // A pair by name goes before a pattern on purpose, so only like may not meet like.
  const like = (one: string, other: string): boolean => one.includes('*') === other.includes('*')
  return a.pairs.some((one) => b.pairs!.some((other) => like(one, other) && patternsMeet(one, other)))
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
