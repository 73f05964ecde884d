/**
 * `npm run bench`: the reference job at 100,000 and 1,000,000 bars against a C program of the same job, what rules cost
 * beside it, the indicators, sweeps, and a run from process start to end. `--json` prints one JSON document; `--quick`
 * measures 100,000 bars in one process each. Exit code 1 where results differ from C's or a bar allocates; times are shown
 * and judged, but are the machine's as much as the engine's.
 */

import { coldChecks, coldText, measureCold } from './cold.ts'
import { measureIndicators, measureSize } from './rounds.ts'
import { measureRules, ruleChecks, rulesText } from './rules.ts'
import { measureSweeps, sweepChecks, sweepsText } from './sweeps.ts'
import { checksText, indicatorsText, sizeText } from './table.ts'
import { checksOf } from './verdict.ts'

const flags = process.argv.slice(2)
const unknown = flags.find((flag) => flag !== '--json' && flag !== '--quick')
if (unknown !== undefined) {
  process.stderr.write(`bench: unknown option '${unknown}' (there are --json and --quick)\n`)
  process.exit(2)
}
const isQuick = flags.includes('--quick')
const log = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const sizes = isQuick ? [measureSize(100_000, 1, log)] : [100_000, 1_000_000].map((bars) => measureSize(bars, 5, log))
const rules = measureRules(isQuick, log)
log('indicators')
const indicators = measureIndicators(isQuick ? 100_000 : 1_000_000)
const sweeps = measureSweeps(isQuick, log)
const cold = measureCold(isQuick, log)
const checks = [...sizes.flatMap(checksOf), ...ruleChecks(rules), ...sweepChecks(sweeps), ...coldChecks(cold)]
const ok = checks.every((check) => check.ok || !check.binding)

if (flags.includes('--json')) {
  const machine = { node: process.version, v8: process.versions.v8, arch: process.arch, platform: process.platform }
  process.stdout.write(`${JSON.stringify({ machine, sizes, rules, indicators, sweeps, cold, checks, ok }, null, 2)}\n`)
} else {
  const parts = [
    ...sizes.map(sizeText),
    rulesText(rules),
    indicatorsText(indicators),
    sweepsText(sweeps),
    coldText(cold),
    checksText(checks),
  ]
  process.stdout.write(parts.join('\n'))
}
process.exitCode = ok ? 0 : 1
