/**
 * `npm run mutate:live`: puts one fault after another into live code and simulates until a seed notices. `--seeds N`
 * (1,000) is the most that each gets; `--only NAME` takes one; `--kept` begins at the seed that killed it last;
 * `--write` keeps the killing seeds beside this file. Exit code 1 where a mutant survives.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BundleFolder, type LiveMutant } from './bundle.ts'
import { hunt } from './hunt.ts'
import { LIVE_MUTANTS } from './mutants.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const string = { type: 'string' } as const
const { values } = parseArgs({
  options: { seeds: string, only: string, write: { type: 'boolean' }, kept: { type: 'boolean' } },
})
const most = Number(values.seeds ?? '1000')
const root = process.cwd()
const kept = join(root, 'test', 'simulation', 'mutants', 'killing-seeds.json')
const mutants = LIVE_MUTANTS.filter(({ name }) => values.only === undefined || name === values.only)
const folder = new BundleFolder(root)
const killers: Record<string, { seed: number; violation: string }> = JSON.parse(readFileSync(kept, 'utf8'))
const survivors: string[] = []

async function one(mutant: LiveMutant): Promise<void> {
  const from = values.kept === true ? (killers[mutant.name]?.seed ?? 1) : 1
  const { seed, violation } = await hunt(await folder.make(mutant), root, from, most, mutant.faults)
  say(`${seed === null ? 'survived' : `seed ${String(seed).padStart(4)}`}  ${mutant.name}: ${violation || mutant.harm}`)
  if (seed === null) survivors.push(mutant.name)
  else killers[mutant.name] = { seed, violation }
}

try {
  const waiting = [...mutants]
  const workers = Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await one(next)
  })
  await Promise.all(workers)
} finally {
  folder.remove()
}
say(`live mutants: ${mutants.length - survivors.length} killed, ${survivors.length} survived`)
if (values.write === true) {
  const sorted = Object.fromEntries(Object.entries(killers).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(kept, `${JSON.stringify(sorted, null, 2)}\n`)
}
process.exitCode = survivors.length === 0 ? 0 : 1
