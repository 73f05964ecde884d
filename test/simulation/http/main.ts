/**
 * `npm run simulate:http`: seeds through the venue's real ccxt client and HTTP against the practice exchange, judged by
 * its own export. `--seeds N --from S --minutes M --bail --trace`. Exit code 1 where an invariant was violated.
 */

import { parseArgs } from 'node:util'
import { simulateHttp } from './simulate-http.ts'

const string = { type: 'string' } as const
const boolean = { type: 'boolean' } as const
const { values } = parseArgs({
  options: { seeds: string, from: string, minutes: string, bail: boolean, trace: boolean, json: boolean },
})
const from = Number(values.from ?? '1')
const seeds = Number(values.seeds ?? '20')
const minutes = Number(values.minutes ?? '12')
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const failing: number[] = []
const counts: Record<string, number> = {}
const sums = { lives: 0, orders: 0, trades: 0 }
const began = process.hrtime.bigint()
for (let seed = from; seed < from + seeds; seed++) {
  const result = await simulateHttp(seed, minutes, values.trace === true ? say : null)
  for (const [name, count] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + count
  for (const name of ['lives', 'orders', 'trades'] as const) sums[name] += result[name]
  if (result.violations.length === 0) continue
  failing.push(seed)
  for (const { invariant, text, atMs } of result.violations) {
    say(`seed ${seed}: ${invariant} at ${new Date(atMs).toISOString()}: ${text}`)
  }
  say(`  faults: ${result.faults}\n  again: npm run simulate:http -- --from ${seed} --seeds 1 --minutes ${minutes}`)
  if (values.bail === true) break
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9
const kinds = Object.values(counts).filter((count) => count > 0).length
if (values.json === true)
  process.stdout.write(`${JSON.stringify({ seeds, failing, counts, sums, seconds }, null, 2)}\n`)
else {
  for (const [name, count] of Object.entries(counts).sort()) process.stdout.write(`${name.padEnd(22)} ${count}\n`)
  const all = Object.entries(sums).map(([name, count]) => `${count} ${name}`)
  process.stdout.write(
    `${seeds} seeds in ${seconds.toFixed(1)} s; ${kinds} kinds of faults fired; ${all.join('; ')}; ${failing.length} failing\n`,
  )
}
process.exit(failing.length === 0 ? 0 : 1)
