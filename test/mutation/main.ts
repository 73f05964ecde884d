/**
 * `npm run mutate`: patches one rule after the other in a copy of the sources and runs the tests that must notice.
 * `--random N` takes N of them, drawn by `--seed S` (printed, and today's milliseconds where it isn't given);
 * `--only NAME` one, `--file PATH` those of a source file (several times for several); `--json` prints one document. Exit code 1 where a mutant survives, 2 where a mutation is stale or
 * the tests fail without any.
 */

import { parseArgs } from 'node:util'
import { ParkMiller } from '../support/park-miller.ts'
import { checkBaseline, drawn, judge, type Verdict } from './judge.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { Workspace } from './workspace.ts'

const MODULUS = 2147483647

const say = (line: string): void => void process.stderr.write(`${line}\n`)

function fail(message: string): never {
  say(`mutate: ${message}`)
  process.exit(2)
}

function options() {
  try {
    const string = { type: 'string' } as const
    return parseArgs({
      options: {
        random: string,
        seed: string,
        only: string,
        file: { ...string, multiple: true },
        json: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return fail((error as Error).message)
  }
}

function whole(text: string, name: string): number {
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(`--${name} ${text}: expected a whole number`)
}

function chosen({ random, seed, only, file }: ReturnType<typeof options>): readonly Mutant[] {
  if (only !== undefined) {
    const found = MUTANTS.filter(({ name }) => name === only)
    return found.length > 0 ? found : fail(`there is no mutant '${only}'`)
  }
  if (file !== undefined) {
    const found = MUTANTS.filter((one) => file.includes(one.file))
    return found.length > 0 ? found : fail(`no mutant is of ${file.join(', ')}`)
  }
  if (random === undefined) return MUTANTS
  const from = seed === undefined ? Date.now() : whole(seed, 'seed')
  say(`seed: ${from}`)
  const generator = new ParkMiller(1 + (from % (MODULUS - 2)))
  return drawn(MUTANTS, whole(random, 'random'), () => generator.below(1_000_000) / 1_000_000)
}

const asked = options()
const mutants = chosen(asked)
const workspace = new Workspace(process.cwd())
const verdicts: Verdict[] = []
let fault: Error | null = null
try {
  say(`${mutants.length} mutants; the tests without any first`)
  checkBaseline(workspace, mutants)
  for (const mutant of mutants) {
    const verdict = judge(workspace, mutant)
    verdicts.push(verdict)
    say(`${verdict.fate.padEnd(8)}  ${mutant.name}: ${verdict.fate === 'killed' ? verdict.killer : mutant.harm}`)
  }
} catch (error) {
  fault = error as Error
} finally {
  workspace.remove()
}
if (fault !== null) fail(fault.message)
const survivors = verdicts.filter(({ fate }) => fate === 'survived')
if (asked.json === true) {
  const rows = verdicts.map(({ mutant, ...verdict }) => ({ ...mutant, ...verdict }))
  process.stdout.write(`${JSON.stringify({ mutants: rows, survivors: survivors.length }, null, 2)}\n`)
} else process.stdout.write(`mutants: ${verdicts.length - survivors.length} killed, ${survivors.length} survived\n`)
process.exitCode = survivors.length === 0 ? 0 : 1
