/** The experiment at full length: `node dist/test/experiment/main.js [runs] [noise|planted]`, 200 of each by default. */

import { runOne, tallyOf } from './experiment.ts'

const runs = Number(process.argv[2] ?? 200)
const kinds = process.argv[3] === undefined ? (['noise', 'planted'] as const) : [process.argv[3] as 'noise' | 'planted']

for (const kind of kinds) {
  const outcomes = []
  for (let seed = 1; seed <= runs; seed++) {
    outcomes.push(await runOne(kind, seed))
    if (seed % 10 === 0) process.stderr.write(`${kind} ${JSON.stringify(tallyOf(outcomes))}\n`)
  }
  process.stdout.write(`${JSON.stringify({ kind, ...tallyOf(outcomes) }, null, 2)}\n`)
}
