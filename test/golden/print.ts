/** Prints all golden runs as one JSON document: for another process, another directory, another Node version. */

import { CASES } from './cases.ts'
import { type Golden, runCase } from './run-case.ts'

const runs: Record<string, Golden> = {}
for (const one of CASES) runs[one.name] = await runCase(one)
process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`)
