/** `tandem scenario run`: a rule at work, narrated, and held against what the scenario expects. */

import { TandemError } from '../../core/errors.ts'
import type { CaseReport, ScenarioReport } from '../../run/scenario.ts'
import { defineCommand } from '../command.ts'
import { formatTable } from '../output.ts'

export const command = defineCommand({
  positionals: '[name]',
  positionalOptions: { name: { type: 'string', describe: 'a name from tandem scenario list, or a file' } },
  options: { all: { type: 'boolean', default: false, describe: 'all that come with tandem' } },
  async run(args, output) {
    const { runScenario, scenarioNames } = await import('../../run/scenario.ts')
    if (args.all === (args.name !== undefined)) {
      throw new TandemError('expected a scenario or --all', {
        code: 'USAGE',
        where: 'scenario run',
        hint: 'see tandem scenario list',
      })
    }
    const { mismatchText } = await import('../../run/scenario/expect.ts')
    const reports: ScenarioReport[] = []
    for (const name of args.all ? scenarioNames() : [args.name!]) reports.push(await runScenario(name))
    const met = reports.every((one) => one.met)
    const faults = (one: CaseReport): string[] => one.mismatches.map((fault) => `  ✗ ${mismatchText(fault)}`)
    output.result(args.all ? { met, scenarios: reports } : reports[0], () =>
      args.all ? overview(reports, faults) : reportText(reports[0]!, faults),
    )
    return met ? 0 : 1
  },
})

/** One line a scenario, and what differs below it. */
function overview(reports: readonly ScenarioReport[], faults: (one: CaseReport) => string[]): string {
  const lines = reports.flatMap((report) => [
    `${report.met ? '✓' : '✗'} ${report.name} (${report.chapter.join(', ')}): ${report.title}`,
    ...report.cases.flatMap(faults),
  ])
  const failed = reports.filter((one) => !one.met).length
  return [
    ...lines,
    `${reports.length} scenarios, ${failed === 0 ? 'all as expected' : `${failed} not as expected`}`,
  ].join('\n')
}

function reportText(report: ScenarioReport, faults: (one: CaseReport) => string[]): string {
  const parts = report.cases.map((one) => {
    const tables = one.tables.map(({ title, heads, rows }) => `${title}\n${formatTable(heads, rows)}`)
    const verdict = !one.expects ? [] : one.mismatches.length === 0 ? ['  ✓ as expected'] : faults(one)
    const body = [...(one.title === null ? [] : [`— ${one.title}`]), ...one.lines.map((line) => `  ${line}`)]
    return [...body, ...tables.map((table) => `\n${table}`), ...verdict].join('\n')
  })
  return [`${report.title} (RULES ${report.chapter.join(', ')})`, report.shows.trim(), '', parts.join('\n\n')].join(
    '\n',
  )
}
