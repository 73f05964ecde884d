/**
 * What one case of rules costs beside the plain job, in a process of its own: `node ratios.js CASE BARS ROUNDS`, one
 * JSON line. Both take turns, and the least processor time of each counts: whatever else the machine does then slows
 * both, or neither.
 */

import type { PreparedJob } from './reference-run.ts'
import { prepareRuleCase, type RuleCase } from './rule-cases.ts'

export interface RatioReport {
  readonly nsPerBar: number
  readonly plainNsPerBar: number
  /** Fills of the case, so that a case that does nothing is seen. */
  readonly fills: number
  readonly refusals: number
  readonly fundings: number
}

const WARM_UP_ROUNDS = 8

const [name, bars, rounds] = process.argv.slice(2) as [RuleCase, string, string]
const plain = await prepareRuleCase('plain', Number(bars))
const job = await prepareRuleCase(name, Number(bars))

function processorNs(one: PreparedJob): number {
  const before = process.cpuUsage()
  one.run()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / one.bars
}

let [least, leastPlain] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  const [own, other] = [processorNs(job), processorNs(plain)]
  if (round < 0) continue
  least = Math.min(least, own)
  leastPlain = Math.min(leastPlain, other)
}
const { kernel, recorder, venue } = job.run()
const report: RatioReport = {
  nsPerBar: least,
  plainNsPerBar: leastPlain,
  fills: kernel.portfolio.fills,
  refusals: recorder.entryRefusals,
  fundings: venue.margin?.carry.fundings ?? 0,
}
process.stdout.write(`${JSON.stringify(report)}\n`)
