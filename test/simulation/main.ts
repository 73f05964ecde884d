/**
 * `npm run simulate`: live code against the faulty simulated exchange, seed after seed. `--seeds N --from S`; `--bail`
 * ends with the first failure; `--only` and `--without` choose faults by name; `--minutes` under faults; `--json` prints
 * one document; `--trace` every event. Exit code 1 where an invariant was violated, 2 for bad usage.
 */

import { FAULT_KINDS } from './faults.ts'
import { commandOf, parseOptions, type RunnerOptions, type SimulateOptions } from './options.ts'
import { type SimulationResult, simulate } from './simulate.ts'
import { Tally } from './tally.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

function asked(): RunnerOptions {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    say(`simulate: ${(error as Error).message}`)
    process.exit(2)
  }
}

function report(result: SimulationResult, command: string): void {
  for (const { invariant, text, atMs } of result.violations) {
    say(`seed ${result.seed}: ${invariant} at ${new Date(atMs).toISOString()}: ${text}`)
  }
  say(`  faults: ${result.faults}`)
  say(`  again: ${command}`)
}

/** A process that leaves a failure to nobody would die of it. */
const unhandled: string[] = []
process.on('unhandledRejection', (error) =>
  unhandled.push(`nobody handles: ${(error as Error).stack ?? String(error)}`),
)

async function run(options: SimulateOptions, trace: ((line: string) => void) | null): Promise<SimulationResult> {
  const { seed } = options
  try {
    const result = await simulate(options, trace)
    const violations = unhandled.splice(0).map((text) => ({ invariant: 'I13', text, atMs: 0 }))
    return violations.length === 0 ? result : { ...result, violations: [...result.violations, ...violations] }
  } catch (error) {
    const text = `the simulation broke: ${(error as Error).stack ?? String(error)}`
    const violations = [{ invariant: 'I13', text, atMs: 0 }]
    return { seed, violations, counts: new Map(), simulatedMs: 0, faults: '', sums: {} }
  }
}

const options = asked()
const tally = new Tally()
const began = process.hrtime.bigint()
for (let seed = options.from; seed < options.from + options.seeds; seed++) {
  const { only, without, minutes } = options
  const result = await run({ seed, only, without, minutes }, options.trace ? say : null)
  tally.add(result)
  if (result.violations.length > 0) {
    report(result, commandOf({ seed, only, without, minutes }))
    if (options.bail) break
  } else if (seed % 500 === 0) say(`seed ${seed}`)
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9
if (options.json) process.stdout.write(`${JSON.stringify({ ...tally.summary, seconds }, null, 2)}\n`)
else {
  for (const kind of FAULT_KINDS) {
    process.stdout.write(`${kind.padEnd(20)} ${String(tally.counts.get(kind) ?? 0).padStart(9)}\n`)
  }
  process.stdout.write(`${tally.line(seconds)}\n`)
}
process.exitCode = tally.failing.length === 0 ? 0 : 1
