/** Scenarios: rules at work. Lists those that come with tandem, plays them or a file of one's own, compares, narrates. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { builtInFolder } from '../../datasets/dated/dated.ts'
import { TandemError } from '../core/errors.ts'
import { type Mismatch, mismatches } from './scenario/expect.ts'
import { parseScenario, type Scenario, type ScenarioCase } from './scenario/file.ts'
import type { Found, PlayedTable } from './scenario/kind.ts'
import { suggestion } from './suggest.ts'

export interface ScenarioListing {
  readonly name: string
  readonly title: string
  readonly chapter: readonly string[]
  readonly kind: string
  readonly shows: string
  readonly cases: number
}

export interface CaseReport {
  readonly title: string | null
  readonly lines: readonly string[]
  readonly tables: readonly PlayedTable[]
  readonly found: Found
  /** Whether the case says what it expects. */
  readonly expects: boolean
  readonly mismatches: readonly Mismatch[]
}

export interface ScenarioReport {
  readonly name: string
  readonly title: string
  readonly chapter: readonly string[]
  readonly shows: string
  /** Every expectation of every case is met. */
  readonly met: boolean
  readonly cases: readonly CaseReport[]
}

/** Names of the scenarios that come with tandem, sorted. */
export function scenarioNames(folder = builtInFolder('scenarios')): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return files.map((name) => name.slice(0, -'.yaml'.length)).sort()
}

/** The scenarios that come with tandem, by name. */
export async function listScenarios(): Promise<ScenarioListing[]> {
  const listings: ScenarioListing[] = []
  for (const name of scenarioNames()) {
    const { title, chapter, kindName, shows, cases } = await load(name)
    listings.push({ name, title, chapter, kind: kindName, shows, cases: cases.length })
  }
  return listings
}

/**
 * Plays a scenario by name, or a file by its path (it has a folder in it, or ends in .yaml). Throws `NO_SCENARIO` or
 * what parsing and running throw.
 */
export async function runScenario(nameOrFile: string): Promise<ScenarioReport> {
  const scenario = await load(nameOrFile)
  const cases: CaseReport[] = []
  for (const one of scenario.cases) cases.push(await playCase(scenario, one))
  const { title, chapter, shows } = scenario
  const name = basename(nameOrFile).replace(/\.ya?ml$/, '')
  return { name, title, chapter, shows, met: cases.every((one) => one.mismatches.length === 0), cases }
}

async function playCase({ kind }: Scenario, { title, given, expect, where }: ScenarioCase): Promise<CaseReport> {
  const { lines, tables = [], found } = await kind.play(given, where)
  return { title, lines, tables, found, expects: expect !== undefined, mismatches: mismatches(expect, found) }
}

async function load(nameOrFile: string): Promise<Scenario> {
  const isFile = /\.ya?ml$/.test(nameOrFile) || /[/\\]/.test(nameOrFile)
  if (isFile) return await parseScenario(readText(nameOrFile), nameOrFile)
  const folder = builtInFolder('scenarios')
  const path = join(folder, `${nameOrFile}.yaml`)
  if (!existsSync(path)) {
    throw new TandemError(`there is no scenario '${nameOrFile}'`, {
      code: 'NO_SCENARIO',
      hint: suggestion(nameOrFile, scenarioNames(folder)),
    })
  }
  return await parseScenario(readText(path), `scenarios/${nameOrFile}.yaml`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new TandemError(missing ? 'there is no such file' : (error as Error).message, {
      code: 'NO_SCENARIO',
      where: path,
      hint: 'give a scenario in YAML, or a name from tandem scenario list',
      cause: error,
    })
  }
}
