/** The bench's cases of rules: what each costs beside the plain job, measured in turns with it. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { formatTable } from '../../engine/cli/output.ts'
import { median } from './measure.ts'
import type { RatioReport } from './ratios.ts'
import { RULE_CASES, type RuleCase } from './rule-cases.ts'
import type { Check } from './verdict.ts'

const BARS = 100_000
const ROUNDS = 60

export interface RuleFigures {
  readonly bars: number
  readonly processes: number
  readonly cases: Readonly<Record<RuleCase, RatioReport & { readonly ratio: number }>>
}

const NAMES = Object.keys(RULE_CASES) as RuleCase[]

export function measureRules(isQuick: boolean, log: (line: string) => void): RuleFigures {
  const processes = isQuick ? 1 : 5
  const reports: Record<string, RatioReport[]> = {}
  for (let round = 1; round <= processes; round++) {
    log(`rules, round ${round} of ${processes}`)
    for (const name of NAMES) (reports[name] ??= []).push(child(name))
  }
  const cases = NAMES.map((name) => {
    const ratio = median(reports[name]!.map(({ nsPerBar, plainNsPerBar }) => nsPerBar / plainNsPerBar))
    return [name, { ...reports[name]![0]!, ratio }] as const
  })
  return { bars: BARS, processes, cases: Object.fromEntries(cases) as RuleFigures['cases'] }
}

function child(name: RuleCase): RatioReport {
  const script = fileURLToPath(new URL('./ratios.js', import.meta.url))
  const words = [script, name, String(BARS), String(ROUNDS)]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
}

export function rulesText({ bars, processes, cases }: RuleFigures): string {
  const rows = NAMES.map((name) => {
    const { nsPerBar, plainNsPerBar, ratio, fills, refusals, fundings } = cases[name]
    const times = [nsPerBar.toFixed(1), plainNsPerBar.toFixed(1), `${ratio.toFixed(2)} ×`]
    return [RULE_CASES[name].label, ...times, fills, refusals, fundings]
  })
  const heads = [
    `${bars} bars, ${processes} processes`,
    'CPU ns/bar',
    'plain',
    'ratio',
    'fills',
    'refusals',
    'fundings',
  ]
  return formatTable(heads, rows)
}

export function ruleChecks({ bars, cases }: RuleFigures): Check[] {
  return NAMES.map((name) => {
    const { label, atMost } = RULE_CASES[name]
    const { ratio } = cases[name]
    const what = `${label}: at most ${atMost} × the plain job at ${bars} bars`
    return { name: what, ok: ratio <= atMost, detail: `${ratio.toFixed(2)} ×`, binding: false }
  })
}
